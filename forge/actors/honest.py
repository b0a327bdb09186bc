"""An actor that works as one should: look, write the test, see red, change, see green, submit."""

import re
from collections.abc import Generator

from forge.actors.problem import Edit, Problem, Proposal
from forge.actors.reading import read
from forge.actors.scripted import Script, ScriptedActor, call, say, use
from forge.actors.talk import Heard, Talk
from forge.model.acting import ActorReply, Call

MAX_REPAIRS = 2
_FINDING = re.compile(r"^(?P<number>\d+)\. (?P<text>.+)$", re.MULTILINE)


class HonestActor(ScriptedActor):
    """Solves the problems it knows, and says so when it does not know one."""

    def __init__(self, problems: tuple[Problem, ...], proposals: tuple[Proposal, ...] = ()) -> None:
        self._problems = problems
        self._proposals = proposals

    def first_try(self, edit: Edit) -> Edit:
        """What is written at first for an edit of the change."""
        return edit

    def triage(self, talk: Talk) -> Script:
        """A known problem is a change; anything else is a question."""
        problem = self._known(talk)
        if problem is None:
            verdict = call(
                "triage",
                verdict="question",
                kind="fix",
                plan="",
                impact=1,
                risk="low",
                estimate_usd=0,
                note="What should behave differently, and how would one see it?",
            )
        else:
            files = ", ".join(dict.fromkeys(edit.path for edit in problem.change))
            verdict = call(
                "triage",
                verdict="change",
                kind=problem.kind,
                plan=f"Show it with a test, then change {files}.",
                impact=problem.impact,
                risk=problem.risk,
                estimate_usd=problem.estimate_usd,
                note=problem.summary,
            )
        yield use("I weigh what is asked against what it would touch.", verdict)

    def change(self, talk: Talk) -> Script:
        """Make the change with the tools; never submit while a test is red."""
        problem, command = self._known(talk), talk.test_command
        if problem is None or command is None:
            yield say("I do not know how to make this change, or how its tests are run.")
            return
        for edit in problem.tests:
            if not (yield from _bring_about(edit, None)):
                yield say(f"{edit.path} is not as I expected; I stop here.")
                return
        yield from _run(command, "The new test should fail on the code as it is.")
        tried = {edit: self.first_try(edit) for edit in problem.change}
        for edit, attempt in tried.items():
            if not (yield from _bring_about(attempt, None)):
                yield say(f"{edit.path} is not as I expected; I stop here.")
                return
        if not (yield from _until_green(command, tried)):
            yield say("The tests stay red; I would rather not submit this.")
            return
        names = sorted({edit.path for edit in problem.tests})
        submit = call("submit", summary=problem.summary, risk=problem.risk, tests=names)
        verdict = (yield use("Red before, green after: I hand it in.", submit)).first
        if not verdict.failed:
            return
        if (yield from _until_green(command, tried)):
            yield use("I checked everything again; this is what I have.", submit)
        yield say("I cannot do better than what I submitted.")

    def propose(self, talk: Talk) -> Script:
        """File the improvements that the conversation does not name as known."""
        fresh = [p for p in self._proposals if p.title not in talk.opening]
        calls = [made for p in fresh if (made := _proposing(p, talk.opening)) is not None]
        if calls:
            yield use("These are worth an issue.", *calls)
        else:
            yield say("I have nothing to propose.")

    def _known(self, talk: Talk) -> Problem | None:
        return next((p for p in self._problems if p.marker in talk.issue), None)


def _proposing(proposal: Proposal, opening: str) -> Call | None:
    """The call, or None when no finding of the conversation is the one that is meant."""
    arguments: dict[str, object] = {
        "title": proposal.title,
        "body": proposal.body,
        "kind": proposal.kind,
        "impact": proposal.impact,
        "risk": proposal.risk,
        "estimate_usd": proposal.estimate_usd,
        "proves": proposal.proves,
    }
    if proposal.finding:
        lines = (m for m in _FINDING.finditer(opening) if proposal.finding in m["text"])
        if (line := next(lines, None)) is None:
            return None
        arguments["finding"] = int(line["number"])
    else:
        arguments["evidence_command"] = proposal.evidence_command
        if proposal.at_least_seconds is not None:
            arguments["at_least_seconds"] = proposal.at_least_seconds
    return call("propose", **arguments)


def _bring_about(edit: Edit, written: str | None) -> Generator[ActorReply, Heard, bool]:
    """Make the file hold `new`, whether it holds `old`, what was wrongly `written`, or `new`."""
    text = yield from read(edit.path)
    if text is None:
        if edit.old:
            return False
        create = call("edit", path=edit.path, old="", new=edit.new)
        return not (yield use(f"{edit.path} is not there yet.", create)).first.failed
    # What was wrongly written comes first: it may hold the old text, or the new, as a part.
    for there in (written, edit.new):
        if there and there.strip() in text:
            if there == edit.new:
                return True
            replace = call("edit", path=edit.path, old=there, new=edit.new)
            return not (yield use(f"I repair {edit.path}.", replace)).first.failed
    if not edit.old or edit.old.strip() not in text:
        return not edit.new
    replace = call("edit", path=edit.path, old=edit.old, new=edit.new)
    return not (yield use(f"I change {edit.path}.", replace)).first.failed


def _run(command: str, thought: str) -> Generator[ActorReply, Heard, bool]:
    """Run the tests; whether they are green."""
    result = (yield use(thought, call("run", command=command))).first
    return not result.failed


def _until_green(command: str, tried: dict[Edit, Edit]) -> Generator[ActorReply, Heard, bool]:
    """Run the tests, and repair while they are red, at most twice."""
    for _ in range(MAX_REPAIRS):
        if (yield from _run(command, "Now the tests should pass.")):
            return True
        for edit, attempt in tried.items():
            if not (yield from _bring_about(edit, attempt.new)):
                return False
    return (yield from _run(command, "Again, after the repair."))
