"""Forged test reports, read by the pure reader: whatever is doubtful never proves anything."""

from dataclasses import replace

import pytest

from bot.domain.junit import read_junit
from bot.kernel.proof import (
    CouldNotRun,
    ExitOnly,
    Outcome,
    ProofEvidence,
    Ran,
    Unproven,
    proof_verdict,
)
from bot.kernel.proof import TestId as Id
from bot.kernel.values import Kind, Sha
from bot.stages.sandbox import Exited, Killed, TimedOut, Unavailable
from bot.stages.suites import _suite

BOMBS = {
    "billion laughs": b'<!DOCTYPE a [<!ENTITY a "h"><!ENTITY b "&a;&a;">]><testsuite/>',
    "external entity": b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite>&a;</testsuite>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % a SYSTEM "http://localhost/">%a;]><testsuite/>',
    "empty doctype": b"<!DOCTYPE testsuite><testsuite/>",
    "undeclared entity": b"<testsuite>&nope;</testsuite>",
    "deep nesting": b"<testsuite>" * 5000 + b"</testsuite>" * 5000,
    "another encoding": b'<?xml version="1.0" encoding="x-made-up"?><testsuite/>',
    "utf-7": b'<?xml version="1.0" encoding="utf-7"?>+ADw-testsuite/+AD4-',
    "cut short": b"<testsuite><testcase name='a'/>",
    "two roots": b"<testsuite/><testsuite/>",
    "nothing": b"",
    "a nameless test": b"<testsuite><testcase classname='a'/></testsuite>",
    "more failures than shown": b"<testsuite failures='1'><testcase name='a'/></testsuite>",
    "a hidden failure count": b"<testsuites errors='2'><testcase name='a'/></testsuites>",
    "null bytes": b"<testsuite><testcase name='a\0'/></testsuite>",
    "html": b"<html><testcase name='a'/></html>",
}
NOT_PASSED = {
    "failure beside a pass": b"<testcase name='a'/><testcase name='a'><failure/></testcase>",
    "pass beside a failure": b"<testcase name='a'><failure/></testcase><testcase name='a'/>",
    "a namespaced failure": b"<testcase name='a'><x:failure xmlns:x='u'/></testcase>",
    "a status": b"<testcase name='a' status='failed'/>",
    "an unknown status": b"<testcase name='a' status='kinda'/>",
    "a result": b"<testcase name='a' result='skipped'/>",
    "skipped and failed": b"<testcase name='a'><skipped/><error/></testcase>",
}
A = Id("a")
PASSED, FAILED = Ran({A: Outcome.PASSED}, 0), Ran({A: Outcome.FAILED}, 1)


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_or_a_forgery_is_no_report(what):
    assert isinstance(read_junit(BOMBS[what], 0), CouldNotRun)


@pytest.mark.parametrize("what", NOT_PASSED)
def test_a_failure_cannot_be_written_so_that_it_reads_as_a_pass(what):
    ran = read_junit(b"<testsuite>" + NOT_PASSED[what] + b"</testsuite>", 0)
    assert isinstance(ran, Ran)
    assert ran.results[A] is not Outcome.PASSED


@pytest.mark.parametrize(
    "report",
    [
        Exited(1, b"<testsuite/>", 0.0, False),
        Exited(0, b"<testsuite><testcase name='a'/></testsuite>", 0.0, True),
        TimedOut(b"<testsuite/>", 30.0),
        Killed("disk", b"<testsuite/>", 1.0),
        Unavailable("gone", "install it"),
    ],
    ids=["missing", "longer than is read", "a pipe", "killed", "no sandbox"],
)
def test_a_report_that_could_not_be_read_whole_counts_as_none(report):
    assert _suite(0, report) == ExitOnly(0)


@pytest.mark.parametrize(
    "runs",
    [
        (PASSED, PASSED, FAILED, ExitOnly(0)),
        (PASSED, ExitOnly(0), FAILED, PASSED),
        (PASSED, PASSED, ExitOnly(1), PASSED),
        (ExitOnly(0), ExitOnly(0), ExitOnly(1), PASSED),
        (PASSED, PASSED, CouldNotRun("x"), PASSED),
        (PASSED, Ran({A: Outcome.PASSED}, 137), FAILED, PASSED),
        (PASSED, Ran({A: Outcome.PASSED}, 2), FAILED, PASSED),
        (PASSED, Ran({A: Outcome.PASSED}, -9), FAILED, PASSED),
        (PASSED, Ran({}, 0), FAILED, PASSED),
        (PASSED, Ran({A: Outcome.SKIPPED}, 0), FAILED, PASSED),
        (PASSED, PASSED, FAILED, Ran({}, 5)),
        (ExitOnly(0), ExitOnly(0), ExitOnly(127), ExitOnly(0)),
        (ExitOnly(0), ExitOnly(0), ExitOnly(137), ExitOnly(0)),
    ],
)
def test_one_doubtful_run_of_the_four_leaves_the_change_unproven(runs):
    base, kept, on_base, whole = runs
    evidence = ProofEvidence(
        Kind.FIX, Sha("a" * 40), Sha("b" * 40), base, kept, on_base, whole, None, True
    )
    evidence = replace(evidence, again=(on_base, whole))
    assert isinstance(proof_verdict(evidence), Unproven)
