"""The four runs of a proof, with a real mirror and the real sandbox."""

import pytest

from bot.cli.demo.sample import FILES
from bot.kernel.proof import CouldNotRun, ExitOnly, Proven, Ran, Strength, Unproven
from bot.kernel.values import Kind
from bot.stages.prove import Proof
from bot.stages.suites import line_of, run_suite
from tests.adapters.sandboxes import needs_sandbox
from tests.stages.lab import (
    COMMAND,
    FIX,
    GOOD_CODE,
    GOOD_TESTS,
    NEW_TEST,
    REPORT,
    Workshop,
    suite_of,
)

pytestmark = [pytest.mark.sandbox, needs_sandbox]

ALL_GREEN = (
    "<testsuites><testsuite name='shelf'>"
    "<testcase classname='test_paging' name='test_everything_is_fine'/>"
    "</testsuite></testsuites>"
)


def rules(proof: Proof) -> set[str]:
    assert isinstance(proof.verdict, Unproven), proof.verdict
    return {breach.rule for breach in proof.verdict.breaches}


def test_a_fix_whose_test_is_red_on_the_base_and_green_on_the_change_is_proven(shop: Workshop):
    proof = shop.proof(FIX)

    assert isinstance(proof.verdict, Proven), proof.verdict
    (red,) = proof.verdict.red_on_base
    assert red.endswith("test_a_last_page_that_is_not_full_is_counted")
    assert proof.verdict.strength is Strength.JUNIT
    assert (proof.verdict.collected_before, proof.verdict.collected_after) == (5, 6)
    assert len(proof.verdict.green_on_change) == 6


def test_the_runs_are_told_and_can_be_shown_in_a_line_each(shop: Workshop):
    proof = shop.proof(FIX)

    names = [trial.name for trial in proof.trials]
    assert names == [
        "base tests on the base",
        "base tests on the change",
        "new tests on the base",
        "whole suite on the change",
        "new tests on the base, again",
        "whole suite on the change, again",
    ]
    assert shop.said == names
    lines = [line_of(trial) for trial in proof.trials]
    assert [(one.exit_code, one.passed, one.failed) for one in lines] == [
        (0, 5, 0),
        (0, 5, 0),
        (1, 5, 1),
        (0, 6, 0),
        (1, 5, 1),
        (0, 6, 0),
    ]
    assert "6 passed" in proof.whole.output


def test_a_test_that_passes_on_the_base_as_well_proves_nothing(shop: Workshop):
    useless = NEW_TEST.replace("page_count(21, 10) == 3", "page_count(30, 10) == 3")
    tests = FILES["tests/test_paging.py"] + useless
    proof = shop.proof({"shelf/paging.py": GOOD_CODE, "tests/test_paging.py": tests})
    assert rules(proof) == {"no-red-test"}


def test_a_fix_without_a_test_is_not_proven_and_equal_trees_run_once(shop: Workshop):
    proof = shop.proof({"shelf/paging.py": GOOD_CODE})

    assert rules(proof) == {"no-red-test"}
    assert len(shop.said) == 2, "base and change; the other two runs are of the same trees"
    assert len(proof.trials) == 4


def test_a_change_that_breaks_an_old_test_is_not_proven(shop: Workshop):
    broken = GOOD_CODE.replace("return index // per_page + 1", "return index // per_page")
    proof = shop.proof({"shelf/paging.py": broken, "tests/test_paging.py": GOOD_TESTS})
    assert "newly-failing" in rules(proof)


def test_a_change_whose_code_does_not_even_load_is_not_proven(shop: Workshop):
    proof = shop.proof({"shelf/paging.py": "def (", "tests/test_paging.py": GOOD_TESTS})
    assert rules(proof) & {"test-lost", "newly-failing", "new-test-not-passing"}


def test_a_suite_that_is_red_already_may_stay_so_while_the_new_test_counts(shop: Workshop):
    red = "def test_never():\n    assert False\n"
    proof = shop.proof(FIX, base={"tests/test_red.py": red})
    assert isinstance(proof.verdict, Proven), proof.verdict


def test_a_suite_that_cannot_be_started_proves_nothing(shop: Workshop):
    proof = shop.proof(FIX, test=suite_of("no-such-command"))
    assert "could-not-check" in rules(proof) or "suite-failed" in rules(proof)
    assert isinstance(proof.trials[0].suite, ExitOnly)
    assert proof.trials[0].suite.exit_code == 127


def test_a_suite_without_end_is_killed_and_proves_nothing(shop: Workshop):
    proof = shop.proof(FIX, test=suite_of("sleep 60", 0.3))
    assert "could-not-check" in rules(proof)
    assert all(isinstance(trial.suite, CouldNotRun) for trial in proof.trials)
    assert [line_of(trial).exit_code for trial in proof.trials] == [None] * 4


def test_with_exit_codes_alone_the_proof_says_so(shop: Workshop):
    proof = shop.proof(FIX, test=suite_of("python3 tests/run.py"))
    assert isinstance(proof.verdict, Proven), proof.verdict
    assert proof.verdict.strength is Strength.EXIT_ONLY


def test_a_report_that_was_committed_is_not_believed(shop: Workshop):
    silent = suite_of("true")
    trial = run_suite(shop.lab(silent), "any", shop.commit({REPORT: ALL_GREEN}))
    assert trial.suite == ExitOnly(0)


def test_a_report_that_does_not_fit_the_exit_code_is_no_report(shop: Workshop):
    liar = suite_of(f'echo "{ALL_GREEN}" > {REPORT}; exit 1')
    proof = shop.proof(FIX, test=liar)
    assert "could-not-check" in rules(proof)


def test_a_report_that_is_a_link_out_of_the_repository_leads_nowhere(shop: Workshop, tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_text(ALL_GREEN)
    linking = suite_of(f"ln -s {secret} {REPORT}")
    assert run_suite(shop.lab(linking), "any", shop.commit()).suite == ExitOnly(0)


def test_a_report_without_end_is_not_read(shop: Workshop):
    endless = suite_of(f"ln -s /dev/zero {REPORT}")
    assert run_suite(shop.lab(endless), "any", shop.commit()).suite == ExitOnly(0)


@pytest.mark.parametrize("report", ["<", "<html/>", "", "{}"])
def test_a_report_that_is_no_junit_is_no_result(shop: Workshop, report: str):
    odd = suite_of(f"printf '%s' '{report}' > {REPORT}")
    assert isinstance(run_suite(shop.lab(odd), "any", shop.commit()).suite, CouldNotRun)


def test_each_run_starts_in_a_clean_checkout_and_leaves_nothing(shop: Workshop, tmp_path):
    marking = suite_of(f"test ! -e mark && touch mark && {COMMAND}")
    commit = shop.commit()
    for _ in range(2):
        assert isinstance(run_suite(shop.lab(marking), "any", commit).suite, Ran)
    assert list((tmp_path / "work").iterdir()) == []


def test_the_suite_finds_no_git_and_no_network(shop: Workshop):
    probing = suite_of(
        "test ! -e .git && python3 -c \"import socket as s; s.create_connection(('1.1.1.1', 80))\"",
    )
    trial = run_suite(shop.lab(probing), "any", shop.commit())
    assert trial.suite == ExitOnly(1)
    assert "unreachable" in trial.output


def test_a_docs_change_needs_no_new_test_but_may_touch_no_code(shop: Workshop):
    readme = {"README.md": "# shelf\n\nBetter words.\n"}
    assert rules(shop.proof({**readme, "shelf/paging.py": GOOD_CODE}, kind=Kind.DOCS)) == {
        "code-changed"
    }
