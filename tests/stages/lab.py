"""A real mirror, the real sandbox and scratch directories, with a tiny library to change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.places import ScratchPlaces
from bot.cli.demo.sample import FILES
from bot.domain.policy import TestPolicy
from bot.kernel.patch_gate import PatchAccepted, PatchRules, patch_gate
from bot.kernel.values import Kind, Sha
from bot.stages.prove import Proof, prove
from bot.stages.sandbox import Sandbox
from bot.stages.suites import Lab
from tests.adapters import repositories
from tests.adapters.sandboxes import SANDBOX

COMMAND = "python3 tests/run.py .evolve-report.xml"
REPORT = ".evolve-report.xml"


def suite_of(command: str, seconds: float = 30.0) -> TestPolicy:
    """The policy of a repository that is tested by this command."""
    return TestPolicy(command, REPORT, seconds)


TEST_POLICY = suite_of(COMMAND)
GOOD_CODE = FILES["shelf/paging.py"].replace(
    "return items // per_page\n\n", "return -(-items // per_page)\n\n"
)
NEW_TEST = """

def test_a_last_page_that_is_not_full_is_counted():
    assert page_count(21, 10) == 3
"""
GOOD_TESTS = FILES["tests/test_paging.py"] + NEW_TEST
FIX = {"shelf/paging.py": GOOD_CODE, "tests/test_paging.py": GOOD_TESTS}


@dataclass
class Workshop:
    """One repository to prove changes in. `said` is the progress that was told."""

    place: repositories.Place
    places: ScratchPlaces
    said: list[str] = field(default_factory=list)
    sandbox: Sandbox = SANDBOX
    mutants: int = 0

    @property
    def mirror(self) -> repositories.BareMirror:
        return self.place.mirror

    def commit(self, changes: Mapping[str, str] | None = None) -> Sha:
        """The library with these files changed."""
        files = {**FILES, **(changes or {})}
        return self.place.fetched({path: text.encode() for path, text in files.items()})

    def lab(self, test: TestPolicy = TEST_POLICY) -> Lab:
        return Lab(self.mirror, self.sandbox, self.places, test, mutants=self.mutants)

    def proof(
        self,
        changes: Mapping[str, str],
        base: Mapping[str, str] | None = None,
        kind: Kind = Kind.FIX,
        test: TestPolicy = TEST_POLICY,
    ) -> Proof:
        """The proof of a change, after the real patch gate accepted it."""
        before = self.commit(base)
        tree = self.mirror.tree_of(self.commit({**(base or {}), **changes}))
        accepted = patch_gate(self.mirror.changes(before, tree), PatchRules(kind))
        assert isinstance(accepted, PatchAccepted), accepted
        return prove(self.lab(test), before, tree, kind, accepted, self.said.append)


def workshop(tmp_path: Path) -> Workshop:
    """A fresh one."""
    return Workshop(repositories.place(tmp_path), ScratchPlaces(tmp_path / "work"))
