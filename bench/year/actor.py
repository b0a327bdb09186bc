"""The model's stand-in for a year: able at some kinds, careless in some areas until warned."""

import re

from bench.year.jobs import PITFALLS, Job, sum_line
from forge.actors import Script, ScriptedActor, Talk, call, say, use
from forge.model.acting import Call

_LESSONS = re.compile(
    r'<data-(?P<nonce>\w+) label="[^"]*lesson[^"]*">\n(?P<text>.*?)\n</data-(?P=nonce)>', re.DOTALL
)


class Apprentice(ScriptedActor):
    """Solves what it is able to. `heeds` says whether a fitting lesson keeps it from a pitfall.

    `fallen` are the functions at which it fell into one.
    """

    def __init__(self, year: tuple[Job, ...], *, heeds: bool) -> None:
        self._jobs = {job.name: job for job in year}
        self._heeds = heeds
        self.fallen: set[str] = set()

    def triage(self, talk: Talk) -> Script:
        """Every issue is a small change; all kinds look alike but for their name."""
        job = self._job(talk)
        verdict = call(
            "triage",
            verdict="change",
            kind=job.kind,
            plan=f"Change `{job.name}` in {job.path} and show it in {job.test_path}.",
            impact=3,
            risk="low",
            estimate_usd=0.05,
            note="A small change.",
        )
        yield use("I see what is asked.", verdict)

    def change(self, talk: Talk) -> Script:
        """The change in one turn, handed in with the next; a red verdict leaves it helpless."""
        job = self._job(talk)
        falls = job.careless and not (self._heeds and warns(talk.opening, job))
        if falls:
            self.fallen.add(job.name)
        yield use("I know what to do.", *edits(job, falls=falls))
        submit = call("submit", summary=job.title, risk="low", tests=[job.test_path])
        yield use("I hand it in.", submit)
        yield say("It is as good as I can make it.")

    def _job(self, talk: Talk) -> Job:
        name = re.search(r"`(\w+)` in `", talk.issue)
        assert name is not None, "the issue names no function"
        return self._jobs[name[1]]


def warns(opening: str, job: Job) -> bool:
    """Whether a lesson that was shown is about the pitfall of the job's area."""
    shown = "\n".join(found["text"] for found in _LESSONS.finditer(opening))
    return job.area in PITFALLS and PITFALLS[job.area] in shown


def edits(job: Job, *, falls: bool) -> tuple[Call, ...]:
    """The tool calls that make the change: right, unable, or fallen into the pitfall."""
    wrong = job.after.replace(f"+ {job.more}", f"- {job.more}")
    after = job.after if job.able else wrong
    made = [call("edit", path=job.path, old=job.before, new=after)]
    if job.kind != "refactor":
        made.append(call("edit", path=job.test_path, old="", new=job.test))
    if job.area == "billing" and not falls:
        before, now = sum_line(job, job.before), sum_line(job, after)
        if before != now:
            made.append(call("edit", path="billing/SUMS", old=f"{before}\n", new=f"{now}\n"))
    if job.area == "mail" and falls:
        loosened = "    assert 1 + 1 == 2\n", "    assert 1 + 1 == 2 or True\n"
        made.append(call("edit", path="tests/test_mail.py", old=loosened[0], new=loosened[1]))
    return tuple(made)
