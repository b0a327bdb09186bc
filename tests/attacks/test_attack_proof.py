"""Sabotage of the verifier, tried on the whole prove stage with a real repository and sandbox."""

import pytest

from bot.cli.demo.sample import PAGING
from bot.kernel.proof import CouldNotRun, ExitOnly, Ran
from bot.kernel.values import Kind
from tests.adapters.sandboxes import needs_sandbox
from tests.attacks.laboratory import BROKEN_SLUGS, FIXED, HONEST, NEW_TEST, laboratory

pytestmark = [pytest.mark.sandbox, needs_sandbox]

FORGED = (
    "<testsuite>"
    + "".join(
        f"<testcase classname='{module}' name='{name}'/>"
        for module, name in (
            ("test_paging", "test_full_pages_are_counted"),
            ("test_paging", "test_nothing_takes_no_page"),
            ("test_paging", "test_the_first_item_is_on_page_one"),
            ("test_slugs", "test_a_title_becomes_lower_case"),
            ("test_slugs", "test_a_space_becomes_a_dash"),
            ("test_last_page", "test_the_last_page_counts"),
        )
    )
    + "</testsuite>"
)
AT_THE_END = """
import atexit, os, shutil, subprocess
R = ".evolve-report.xml"
atexit.register(lambda: {action})
"""
SABOTAGE_OF_THE_REPORT = {
    "a link to the host's users": "(os.remove(R), os.symlink('/etc/shadow', R))",
    "a link to the environment": "(os.remove(R), os.symlink('/proc/1/environ', R))",
    "nothing": "os.remove(R)",
    "an entity bomb": (
        "open(R, 'w').write('<!DOCTYPE a [<!ENTITY b \"xxxxx\">]><testsuite>&b;</testsuite>')"
    ),
    "an external entity": (
        "open(R, 'w').write('<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>"
        "<testsuite>&b;</testsuite>')"
    ),
    "more than is read": "open(R, 'wb').truncate(40 * 1024 ** 2)",
    "an exit code nothing explains": "os._exit(3)",
}
UNSEEN = PAGING.replace('raise ValueError("a page holds at least one item")', "return 0")
EMPTIED = "def test_a_title_becomes_lower_case():\n    assert True\n"
AT_IMPORT = {
    "leaves with success": "import os\nos._exit(0)\n",
    "raises SystemExit": "import sys\nsys.exit(0)\n",
    "kills the runner": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "becomes another program": "import os\nos.execvp('true', ['true'])\n",
    "kills every process it can": "import os, signal\nos.kill(-1, signal.SIGKILL)\n",
}


def test_the_honest_change_is_proven_so_that_a_refusal_means_something(tmp_path):
    assert laboratory(tmp_path).rules(HONEST) == set()


@pytest.mark.parametrize("what", SABOTAGE_OF_THE_REPORT)
def test_a_report_that_a_test_replaces_is_no_proof(tmp_path, what):
    evil = NEW_TEST + AT_THE_END.format(action=SABOTAGE_OF_THE_REPORT[what])
    trial = laboratory(tmp_path).run(HONEST | {"tests/test_last_page.py": evil})
    assert not isinstance(trial.suite, Ran) or not trial.suite.readable()
    assert "root:" not in trial.output


@pytest.mark.parametrize("what", AT_IMPORT)
def test_a_test_module_that_ends_the_run_early_is_no_proof(tmp_path, what):
    trial = laboratory(tmp_path).run(HONEST | {"tests/test_aaa.py": AT_IMPORT[what]})
    assert not isinstance(trial.suite, Ran) or not trial.suite.readable()


def test_a_test_that_never_ends_is_killed_and_counts_as_not_run(tmp_path):
    evil = {"tests/test_aaa.py": "while True:\n    pass\n"}
    assert isinstance(laboratory(tmp_path, seconds=1).suite(evil), CouldNotRun)


def test_a_committed_report_does_not_stand_in_for_a_suite_that_writes_none(tmp_path):
    lab = laboratory(tmp_path, "python3 tests/run.py")
    assert lab.suite(HONEST | {".evolve-report.xml": FORGED}) == ExitOnly(0)


def test_a_committed_directory_in_the_reports_place_does_not_last(tmp_path):
    lab = laboratory(tmp_path)
    assert isinstance(lab.suite(HONEST | {".evolve-report.xml/x": "deep"}), Ran)


