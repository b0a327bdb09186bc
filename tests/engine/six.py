"""Six issues and who solves them: three small and useful ones, three that should wait."""

from dataclasses import replace

from bot.cli.demo.sample import POLICY
from forge.actors import Edit, HonestActor, Problem
from forge.actors.problem import RiskName
from forge.actors.scripted import Script, call, say
from forge.actors.talk import Talk
from forge.model.acting import ActorReply, Say
from tests.engine.players import DASHES


def function(name: str) -> str:
    return f'def {name}(number: int) -> int:\n    """Twice the number."""\n    return number\n'


def problem(name: str, impact: int, risk: RiskName, dollars: float) -> Problem:
    return Problem(
        marker=f"`{name}` gives back",
        change=(Edit(f"shelf/{name}.py", "return number\n", "return 2 * number\n"),),
        tests=(
            Edit(
                f"tests/test_{name}.py",
                "",
                f"from shelf.{name} import {name}\n\n\n"
                f"def test_{name}_is_twice():\n    assert {name}(2) == 4\n",
            ),
        ),
        summary=f"`{name}` gave back what it was given; now it is twice as much.",
        impact=impact,
        risk=risk,
        estimate_usd=dollars,
    )


PROBLEMS = (
    problem("alpha", 2, "high", 0.10),
    problem("bravo", 5, "low", 0.05),
    problem("carol", 5, "breaking", 0.05),
    problem("delta", 4, "low", 0.05),
    problem("eagle", 1, "medium", 0.30),
    problem("fancy", 3, "low", 0.05),
)
"""In the order in which they are written; the right three are bravo, delta and fancy."""

NAMES = tuple(one.marker.split("`")[1] for one in PROBLEMS)
RIGHT = ("bravo", "delta", "fancy")
FILES = {f"shelf/{name}.py": function(name) for name in NAMES}
PATIENT = POLICY.replace("merge: bot", "merge: human").replace("change: 1.00", "change: 2.00")


def title(name: str) -> str:
    return f"{name} is not twice the number"


def body(name: str) -> str:
    return f"`{name}` gives back the number itself; it should be twice as much."


class Hurried(HonestActor):
    """Knows all six, and hands each in at once, so that a story of three is told quickly."""

    def __init__(self) -> None:
        super().__init__(PROBLEMS, (DASHES,))

    def change(self, talk: Talk) -> Script:
        known = self._known(talk)
        assert known is not None
        yield from quick(known, self.thought(talk))

    def thought(self, talk: Talk) -> str:
        """What it thinks before each turn."""
        return "I know this one."


def quick(known: Problem, thought: str) -> Script:
    edits = [
        call("edit", path=one.path, old=one.old, new=one.new)
        for one in (*known.tests, *known.change)
    ]
    names = [one.path for one in known.tests]
    submit = call("submit", summary=known.summary, risk=known.risk, tests=names)
    yield ActorReply((Say(thought), *edits), "tool_use")
    yield ActorReply((Say(thought), submit), "tool_use")
    yield say("It is as good as I can make it.")


class Chatty(Hurried):
    """Bills more than it estimated: each turn is thousands of words.

    About thirty cents a change, where triage had said five.
    """

    def thought(self, talk: Talk) -> str:
        return "I think about it. " * 2_500


class Wordy(Chatty):
    """Bills far more than it estimated, for it thinks more often: about a dollar a change."""

    def change(self, talk: Talk) -> Script:
        for _ in range(4):
            yield ActorReply((Say(self.thought(talk)), call("view", path="shelf")), "tool_use")
        yield from super().change(talk)


class Surprised(Hurried):
    """Finds out only in the attempt itself that the change is breaking."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: set[str] = set()

    def triage(self, talk: Talk) -> Script:
        known = self._known(talk)
        if known is None or known.marker not in self._asked:
            self._asked.add(known.marker if known else "")
            yield from super().triage(talk)
            return
        yield from HonestActor((replace(known, risk="breaking"),)).triage(talk)
