"""Flaky tests, probes and mutants, with a real mirror and the real sandbox."""

from dataclasses import dataclass, field, replace

import pytest

from bot.cli.demo.sample import FILES, PAGING
from bot.kernel.proof import Proven, Unproven
from bot.kernel.values import Kind
from bot.stages.prove import Proof
from bot.stages.sandbox import Job, Limits, SandboxOutcome, ToolError, ToolOk, Unavailable
from tests.adapters.sandboxes import SANDBOX, needs_sandbox
from tests.stages.lab import COMMAND, FIX, NEW_TEST, TEST_POLICY, Workshop

pytestmark = [pytest.mark.sandbox, needs_sandbox]

SAME = PAGING.replace("items // per_page", "(items // per_page)")
GUARDED = PAGING.replace("per_page < 1", "not per_page >= 1")
UNSEEN = PAGING.replace('"a page holds at least one item"', '"a page holds one item at least"')
FLICKERING = """import pathlib


def test_it_flickers():
    assert pathlib.Path("run").read_text() not in {RUNS}
"""


@dataclass
class Numbered:
    """The real sandbox, which also tells each suite its number: chance, but the same each time."""

    runs: int = field(default=0)

    def run(self, job: Job) -> SandboxOutcome:
        if COMMAND in job.argv:
            self.runs += 1
            (job.workdir / "run").write_text(str(self.runs))
        return SANDBOX.run(job)

    def tool(self, request: dict[str, object], workdir, limits: Limits) -> ToolOk | ToolError:
        return SANDBOX.tool(request, workdir, limits)

    def check(self) -> Unavailable | None:
        return SANDBOX.check()


def flickering(*failing: int) -> dict[str, str]:
    """A base test that fails in these runs of a proof, counted from 1."""
    runs = str({str(number) for number in failing} or "()")
    return {"tests/test_flickers.py": FLICKERING.replace("{RUNS}", runs)}


def told(proof: Proof) -> list[str]:
    """Rule and detail of every breach."""
    assert isinstance(proof.verdict, Unproven), proof.verdict
    return [f"{breach.rule}: {breach.detail}" for breach in proof.verdict.breaches]


def test_a_refactoring_whose_changed_lines_are_run_by_tests_is_proven(shop: Workshop):
    proof = shop.proof({"shelf/paging.py": SAME}, kind=Kind.REFACTOR)
    assert isinstance(proof.verdict, Proven), proof.verdict
    assert proof.places == 1
    assert shop.said[2:] == [
        "changed places touched, not broken",
        "changed place 1 of 1 broken, shelf/paging.py:8",
    ]


def test_a_refactoring_that_no_test_runs_is_refused_and_the_line_is_named(shop: Workshop):
    proof = shop.proof({"shelf/paging.py": UNSEEN}, kind=Kind.PERFORMANCE)
    assert told(proof) == [
        "not-covered: no test of the base is seen to run shelf/paging.py:7: add one to the base"
        " first"
    ]


def test_every_changed_block_must_be_run(shop: Workshop):
    both = UNSEEN.replace("items // per_page", "(items // per_page)")
    proof = shop.proof({"shelf/paging.py": both}, kind=Kind.REFACTOR)
    assert proof.places == 1
    assert len(told(proof)) == 1


def test_a_test_that_only_looks_at_the_text_runs_nothing(shop: Workshop):
    looks = (
        "import pathlib\n\n\ndef test_its_length():\n"
        "    assert len(pathlib.Path('shelf/paging.py').read_text().splitlines()) == 13\n"
    )
    base = {"tests/test_looks.py": looks}
    assert len(PAGING.splitlines()) == len(UNSEEN.splitlines()) == 13
    proof = shop.proof({"shelf/paging.py": UNSEEN}, base, Kind.REFACTOR)
    assert "not-covered" in told(proof)[0]


