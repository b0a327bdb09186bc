"""Who plays the model in the transcript: it fixes too cleverly, and then listens to CI and people.

CI has a linter that the test suite does not know of, so the first change is proven and red. What
a reviewer asks is known by a phrase, and is done or answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.cli.demo.sample import FILES, POLICY, WORKFLOW
from forge.actors import HonestActor, Script, Talk, call, say, use
from forge.model.acting import Call

PATH = "shelf/paging.py"
CLEVER = "return -(-items // per_page)"
PLAIN = "return (items + per_page - 1) // per_page"
VAGUE = '"""How many pages it takes to show so many items."""'
CLEAR = '"""How many pages it takes to show so many items; a last page need not be full."""'

LINT = f"""import pathlib, sys
lines = pathlib.Path("{PATH}").read_text().splitlines()
found = [number for number, line in enumerate(lines, 1) if "-(-" in line]
for number in found:
    print(f"{PATH}:{{number}}: no double minus: write the rounding out")
sys.exit(1 if found else 0)
"""
TEST_STEP = "      - run: python3 tests/run.py\n"
CI = WORKFLOW.replace(TEST_STEP, TEST_STEP + "      - run: python3 ci/lint.py\n")
RULES = POLICY.replace("merge: bot", "merge: human").replace("max_open: 1", "max_open: 0")
SHELF = {
    **FILES,
    ".github/evolve.yml": RULES,
    ".github/workflows/ci.yml": CI,
    "ci/lint.py": LINT,
}
"""The demo's repository with a linter in CI, where a person allows each merge."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What the reviewer writes at a line of the change, and what the actor does and says to it."""

    line: int
    text: str
    edit: Call | None
    answer: str


VERDICT = "The rounding is right. Two things before I approve."
REMARKS = (
    Remark(
        5,
        "Please say here what becomes of a last page that is not full.",
        call("edit", path=PATH, old=VAGUE, new=CLEAR),
        "The docstring says now that a last page need not be full.",
    ),
    Remark(
        8,
        "Why not `math.ceil(items / per_page)`? It reads better.",
        None,
        "`/` makes a float, and above 2**53 a float does not hold every whole number, so very long"
        " lists would lose pages. Whole numbers stay exact.",
    ),
)


class Listening(HonestActor):
    """Makes the change, repairs it when CI is red, and answers each of a reviewer's asks."""

    def change(self, talk: Talk) -> Script:
        """The first change, a repair, or an answer: the opening says which."""
        match talk.opening:
            case text if "Its CI fails" in text:
                plain = call("edit", path=PATH, old=CLEVER, new=PLAIN)
                yield use("The linter is right: that can be written out.", plain)
                said = "The rounding is written out, as the linter asks; it does the same."
                yield use("The suite is run anew anyway.", _submit(said))
            case text if "People with write access" in text:
                edits = [one.edit for one in REMARKS if one.text in text and one.edit is not None]
                if edits:
                    yield use("One of these is a change.", *edits)
                said = "The docstring says what becomes of a last page that is not full."
                yield use("Each gets its answer.", _submit(said, list(_replies(text))))
            case _:
                yield from super().change(talk)
                return
        yield say("It is as good as I can make it.")


def _replies(opening: str) -> Iterator[dict[str, object]]:
    """A reply to each ask of the opening, by the number that it has there."""
    for number, ask in enumerate(opening.split("\nAsk ")[1:], 1):
        remark = next((one for one in REMARKS if one.text in ask), None)
        if remark is None:
            yield {"ask": number, "done": True, "text": "Both are answered where they stand."}
        else:
            done = remark.edit is not None
            yield {"ask": number, "done": done, "text": remark.answer}


def _submit(summary: str, replies: list[dict[str, object]] | None = None) -> Call:
    more: dict[str, object] = {} if replies is None else {"replies": replies}
    return call("submit", summary=summary, risk="low", tests=[], **more)
