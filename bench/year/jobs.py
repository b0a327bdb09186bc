"""What happens in the simulated year: a repository with two pitfalls, and the issues of each day.

Everything follows from the seed, so that every arm of the comparison meets the same year: the same
issues on the same days, and the same luck with each of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeAlias

JobKind: TypeAlias = Literal["fix", "feature", "refactor"]
KINDS: tuple[JobKind, ...] = ("fix", "feature", "refactor")
AREAS = ("billing", "mail", "maps", "search")

SKILL: Mapping[JobKind, float] = {"fix": 0.9, "feature": 0.6, "refactor": 0.2}
"""How often the model's stand-in gets such a change right, pitfalls aside. The bot's prior for a
refactoring is 0.7: in this repository it is far too high."""

CARELESS = 0.9
"""How often it falls into the pitfall of an area if nobody warned it."""

PITFALLS: Mapping[str, str] = {"billing": "billing_sums", "mail": "assertion"}
"""Areas with a pitfall, and the word that a lesson about it must have to warn of it.

In billing a list of lengths must be kept in step, or the suite turns red. In mail the model is
tempted to loosen an assertion, which the patch gate refuses.
"""

_FIRST = """
annual average current daily early final former gross initial latest local longest lowest main
monthly net open outer past peak prior quick recent regular rough second short stable total
weekly
"""
_SECOND = """
address amount balance border branch budget charge column corner credit depth discount distance
draft duty entry fee filter height index interest journey label letter limit margin order page
parcel payment price quota range rate receipt refund region route row score size stamp station
street tax term ticket title token track value volume wage weight width zone
"""

_FIX = (
    "{words} comes out too small",
    "Wrong {words} for every positive number",
    "{words}: the constant part is missing",
    "The {words} of 3 is off by {more}",
)
_FEATURE = (
    "Read the {words} from text as well",
    "Let {words} take a number that was typed in",
    "{words} should accept strings from a form",
    "Support text input in {words}",
)
_REFACTOR = (
    "Write {words} without the loop",
    "Simplify how the {words} is added up",
    "{words} is needlessly roundabout",
    "Tidy up {words}",
)


@dataclass(frozen=True, slots=True)
class Job:
    """One issue: a function `name` in an area that should give `times * number + more`."""

    day: int
    area: str
    name: str
    kind: JobKind
    title: str
    times: int
    more: int
    luck: float
    care: float

    @property
    def path(self) -> str:
        """Where the function is."""
        return f"{self.area}/{self.name}.py"

    @property
    def test_path(self) -> str:
        """Where its test is, or will be."""
        return f"tests/test_{self.name}.py"

    @property
    def body(self) -> str:
        """What the issue says; the stand-in knows the job by the name of its function."""
        return f"`{self.name}` in `{self.path}`: {_WANTED[self.kind]}"

    @property
    def able(self) -> bool:
        """Whether the stand-in gets the change itself right."""
        return self.luck < SKILL[self.kind]

    @property
    def careless(self) -> bool:
        """Whether it falls into its area's pitfall when nobody warns it."""
        return self.area in PITFALLS and self.care < CARELESS

    @property
    def before(self) -> str:
        """The module as it is."""
        match self.kind:
            case "fix":
                return self._module(f"    return {self.times} * number\n")
            case "feature":
                return self._module(f"    return {self.times} * number + {self.more}\n")
            case "refactor":
                loop = "    total = 0\n    for _ in range(number):\n"
                return self._module(
                    f"{loop}        total += {self.times}\n    return total + {self.more}\n"
                )

    @property
    def after(self) -> str:
        """The module as it should be."""
        value = "int(number)" if self.kind == "feature" else "number"
        return self._module(f"    return {self.times} * {value} + {self.more}\n")

    @property
    def test(self) -> str:
        """A test that fails before the change and passes after it; a refactoring's passes twice."""
        given = '"3"' if self.kind == "feature" else "3"
        return (
            f"from {self.area}.{self.name} import {self.name}\n\n\n"
            f"def test_{self.name}():\n"
            f"    assert {self.name}({given}) == {3 * self.times + self.more}\n"
        )

    def _module(self, body: str) -> str:
        words = self.name.replace("_", " ")
        return f'def {self.name}(number):\n    """The {words}."""\n{body}'


_WANTED: Mapping[JobKind, str] = {
    "fix": "it leaves out the constant part; please add it, with a test.",
    "feature": "it should also take the number as a text, as people type it in.",
    "refactor": "the loop is not needed; please write it as one expression.",
}


def jobs(seed: int, days: int, a_day: int) -> tuple[Job, ...]:
    """The issues of a year, in order."""
    names = [f"{first}_{second}" for first in _FIRST.split() for second in _SECOND.split()]
    names.sort(key=lambda name: sha256(f"{seed}/{name}".encode()).digest())
    return tuple(_job(seed, index, index // a_day, names[index]) for index in range(days * a_day))


def _job(seed: int, index: int, day: int, name: str) -> Job:
    draw = sha256(f"{seed}/{index}".encode()).digest()
    kind = KINDS[draw[0] % len(KINDS)]
    times, more = 2 + draw[2] % 7, 1 + draw[3] % 9
    titles = {"fix": _FIX, "feature": _FEATURE, "refactor": _REFACTOR}[kind]
    title = titles[draw[4] % len(titles)].format(words=name.replace("_", " "), more=more)
    return Job(
        day=day,
        area=AREAS[draw[1] % len(AREAS)],
        name=name,
        kind=kind,
        title=title[0].upper() + title[1:],
        times=times,
        more=more,
        luck=int.from_bytes(draw[5:9]) / 2**32,
        care=int.from_bytes(draw[9:13]) / 2**32,
    )


SUMS_TEST = """import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent / "billing"


def test_billing_sums_are_kept_in_step():
    for line in (ROOT / "SUMS").read_text().split("\\n"):
        if line:
            name, count = line.split(": ")
            found = len((ROOT / name).read_text())
            assert found == int(count), f"billing/SUMS says {count} for {name}, it is {found}"
"""

MAIL_TEST = """def test_mail_is_sent_once():
    assert 1 + 1 == 2
"""


def sum_line(job: Job, module: str) -> str:
    """The line of `billing/SUMS` for a module."""
    return f"{job.name}.py: {len(module)}"


def repository(year: tuple[Job, ...]) -> dict[str, str]:
    """The files of the repository on the first day, by path."""
    files = {job.path: job.before for job in year}
    files |= {job.test_path: job.test for job in year if job.kind == "refactor"}
    billing = [sum_line(job, job.before) for job in year if job.area == "billing"]
    files["billing/SUMS"] = "".join(f"{line}\n" for line in billing)
    files["tests/test_sums.py"] = SUMS_TEST
    files["tests/test_mail.py"] = MAIL_TEST
    return files