def test_lines_that_are_only_removed_must_have_been_run_on_the_base(shop: Workshop):
    used = PAGING.replace("    return items", "    items = abs(items)\n    return items")
    proof = shop.proof({"shelf/paging.py": PAGING}, {"shelf/paging.py": used}, Kind.REFACTOR)
    assert isinstance(proof.verdict, Proven), proof.verdict
    unused = PAGING + "\n\ndef never():\n    return 1\n"
    proof = shop.proof({"shelf/paging.py": PAGING}, {"shelf/paging.py": unused}, Kind.REFACTOR)
    assert told(proof)[0].startswith("not-covered: no test of the base is seen to run")


def test_what_cannot_be_probed_or_is_too_much_is_a_no_before_anything_more_runs(shop: Workshop):
    many = "\n".join(f"def f{n}():\n    return {n}\n" for n in range(13))
    odd = {"shelf/sizes.yml": "a: 1\n"}
    assert told(shop.proof(odd, kind=Kind.REFACTOR)) == [
        "not-covered: shelf/sizes.yml: changed lines cannot be checked in this language, so no test"
        " is known to run it"
    ]
    (why,) = told(shop.proof({"shelf/many.py": many}, kind=Kind.REFACTOR))
    assert "places to check, 12 at most" in why
    assert not [name for name in shop.said if "place" in name]


def test_a_test_that_flickers_on_the_base_blocks_nobody_and_is_listed(shop: Workshop):
    shop.sandbox = Numbered()
    proof = shop.proof(FIX, base=flickering(2, 5))
    assert isinstance(proof.verdict, Proven), proof.verdict
    assert proof.verdict.flaky == ("test_flickers::test_it_flickers",)
    assert [name for name in shop.said if "base, again" in name] == [
        "base tests on the base, again",
        "new tests on the base, again",
    ]


def test_a_test_that_fails_on_the_change_alone_is_no_flaky_test(shop: Workshop):
    shop.sandbox = Numbered()
    proof = shop.proof(FIX, base=flickering(2))
    assert told(proof)[0].startswith("newly-failing")
    assert shop.said.count("base tests on the base, again") == 2


def test_a_new_test_that_flickers_proves_nothing(shop: Workshop):
    shop.sandbox = Numbered()
    proof = shop.proof(flickering(3))
    assert told(proof) == [
        "no-red-test: add or change a test that fails on the base and passes on the change"
    ]


def test_mutants_that_the_new_test_kills_prove_more(shop: Workshop):
    shop.mutants = 20
    proof = shop.proof(FIX)
    assert isinstance(proof.verdict, Proven), proof.verdict
    assert proof.mutants == 2


def test_a_mutant_that_lives_is_named_with_its_line_so_that_it_can_be_mended(shop: Workshop):
    shop.mutants = 20
    rest = PAGING.replace(
        "return items // per_page\n\n", "return items // per_page + (items % per_page > 0)\n\n"
    )
    tests = FILES["tests/test_paging.py"] + NEW_TEST
    proof = shop.proof({"shelf/paging.py": rest, "tests/test_paging.py": tests})
    start = "mutant-survived: no new test fails when, at shelf/paging.py:8: "
    assert told(proof) == [
        f"{start}`%` became `*`: assert what differs",
        f"{start}`>` became `>=`: assert what differs",
    ]


def test_without_single_tests_no_mutant_can_be_judged(shop: Workshop):
    shop.mutants = 3
    proof = shop.proof(FIX, test=replace(TEST_POLICY, command="python3 tests/run.py"))
    assert "without a JUnit report no mutant can be judged" in told(proof)[0]


def test_exit_codes_are_enough_to_see_that_a_place_is_run(shop: Workshop):
    codes = replace(TEST_POLICY, command="python3 tests/run.py")
    proof = shop.proof({"shelf/paging.py": SAME}, kind=Kind.REFACTOR, test=codes)
    assert isinstance(proof.verdict, Proven), proof.verdict
    proof = shop.proof({"shelf/paging.py": UNSEEN}, kind=Kind.REFACTOR, test=codes)
    assert "not-covered" in told(proof)[0]
