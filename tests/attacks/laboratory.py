"""A small repository, its suite in the real sandbox, and a change that an attacker wrote."""

from dataclasses import dataclass
from pathlib import Path

from bot.adapters.places import ScratchPlaces
from bot.cli.demo import sample
from bot.domain.policy import Policy, TestPolicy
from bot.kernel.patch_gate import PatchAccepted, patch_gate
from bot.kernel.proof import Proven, Suite
from bot.kernel.values import Kind, Sha
from bot.stages.prove import Proof, prove
from bot.stages.suites import Lab, Trial, run_suite
from tests.adapters.repositories import Place, place
from tests.adapters.sandboxes import SANDBOX

COMMAND = "python3 tests/run.py .evolve-report.xml"
FIXED = sample.PAGING.replace("items // per_page\n\n", "-(-items // per_page)\n\n")
BROKEN_SLUGS = sample.SLUGS.replace("title.lower()", "title")
NEW_TEST = """from shelf.paging import page_count


def test_the_last_page_counts():
    assert page_count(21, 10) == 3
"""
HONEST = {"shelf/paging.py": FIXED, "tests/test_last_page.py": NEW_TEST}


@dataclass(frozen=True)
class Laboratory:
    """One repository; `judge` answers what the bot would say to a change of it."""

    here: Place
    base: Sha
    lab: Lab

    def tree(self, change: dict[str, str | None]) -> Sha:
        """The tree that the change leads to; None deletes a file."""
        files = {path: text for path, text in (sample.FILES | change).items() if text is not None}
        given = {path: text.encode() for path, text in files.items()}
        head = self.here.commit(given, "change")  # type: ignore[arg-type]
        assert self.here.mirror.fetch(self.here.remote, ("change",)) is None
        return self.here.mirror.tree_of(head)

    def prove(self, change: dict[str, str | None], kind: Kind = Kind.FIX) -> Proof:
        """The proof alone, as if the patch gate had let everything pass."""
        tests = tuple(path for path in change if path.startswith("tests/"))
        patch = PatchAccepted(1, tuple(change), tests)
        tree = self.tree(change)
        return prove(self.lab, self.base, tree, kind, patch, lambda _: None)

    def rules(self, change: dict[str, str | None], kind: Kind = Kind.FIX) -> set[str]:
        """Every rule by which the proof refuses; the empty set means that it is proven."""
        verdict = self.prove(change, kind).verdict
        return set() if isinstance(verdict, Proven) else {one.rule for one in verdict.breaches}

    def gate(self, change: dict[str, str | None], kind: Kind = Kind.FIX) -> set[str]:
        """Every rule by which the patch gate refuses, on what git says of the change."""
        changes = self.here.mirror.changes(self.base, self.tree(change))
        verdict = patch_gate(changes, Policy().patch_rules(kind))
        return (
            set() if isinstance(verdict, PatchAccepted) else {one.rule for one in verdict.breaches}
        )

    def run(self, change: dict[str, str | None]) -> Trial:
        """One run of the whole suite on the change."""
        return run_suite(self.lab, "a run", self.tree(change))

    def suite(self, change: dict[str, str | None]) -> Suite:
        return self.run(change).suite


def laboratory(tmp_path: Path, command: str = COMMAND, seconds: float = 20.0) -> Laboratory:
    """A repository with the sample library, proved by the given command."""
    here = place(tmp_path)
    base = here.fetched({path: text.encode() for path, text in sample.FILES.items()})
    test = TestPolicy(command=command, seconds=seconds)
    lab = Lab(here.mirror, SANDBOX, ScratchPlaces(tmp_path / "work"), test)
    return Laboratory(here, base, lab)
