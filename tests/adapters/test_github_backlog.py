"""What was filed before, in any state, as GitHub tells it."""

from bot.stages.backlog import Fate
from forge.world import entities, issues, labels
from tests.adapters.github_on_forge import Place


def filed(at: Place) -> dict[int, Fate]:
    return {one.number: one.fate for one in at.github.filed_issues(at.here, ("mine",))}


def test_issues_of_every_state_are_listed_once_newest_first(at: Place):
    ada, world = at.town.ada, at.world
    more = [issues.open_issue(world, ada, at.repo, f"t{n}", "b") for n in range(3)]
    labels.add_label(world, ada, at.issue, "mine")
    issues.close_issue(world, ada, at.issue)
    issues.close_issue(world, ada, more[0], entities.StateReason.NOT_PLANNED)
    issues.close_issue(world, ada, more[1], entities.StateReason.DUPLICATE)
    found = at.github.filed_issues(at.here, ("mine", "no such label"))
    numbers = [one.number for one in found]
    assert numbers == sorted({at.issue.number, *(one.number for one in more)}, reverse=True)
    assert [one.fate for one in found] == [
        *(Fate.OPEN, Fate.NOT_PLANNED, Fate.NOT_PLANNED, Fate.COMPLETED)
    ]
    last = found[-1]
    assert (last.title, last.body, last.labels, last.ours) == (
        *("a title", "a body", frozenset({"mine"}), False),
    )
    assert last.closed_at is not None
    assert found[0].closed_at is None


def test_what_is_reopened_is_open_again(at: Place):
    issues.close_issue(at.world, at.town.ada, at.issue, entities.StateReason.NOT_PLANNED)
    assert filed(at)[at.issue.number] is Fate.NOT_PLANNED
    issues.reopen_issue(at.world, at.town.ada, at.issue)
    assert filed(at)[at.issue.number] is Fate.OPEN


def test_ours_are_known_by_their_author_and_pull_requests_are_left_out(at: Place):
    number = at.github.ensure_issue(at.here, "<!-- m -->", "ours", "body", ("mine",))
    found = {one.number: one.ours for one in at.github.filed_issues(at.here, ("mine",))}
    assert found[number] is True
    assert found[at.issue.number] is False
