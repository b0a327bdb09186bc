"""An actor that makes a change as history made it: it looks, edits, runs the tests and submits."""

from collections.abc import Generator

from bench.replay.edits import Place
from bench.replay.history import Fix
from forge.actors import Heard, Script, ScriptedActor, Talk, call, say, use
from forge.actors.problem import KindName
from forge.model.acting import ActorReply

AROUND = 8
"""Lines that are looked at before and after the place of an edit."""

RUN_SECONDS = 600


class ReplayActor(ScriptedActor):
    """Replays one fix and hands it in once; whether it holds is for the bot to find out."""

    def __init__(self, fix: Fix, kind: KindName = "fix") -> None:
        self._fix, self._kind = fix, kind

    def triage(self, talk: Talk) -> Script:  # noqa: ARG002
        """It is a change of the kind that it was."""
        plan = "Show it with the tests of that day, then change what was changed then."
        verdict = call(
            "triage",
            verdict="change",
            kind=self._kind,
            plan=plan,
            impact=3,
            risk="low",
            estimate_usd=0.25,
            note=self._fix.title,
        )
        yield use("This was done before.", verdict)

    def change(self, talk: Talk) -> Script:
        """Tests first, a look at them, then the code, another look, then `submit`."""
        run = call("run", command=talk.test_command or "false", timeout_s=RUN_SECONDS)
        for places, thought in (
            (self._fix.tests, "The tests of the fix should fail on the code as it is."),
            (self._fix.code, "Now they should pass."),
        ):
            for place in places:
                if (trouble := (yield from _make(place))) is not None:
                    yield say(trouble)
                    return
            yield use(thought, run)
        summary = "\n\n".join(part for part in (self._fix.title, self._fix.body) if part)
        tests = sorted({place.edit.path for place in self._fix.tests})
        submit = call("submit", summary=summary, risk="low", tests=tests)
        verdict = (yield use("That is the whole fix.", submit)).first
        yield say(f"History has no other version of this change. The verdict was: {verdict.text}")


def _make(place: Place) -> Generator[ActorReply, Heard, str | None]:
    """Look at the place and edit it; what went wrong, or None."""
    edit = place.edit
    if edit.old:
        start, end = max(place.start - AROUND, 1), place.end + AROUND
        looked = yield use(
            f"I look at {edit.path} around line {place.start}.",
            call("view", path=edit.path, start=start, end=end),
        )
        if looked.first.failed:
            return f"{edit.path} cannot be viewed: {looked.first.text}"
    done = yield use("I edit it.", call("edit", path=edit.path, old=edit.old, new=edit.new))
    return f"{edit.path} is not as it was: {done.first.text}" if done.first.failed else None
