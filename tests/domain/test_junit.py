"""Reports of many runners become outcomes; doubtful ones become "could not run"."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.junit import read_junit
from bot.kernel.proof import CouldNotRun, Outcome, Ran, TestId


def results(xml: str) -> dict[str, str]:
    suite = read_junit(xml.encode(), 1)
    assert isinstance(suite, Ran), suite
    return {str(test): outcome.value for test, outcome in suite.results.items()}


def suite_of(*cases: str) -> str:
    return f'<testsuites><testsuite name="s">{"".join(cases)}</testsuite></testsuites>'


def test_children_of_a_test_say_its_outcome():
    cases = (
        '<testcase classname="m.T" name="passes" time="0.1"/>',
        '<testcase classname="m.T" name="fails"><failure message="no">trace</failure></testcase>',
        '<testcase classname="m.T" name="breaks"><error message="no"/></testcase>',
        '<testcase classname="m.T" name="skips"><skipped type="pytest.xfail"/></testcase>',
        '<testcase classname="m.T" name="talks"><system-out>failure</system-out></testcase>',
        '<testcase classname="m.T" name="flaky"><flakyFailure/><rerunFailure/></testcase>',
    )
    assert results(suite_of(*cases)) == {
        "m.T::passes": "passed",
        "m.T::fails": "failed",
        "m.T::breaks": "error",
        "m.T::skips": "skipped",
        "m.T::talks": "passed",
        "m.T::flaky": "passed",
    }


def test_the_report_of_the_pytest_we_run_on_is_understood(tmp_path):
    (tmp_path / "test_real.py").write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert 1 == 2\n"
        "@pytest.mark.skip\ndef test_later(): pass\n"
        "@pytest.mark.parametrize('n', [1, 'a\\nb'])\ndef test_each(n): pass\n"
        "@pytest.fixture\ndef broken(): raise RuntimeError\n"
        "def test_broken(broken): pass\n"
        "@pytest.fixture\ndef untidy():\n    yield\n    raise RuntimeError\n"
        "def test_untidy(untidy): pass\n"
    )
    (tmp_path / "test_absent.py").write_text("import no_such_module\n")
    arguments = (
        "-q",
        "--junitxml=r.xml",
        "-p",
        "no:cacheprovider",
        "--continue-on-collection-errors",
    )
    command = (sys.executable, "-m", "pytest", *arguments)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    suite = read_junit((tmp_path / "r.xml").read_bytes(), done.returncode)
    assert suite == Ran(
        {
            TestId("test_absent"): Outcome.ERROR,
            TestId("test_real::test_good"): Outcome.PASSED,
            TestId("test_real::test_bad"): Outcome.FAILED,
            TestId("test_real::test_later"): Outcome.SKIPPED,
            TestId("test_real::test_each[1]"): Outcome.PASSED,
            TestId("test_real::test_each[a\\nb]"): Outcome.PASSED,
            TestId("test_real::test_broken"): Outcome.ERROR,
            TestId("test_real::test_untidy"): Outcome.ERROR,
        },
        1,
    )


@pytest.mark.parametrize(
    ("attribute", "outcome"),
    [
        ('status="run"', "passed"),
        ('status="run" result="completed"', "passed"),
        ('status="notrun" result="suppressed"', "skipped"),
        ('status="disabled"', "skipped"),
        ('status="failed"', "failed"),
        ('status="who-knows"', "skipped"),
    ],
)
def test_a_status_is_believed_only_when_it_says_worse(attribute, outcome):
    assert results(suite_of(f'<testcase name="t" classname="c" {attribute}/>'))["c::t"] == outcome


def test_nested_suites_namespaces_and_a_single_suite_are_read():
    nested = suite_of('<testsuite name="inner"><testcase name="t"/></testsuite>')
    assert results(nested) == {"inner::t": "passed"}
    assert results('<testsuite xmlns="urn:x" name="s"><testcase name="t"/></testsuite>') == {
        "s::t": "passed"
    }


def test_without_a_class_the_file_and_else_the_suite_tells_tests_apart():
    cases = ('<testcase name="t" file="a.js"/>', '<testcase name="t"/>')
    assert set(results(suite_of(*cases))) == {"a.js::t", "s::t"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_second_entry_cannot_hide_a_failure(turned):
    cases = [
        '<testcase name="t" classname="c"/>',
        '<testcase name="t" classname="c"><failure/></testcase>',
    ]
    assert results(suite_of(*(reversed(cases) if turned else cases))) == {"c::t": "failed"}


def test_no_tests_at_all_is_an_empty_run():
    assert read_junit(b'<testsuites><testsuite tests="0"/></testsuites>', 5) == Ran({}, 5)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<testsuites><testsuite><testcase name="&b;"/></testsuite></testsuites>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite name="&a;"/>'


@pytest.mark.parametrize(
    "report",
    [
        b"",
        b"\0\xff\xfe",
        b"<testsuites>",
        b"no xml",
        b"<html/>",
        b'<?xml version="1.0" encoding="no-such"?><testsuite/>',
        b'<testsuite><testcase classname="c"/></testsuite>',
        b'<testsuite><testcase name="a"/></testsuite><testsuite/>',
        b'<testsuite failures="2"><testcase name="a"><failure/></testcase></testsuite>',
        b'<testsuites><testsuite errors="1"><testcase name="a"/></testsuite></testsuites>',
        BOMB.encode(),
        OUTSIDE.encode(),
        BOMB.encode("utf-16"),
    ],
)
def test_a_doubtful_report_is_no_report(report):
    assert isinstance(read_junit(report, 0), CouldNotRun)


def test_suites_nested_without_end_do_not_break_the_reader():
    deep = b"<testsuite>" * 20_000 + b'<testcase name="t"/>' + b"</testsuite>" * 20_000
    assert isinstance(read_junit(deep, 0), CouldNotRun)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_raise(report):
    assert isinstance(read_junit(b"<testsuite>" + report, 0), CouldNotRun)
    assert isinstance(read_junit(report, 0), Ran | CouldNotRun)


@given(st.lists(st.sampled_from(["", "<failure/>", "<error/>", "<skipped/>"]), max_size=8))
def test_every_test_is_counted_and_none_is_better_than_its_children_say(children):
    cases = [f'<testcase classname="c" name="t{i}">{c}</testcase>' for i, c in enumerate(children)]
    found = results(suite_of(*cases))
    said = {"": "passed", "<failure/>": "failed", "<error/>": "error", "<skipped/>": "skipped"}
    assert found == {f"c::t{i}": said[child] for i, child in enumerate(children)}
