"""What a gate refused, and what of that was merged later after all."""

from datetime import timedelta

from bot.domain.changed_lines import Sketch
from bot.domain.statistics import Share
from bot.domain.subject import Repo, Subject
from bot.memory.judged import MergedChange, RefusedChange
from bot.memory.refusals import Gate, refusals_of
from bot.memory.telemetry.gates import RuleReport, audit
from tests.memory.attempts import NOW, REPO

ISSUE, OTHER = Subject(REPO, 7), Subject(REPO, 8)
LINES = Sketch(frozenset(range(10)))
TESTED = Sketch(frozenset(range(20)))


def refusal(rule: str = "too-large", gate: Gate = Gate.PATCH, subject: Subject = ISSUE):
    return refusals_of(gate, (rule,), subject, 1, "tree", NOW)


def change(subject: Subject = ISSUE, gate: Gate = Gate.PATCH, sketch: Sketch = LINES):
    return RefusedChange(subject, 1, gate, "tree", sketch, NOW)


def merge(sketch: Sketch, after: int = 1, subject: Subject = ISSUE, head: str = "head"):
    return MergedChange(subject, head, sketch, NOW + timedelta(hours=after))


def only(reports: tuple[RuleReport, ...]) -> RuleReport:
    (report,) = reports
    return report


def test_what_is_merged_nearly_as_it_was_is_shown_good():
    found = only(audit(refusal(), [change()], [merge(Sketch(frozenset(range(1, 11))))]))
    assert (found.as_it_was, found.with_more) == (Share(0, 1), Share(1, 1)), "9 of 11 are alike"
    found = only(audit(refusal(), [change()], [merge(LINES)]))
    assert (found.as_it_was, found.with_more) == (Share(1, 1), Share(0, 1))


def test_what_was_merged_with_a_test_beside_it_may_be_what_the_rule_asked_for():
    found = only(audit(refusal("no-red-test"), [change()], [merge(TESTED)]))
    assert (found.as_it_was, found.with_more) == (Share(0, 1), Share(1, 1))


def test_what_was_merged_before_for_another_issue_or_in_other_lines_shows_nothing():
    merges = [
        merge(LINES, after=-1),
        merge(LINES, subject=OTHER),
        merge(Sketch(frozenset(range(5, 30)))),
    ]
    found = only(audit(refusal(), [change()], merges))
    assert (found.as_it_was, found.with_more) == (Share(0, 1), Share(0, 1))


def test_an_installation_that_was_made_anew_is_the_same_repository():
    again = Subject(Repo(REPO.owner, REPO.name, 99), ISSUE.number)
    assert only(audit(refusal(), [change()], [merge(LINES, subject=again)])).as_it_was.count == 1


def test_a_change_that_was_not_kept_is_not_counted_as_wrong_or_right():
    found = only(audit(refusal(), [], [merge(LINES)]))
    assert (found.refused, found.as_it_was) == (1, Share(0, 0))


def test_a_merge_that_a_gate_left_to_a_person_is_shown_good_when_that_commit_is_merged():
    waiting = refusal("approval-needed", Gate.MERGE)
    assert only(audit(waiting, [], [merge(LINES, head="tree")])).as_it_was == Share(1, 1)
    assert only(audit(waiting, [], [merge(LINES, head="another")])).as_it_was == Share(0, 1)
    assert only(audit(waiting, [], [])).as_it_was == Share(0, 1)


def test_a_command_or_a_call_that_was_refused_cannot_be_followed():
    found = only(audit(refusal("budget-day", Gate.BUDGET), [], [merge(LINES)]))
    assert found.as_it_was == Share(0, 0)


def test_rules_are_listed_by_gate_and_how_often_they_fired():
    made = [
        *refusal("a", Gate.PROOF),
        *refusal("b"),
        *refusal("c"),
        *refusal("c", subject=OTHER),
    ]
    assert [(one.gate, one.rule, one.refused) for one in audit(made, [], [])] == [
        (Gate.PATCH, "c", 2),
        (Gate.PATCH, "b", 1),
        (Gate.PROOF, "a", 1),
    ]