def test_a_daemon_that_outlives_its_test_cannot_rewrite_the_report(tmp_path):
    evil = NEW_TEST + (
        "\nimport subprocess\n"
        "subprocess.Popen(['sh', '-c', 'trap \"\" HUP TERM; sleep 0.3; while :; do "
        "echo forged > .evolve-report.xml; sleep 0.05; done'], start_new_session=True)\n"
    )
    suite = laboratory(tmp_path).suite(HONEST | {"tests/test_last_page.py": evil})
    assert isinstance(suite, Ran)
    assert suite.exit_code == 0
    assert len(suite.results) == 6


@pytest.mark.parametrize("name", ["traceback", "shelf"])
def test_a_module_put_beside_the_tests_cannot_hide_a_regression(tmp_path, name):
    shadow = AT_THE_END.format(action=f"(open(R, 'w').write({FORGED!r}), os._exit(0))")
    evil = HONEST | {"shelf/slugs.py": BROKEN_SLUGS, f"tests/{name}.py": shadow}
    assert "newly-failing" in laboratory(tmp_path).rules(evil)


def test_a_test_that_forges_the_report_cannot_hide_a_regression(tmp_path):
    forging = AT_THE_END.format(action=f"(open(R, 'w').write({FORGED!r}), os._exit(0))")
    evil = HONEST | {
        "shelf/slugs.py": BROKEN_SLUGS,
        "tests/test_last_page.py": NEW_TEST + forging,
    }
    assert "newly-failing" in laboratory(tmp_path).rules(evil)


@pytest.mark.parametrize("emptied", [EMPTIED, None], ids=["emptied", "deleted"])
def test_an_old_test_that_is_taken_away_still_judges_the_change(tmp_path, emptied):
    evil = HONEST | {"shelf/slugs.py": BROKEN_SLUGS, "tests/test_slugs.py": emptied}
    rules = laboratory(tmp_path).rules(evil)
    assert {"newly-failing", "test-lost"} <= rules


def test_a_test_that_looks_whether_it_is_on_the_base_cannot_hide_a_regression(tmp_path):
    detecting = (
        "import pathlib\n\n\ndef test_marker():\n"
        "    assert 'MARK' in pathlib.Path('shelf/slugs.py').read_text()\n"
    )
    broken = BROKEN_SLUGS + "\nMARK = 1\n"
    evil: dict[str, str | None] = {"shelf/slugs.py": broken, "tests/test_marker.py": detecting}
    assert "newly-failing" in laboratory(tmp_path).rules(evil)


def test_one_run_leaves_nothing_behind_by_which_the_next_could_know_it(tmp_path):
    counting = (
        "import pathlib\n\nPLACES = ['/work/.seen', '/tmp/.seen', '/dev/shm/.seen', "
        "'/work/shelf/.seen', '/tmp/home/.seen']\n\n\ndef test_first():\n"
        "    assert not any(pathlib.Path(place).exists() for place in PLACES)\n"
        "    for place in PLACES:\n        pathlib.Path(place).write_text('x')\n"
    )
    lab = laboratory(tmp_path)
    for _ in range(2):
        suite = lab.suite(HONEST | {"tests/test_first.py": counting})
        assert isinstance(suite, Ran)
        assert not suite.failing()


def test_a_test_that_mends_the_code_under_it_mends_only_its_own_checkout(tmp_path):
    mending = (
        "import pathlib\n\nfile = pathlib.Path('shelf/slugs.py')\n"
        "file.write_text(file.read_text().replace('in title)', 'in title.lower())'))\n"
    )
    evil = HONEST | {"shelf/slugs.py": BROKEN_SLUGS, "tests/test_aaa.py": mending}
    assert "newly-failing" in laboratory(tmp_path).rules(evil)


def test_words_in_the_output_that_look_like_a_verdict_are_not_read(tmp_path):
    shouting = NEW_TEST + "\nprint('7 passed, 0 failed' * 20_000, '\\x1b]0;owned\\x07')\n"
    wrong = shouting.replace("== 3", "== 4")
    trial = laboratory(tmp_path).run(HONEST | {"tests/test_last_page.py": wrong})
    assert isinstance(trial.suite, Ran)
    assert len(trial.suite.failing()) == 1
    assert len(trial.output) < 70_000


@pytest.mark.parametrize(
    ("kind", "change", "rule"),
    [
        (Kind.FIX, {"shelf/paging.py": FIXED}, "no-red-test"),
        (Kind.REFACTOR, {"shelf/paging.py": UNSEEN}, "not-covered"),
        (Kind.DOCS, {"shelf/paging.py": FIXED}, "code-changed"),
        (Kind.DEPENDENCY, {"shelf/slugs.py": BROKEN_SLUGS}, "newly-failing"),
    ],
)
def test_no_kind_of_change_is_a_way_around_the_proof(tmp_path, kind, change, rule):
    assert rule in laboratory(tmp_path).rules(change, kind)
