"""Failed tests of a JUnit report, as annotations."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

from forge.world.entities import Annotation

_PLACE = re.compile(r"^(?P<path>[\w./-]+):(?P<line>\d+): ", re.MULTILINE)


def failed_tests(report: bytes) -> list[Annotation]:
    """One annotation for each failed test; none for a report that cannot be read."""
    # Entities can make a small file huge, and no test runner declares any.
    if b"<!DOCTYPE" in report:
        return []
    try:
        root = fromstring(report)
    except ParseError:
        return []
    return [_annotation(case, why) for case in root.iter("testcase") for why in _failures(case)]


def _failures(case: Element) -> Iterator[Element]:
    yield from (child for child in case if child.tag in ("failure", "error"))


def _annotation(case: Element, why: Element) -> Annotation:
    details = why.text or ""
    # The last place of a trace is where it failed.
    places = list(_PLACE.finditer(details))
    path = places[-1]["path"] if places else case.get("file", "")
    line = int(places[-1]["line"]) if places else _number(case.get("line"))
    return Annotation(
        path=path or case.get("classname", "").replace(".", "/") or ".github",
        start_line=line,
        end_line=line,
        level="failure",
        message=why.get("message") or details[:200] or "failed",
        title=f"{case.get('classname', '')}.{case.get('name', '')}".strip("."),
        raw_details=details or None,
    )


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 1
