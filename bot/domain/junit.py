"""JUnit XML as test runners really write it, read with suspicion: the code under test was near it.

There is no standard; this reads what pytest, Maven Surefire, Gradle, Jest, gotestsum, GoogleTest,
PHPUnit and cargo-nextest agree on: `testcase` elements, whose children say what went wrong.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from bot.kernel.proof import CouldNotRun, Outcome, Ran, TestId

MAX_BYTES = 64 * 1024**2
MAX_TESTS = 200_000
MAX_SIZE = 1_000_000
MAX_DEPTH = 64

_TIME = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,12})?")
_WORST_FIRST = (Outcome.ERROR, Outcome.FAILED, Outcome.SKIPPED, Outcome.PASSED)
_CHILDREN: Mapping[str, Outcome] = {
    "error": Outcome.ERROR,
    "failure": Outcome.FAILED,
    "skipped": Outcome.SKIPPED,
}
_NOT_RUN = frozenset({"notrun", "disabled", "skipped", "suppressed", "ignored"})
_RAN = frozenset({"run", "passed", "success", "completed", "failed", "failure", "error", "broken"})


def read_junit(report: bytes, exit_code: int) -> Ran | CouldNotRun:
    """The outcome of every test in a report. A report that is doubtful anywhere is no report.

    A test that is named more than once has its worst outcome: no second entry may hide a failure.
    """
    if len(report) > MAX_BYTES:
        return CouldNotRun(f"the JUnit report is larger than {MAX_BYTES} bytes")
    try:
        root = _parse(report)
    except _Suspicious as found:
        return CouldNotRun(f"the JUnit report has {found}, which no test runner writes")
    except (ParseError, ValueError, LookupError) as error:
        return CouldNotRun(f"the JUnit report is not well-formed XML: {error}")
    if _tag(root) not in ("testsuites", "testsuite"):
        return CouldNotRun(f"the report is not JUnit XML: its root is <{_tag(root)}>")
    results: dict[TestId, Outcome] = {}
    for case, path in _cases(root):
        test = _identity(case, path)
        if test is None:
            return CouldNotRun("the JUnit report holds a test without a name")
        results[test] = _worse(results.get(test, Outcome.PASSED), _outcome(case))
        if len(results) > MAX_TESTS:
            return CouldNotRun(f"the JUnit report holds more than {MAX_TESTS} tests")
    if (disagreement := _disagreement(root)) is not None:
        return CouldNotRun(disagreement)
    return Ran(results, exit_code)


def read_seconds(report: bytes) -> dict[TestId, float]:
    """How long each test took by the report, in seconds; empty for a report that is doubtful."""
    if len(report) > MAX_BYTES or not isinstance(read_junit(report, 0), Ran):
        return {}
    found: dict[TestId, float] = {}
    for case, suite in _cases(_parse(report)):
        test, text = _identity(case, suite), case.get("time") or ""
        if test is not None and _TIME.fullmatch(text):
            found[test] = found.get(test, 0.0) + float(text)
    return found


class _Suspicious(Exception):
    """Something test runners never write; the message says what."""


class _Builder(TreeBuilder):
    """Builds the tree, but refuses declared entities and nesting, which expand without end."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._size = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._size += 1 + len(attrs)
        if self._size > MAX_SIZE:
            raise _Suspicious(f"more than {MAX_SIZE} elements and attributes")
        if self._depth > MAX_DEPTH:
            raise _Suspicious(f"more than {MAX_DEPTH} levels")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, *_: str | None) -> None:
        raise _Suspicious("a DOCTYPE")


def _parse(report: bytes) -> Element:
    parser = XMLParser(target=_Builder())
    parser.feed(report)
    return parser.close()


def _tag(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _cases(root: Element) -> Iterator[tuple[Element, str]]:
    """Every test with the name of the suite it is in, in order, however deep suites are nested."""
    waiting = [(root, "")]
    while waiting:
        element, suite = waiting.pop()
        match _tag(element):
            case "testcase":
                yield element, suite
            case "testsuite" | "testsuites":
                name = element.get("name") or suite
                waiting += [(child, name) for child in reversed(element)]
            case _:
                continue


def _identity(case: Element, suite: str) -> TestId | None:
    """Class and name. Without a class, a runner that names files or suites is told apart by these.

    pytest names a module that it could not import by an empty class and the module's name.
    """
    name = case.get("name", "")
    place = case.get("classname")
    if place is None:
        place = case.get("file") or suite
    parts = [part for part in (place, name) if part]
    return TestId("::".join(parts)) if name else None


def _outcome(case: Element) -> Outcome:
    found = [_CHILDREN[tag] for tag in map(_tag, case) if tag in _CHILDREN]
    worst = Outcome.PASSED
    for outcome in found:
        worst = _worse(worst, outcome)
    said = {(case.get(key) or "run").casefold() for key in ("status", "result")}
    if said & _NOT_RUN:
        worst = _worse(worst, Outcome.SKIPPED)
    if said & {"failed", "failure", "error", "broken"}:
        worst = _worse(worst, Outcome.FAILED)
    # a word that is not known must not count as a pass
    return worst if said <= _NOT_RUN | _RAN else _worse(worst, Outcome.SKIPPED)


def _worse(one: Outcome, other: Outcome) -> Outcome:
    return min(one, other, key=_WORST_FIRST.index)


def _disagreement(root: Element) -> str | None:
    """A suite that counts more bad tests than it shows was cut short or tampered with."""
    for suite in root.iter():
        if _tag(suite) not in ("testsuite", "testsuites"):
            continue
        declared = sum(_count(suite, key) for key in ("failures", "errors"))
        shown = sum(
            1 for case, _ in _cases(suite) for tag in map(_tag, case) if tag in ("failure", "error")
        )
        if declared > shown:
            return f"the JUnit report counts {declared} failures and shows {shown}"
    return None


def _count(suite: Element, key: str) -> int:
    text = suite.get(key) or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
