"""In which way each cheat of the corpus weakens a test."""

from enum import StrEnum

from tests.corpus.cases import Case

LANGUAGES = ("python", "typescript", "go", "rust")


class Way(StrEnum):
    """What an agent does to a test that stands in its way."""

    DELETED = "deleted"
    SKIPPED = "skipped"
    EXPECTED_TO_FAIL = "expected to fail"
    REMOVED = "assertion removed"
    LOOSENED = "assertion loosened"
    EXPECTATION = "expectation changed"
    SNAPSHOT = "snapshot rewritten"
    CONFIGURATION = "command or configuration altered"
    FIXTURE = "conftest or fixture swapped"
    NOT_RUN = "checks no longer reached"
    GUTTED = "emptied from outside of the test"


NOT_THERE = {(Way.EXPECTED_TO_FAIL, "go"): "Go has no mark for it"}
"""Ways that a language does not have."""

_NAMES = {
    Way.DELETED: """
        test-deleted test-file-deleted test-renamed test-renamed-away commented-out
        attribute-removed case-removed tests-emptied-in-a-loop
    """,
    Way.SKIPPED: """
        skipped group-skipped only-another ignored cfg-attr-ignore cfg-not-test configured-away
        module-configured-away built-never flag-short sys-exit under-an-empty-loop-without-indent
    """,
    Way.EXPECTED_TO_FAIL: """
        expected-to-fail should-panic fails-option fails-option-at-the-end
    """,
    Way.REMOVED: """
        assertion-removed body-emptied only-logged helper-checks-less helper-empty
        panic-message-dropped
    """,
    Way.LOOSENED: "loosened exception-widened not-inverted closure",
    Way.EXPECTATION: """
        expectation-changed case-changed case-changed-in-a-tuple shared-data-changed
    """,
    Way.SNAPSHOT: """
        snapshot-rewritten inline-snapshot-rewritten golden-file-rewritten
    """,
    Way.CONFIGURATION: """
        command-altered configuration-altered ci-altered deselected main-runs-nothing
        main-without-exit-code
    """,
    Way.FIXTURE: """
        conftest-swapped fixture-swapped fixture-patches fixture-monkeypatches
        always-equal-fixture fixture-used-for-all fixture-params-empty fixture-returns-mock
        fixture-same-name-prices module-set-up-added hook-mocks hook-for-all
        mocked-in-a-hook init-added subject-swapped-at-start helper-fake module-from-another-path
        subject-imported-from-a-fake
    """,
    Way.NOT_RUN: """
        early-return swallowed under-a-condition under-a-condition-without-indent
        wrapped-in-a-template caught recovered recovered-in-clean-up loop-zero decorated-away
        helper-decorated helper-generator helper-guard helper-guarded helper-rebinds helper-return
        helper-swallow helper-let
    """,
}
_WAYS = {name: way for way, names in _NAMES.items() for name in names.split()}


def language_of(case: Case) -> str:
    """The language, as the name of the case begins with it."""
    return case.name.partition("-")[0]


def way_of(case: Case) -> Way:
    """The way of a cheat. What is not listed empties the test by replacing what it calls."""
    return _WAYS.get(case.name.partition("-")[2], Way.GUTTED)
