"""Issues, comments, labels and people on the forge."""

from pathlib import Path

import pytest

from bot.domain.subject import Repo, Subject
from bot.kernel.authority import Permission
from bot.stages.github import IssueState, Linked, NotAllowed, NotLinked, TryLater
from forge.world import apps, comments, entities, issues, labels, people, reactions, sub_issues
from tests.adapters.github_on_forge import MARKER, Place, actor_of, place, town


def test_we_are_the_app_and_its_bot_user(at: Place):
    who = at.github.identity()
    bot = at.town.app.bot
    assert (who.app_id, who.user_id, who.login) == (at.town.app.id, bot.id, "evolve-bot[bot]")
    assert who.signature().email == f"{bot.id}+evolve-bot[bot]@users.noreply.github.com"


def test_repositories_are_what_the_installations_grant(at: Place):
    assert at.here in at.github.repositories()


def test_a_repository_tells_its_default_branch_and_clone_address(at: Place):
    facts = at.github.repository(at.here)
    assert facts is not None
    assert facts.default_branch == "main"
    assert facts.clone_url == f"{at.town.forge.web_url}/octo/{at.repo.name}.git"


def test_a_repository_that_is_not_ours_to_see_is_none(at: Place):
    assert at.github.repository(Repo("octo", "nowhere", at.town.installation.id)) is None


def test_the_token_for_git_reaches_one_repository_with_contents_alone(at: Place):
    remote = at.github.remote(at.here)
    token = at.world.tokens[remote.token]
    assert token.repos == [at.repo]
    assert token.permissions.get("contents") is entities.Level.WRITE
    assert set(token.permissions) <= {"contents", "metadata"}
    assert remote.token not in remote.url


def test_an_issue_is_read_as_it_is_now(at: Place):
    labels.add_label(at.world, at.town.ada, at.issue, "bug")
    reactions.react(at.world, at.town.ada, at.issue, entities.ReactionContent.PLUS_ONE)
    issue = at.github.issue(at.subject)
    assert issue is not None
    assert (issue.title, issue.body, issue.votes) == ("a title", "a body", 1)
    assert issue.labels == {"bug"}
    assert issue.author == actor_of(at.town.ada)
    assert issue.state is IssueState.OPEN
    issues.close_issue(at.world, at.town.ada, at.issue)
    closed = at.github.issue(at.subject)
    assert closed is not None
    assert closed.state is IssueState.CLOSED


def test_an_issue_that_is_not_there_is_none(at: Place):
    assert at.github.issue(Subject(at.here, 4711)) is None


def test_a_label_tells_who_put_it_on(at: Place):
    labels.add_label(at.world, at.town.ada, at.issue, "bug")
    labels.remove_label(at.world, at.town.ada, at.issue, "bug")
    labels.add_label(at.world, at.town.app.bot, at.issue, "bug")
    events = at.github.label_events(at.subject)
    assert [one.label for one in events] == ["bug", "bug"]
    assert [one.actor for one in events] == [actor_of(at.town.ada), actor_of(at.town.app.bot)]


def test_issues_with_a_label_come_from_all_pages(at: Place):
    with at.world.silently():
        for number in range(130):
            issues.open_issue(at.world, at.town.ada, at.repo, f"i{number}", labels=("many",))
    found = at.github.issues_with(at.here, "many", None)
    assert len({one.number for one in found}) == 130


def test_comments_come_from_all_pages_oldest_first(at: Place):
    with at.world.silently():
        for number in range(230):
            comments.comment(at.world, at.town.ada, at.issue, f"c{number}")
    for _ in range(2):  # the second time GitHub answers 304 to each page
        found = [one.body for one in at.github.comments(at.subject)]
        assert found == [f"c{n}" for n in range(230)]


def test_the_permission_is_the_role_of_this_moment(at: Place):
    assert at.github.permission(at.here, "ada") is Permission.WRITE
    people.set_permission(at.world, at.repo, at.town.ada, entities.Role.TRIAGE)
    assert at.github.permission(at.here, "ada") is Permission.TRIAGE


def test_nobody_has_no_permission(at: Place):
    assert at.github.permission(at.here, "nobody-of-that-name") is Permission.NONE


def test_a_permission_that_github_cannot_tell_now_is_asked_for_later(at: Place):
    at.town.forge.faults.fail_before(503, times=9, path="/permission$")
    with pytest.raises(TryLater):
        at.github.permission(at.here, "ada")


def test_one_comment_is_made_and_then_edited_in_place(at: Place):
    first = at.github.ensure_comment(at.subject, MARKER, "queued")
    again = at.github.ensure_comment(at.subject, MARKER, "queued")
    after = at.github.ensure_comment(at.subject, MARKER, "working")
    assert first == again == after
    assert at.our_comments() == [f"working\n\n{MARKER}"]


def test_the_same_text_is_not_written_again(at: Place):
    at.github.ensure_comment(at.subject, MARKER, "queued")
    at.town.forge.faults.fail_before(500, times=9, method="PATCH")
    at.github.ensure_comment(at.subject, MARKER, "queued")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_comment_whose_answer_was_lost_is_there_once(at: Place, when: str):
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="POST", path="/comments$")
    number = at.github.ensure_comment(at.subject, MARKER, "queued")
    assert at.our_comments() == [f"queued\n\n{MARKER}"]
    assert [one.id for one in at.github.comments(at.subject)] == [number]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_edit_whose_answer_was_lost_is_made_once(at: Place, when: str):
    at.github.ensure_comment(at.subject, MARKER, "queued")
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="PATCH")
    at.github.ensure_comment(at.subject, MARKER, "working")
    assert at.our_comments() == [f"working\n\n{MARKER}"]


def test_a_comment_that_is_lost_twice_is_left_for_later_and_comes_once(at: Place):
    at.town.forge.faults.fail_before(502, times=2, method="POST", path="/comments$")
    with pytest.raises(TryLater):
        at.github.ensure_comment(at.subject, MARKER, "queued")
    assert at.our_comments() == []
    at.github.ensure_comment(at.subject, MARKER, "queued")
    assert len(at.our_comments()) == 1


def test_of_two_status_comments_the_older_stays(at: Place):
    bot = at.town.app.bot
    older = comments.comment(at.world, bot, at.issue, f"queued\n{MARKER}")
    comments.comment(at.world, bot, at.issue, f"queued\n{MARKER}")
    assert at.github.ensure_comment(at.subject, MARKER, "working") == older.id
    assert at.our_comments() == [f"working\n\n{MARKER}"]


def test_a_marker_in_somebody_elses_comment_is_not_ours(at: Place):
    theirs = comments.comment(at.world, at.town.ada, at.issue, f"mine now\n{MARKER}")
    mine = at.github.ensure_comment(at.subject, MARKER, "queued")
    assert mine != theirs.id
    assert theirs.body == f"mine now\n{MARKER}"


def test_our_comment_is_found_on_the_last_page(at: Place):
    with at.world.silently():
        for number in range(120):
            comments.comment(at.world, at.town.ada, at.issue, f"c{number}")
        old = comments.comment(at.world, at.town.app.bot, at.issue, f"queued\n{MARKER}")
    assert at.github.ensure_comment(at.subject, MARKER, "done") == old.id


def test_a_secret_is_redacted_before_it_leaves(at: Place):
    at.github.ensure_comment(at.subject, MARKER, "log: ghs_" + "a1B2" * 10)
    assert "ghs_" not in at.our_comments()[0]


def test_a_loop_of_edits_ends(at: Place):
    for number in range(60):
        at.github.ensure_comment(at.subject, MARKER, f"{number}")
    with pytest.raises(NotAllowed, match="looks like a loop"):
        at.github.ensure_comment(at.subject, MARKER, "60")
    assert at.our_comments() == [f"59\n\n{MARKER}"]


def test_a_reaction_is_there_once(at: Place):
    written = comments.comment(at.world, at.town.ada, at.issue, "/evolve")
    for _ in range(2):
        at.github.ensure_reaction(at.subject, written.id, "eyes")
        at.github.ensure_reaction(at.subject, None, "rocket")
    assert [one.content for one in written.reactions] == ["eyes"]
    assert [one.content for one in at.issue.reactions] == ["rocket"]


def test_a_reaction_whose_answer_was_lost_is_there_once(at: Place):
    at.town.forge.faults.fail_after(502, method="POST", path="/reactions$")
    at.github.ensure_reaction(at.subject, None, "eyes")
    assert [one.content for one in at.issue.reactions] == ["eyes"]


def test_a_label_is_made_once_whatever_its_case(at: Place):
    at.github.ensure_label(at.here, "self-proposed", "#1d76db", "for the bot")
    at.github.ensure_label(at.here, "Self-Proposed", "000000", "again")
    assert at.repo.labels["self-proposed"].color == "1d76db"


def test_a_label_whose_answer_was_lost_is_there(at: Place):
    at.town.forge.faults.fail_after(502, method="POST", path="/labels$")
    at.github.ensure_label(at.here, "self-proposed", "1d76db", "for the bot")
    assert "self-proposed" in at.repo.labels


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_issue_is_filed_once(at: Place, when: str):
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="POST", path="/issues$")
    filed = at.github.ensure_issue(at.here, MARKER, "improve", "why", ("auto-evolution",))
    again = at.github.ensure_issue(at.here, MARKER, "improve", "why", ("auto-evolution",))
    assert filed == again
    issue = at.github.issue(Subject(at.here, filed))
    assert issue is not None
    assert issue.labels == {"auto-evolution"}
    mine = [one for one in at.repo.issues.values() if one.author is at.town.app.bot]
    assert len(mine) == 1


@pytest.fixture
def part(at: Place) -> entities.Issue:
    return issues.open_issue(at.world, at.town.ada, at.repo, "a part")


def test_an_issue_becomes_a_sub_issue_once(at: Place, part: entities.Issue):
    for _ in range(2):
        assert at.github.ensure_sub_issue(at.subject, part.number) == Linked()
    assert at.issue.sub_issues == [part]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_link_whose_answer_is_lost_is_looked_for(at: Place, part: entities.Issue, when: str):
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="POST", path="/sub_issues$")
    assert at.github.ensure_sub_issue(at.subject, part.number) == Linked()
    assert at.issue.sub_issues == [part]


@pytest.mark.parametrize("status", [403, 404, 410, 422])
def test_a_github_that_links_no_sub_issues_says_so_and_nothing_breaks(
    at: Place, part: entities.Issue, status: int
):
    at.town.forge.faults.fail_before(status, times=2, path="/sub_issues$")
    outcome = at.github.ensure_sub_issue(at.subject, part.number)
    assert isinstance(outcome, NotLinked)
    assert str(status) in outcome.reason


def test_an_issue_that_is_a_part_of_another_one_is_left_there(at: Place, part: entities.Issue):
    other = issues.open_issue(at.world, at.town.ada, at.repo, "another whole")
    sub_issues.add_sub_issue(at.world, at.town.ada, other, part)
    outcome = at.github.ensure_sub_issue(at.subject, part.number)
    assert isinstance(outcome, NotLinked)
    assert "one parent" in outcome.reason
    assert part.parent is other


def test_an_issue_that_is_not_there_is_not_linked(at: Place):
    assert isinstance(at.github.ensure_sub_issue(at.subject, 4711), NotLinked)


def test_an_issue_that_was_closed_is_not_filed_again(at: Place):
    filed = at.github.ensure_issue(at.here, MARKER, "improve", "why", ())
    issue = at.repo.issues[filed]
    issues.close_issue(at.world, at.town.ada, issue)
    assert at.github.ensure_issue(at.here, MARKER, "improve", "why", ()) == filed


def test_a_revoked_token_is_minted_again(at: Place):
    assert at.github.issue(at.subject) is not None
    assert apps_revoked(at) > 0
    assert at.github.issue(at.subject) is not None
    at.github.ensure_comment(at.subject, MARKER, "queued")
    apps_revoked(at)
    at.github.ensure_comment(at.subject, MARKER, "working")
    assert at.our_comments() == [f"working\n\n{MARKER}"]


def apps_revoked(at: Place) -> int:
    return people.revoke_tokens(at.world, at.town.installation)


def test_an_old_token_is_not_used_to_the_end(at: Place):
    at.github.issue(at.subject)
    minted = len(at.world.tokens)
    at.clock.now += 49 * 60
    at.github.issue(at.subject)
    assert len(at.world.tokens) == minted
    at.clock.now += 2 * 60
    at.github.issue(at.subject)
    assert len(at.world.tokens) == minted + 1


def test_a_suspended_installation_is_refused_and_grants_nothing(at: Place):
    try:
        apps.suspend_installation(at.world, at.town.installation)
        with pytest.raises(NotAllowed):
            at.github.issue(at.subject)
        assert at.github.repositories() == ()
    finally:
        apps.suspend_installation(at.world, at.town.installation, suspended=False)


def test_a_rate_limit_is_for_later_and_nothing_was_done(at: Place):
    at.github.identity()
    at.town.forge.faults.secondary_limit(33, method="POST", path="/comments$")
    with pytest.raises(TryLater) as later:
        at.github.ensure_comment(at.subject, MARKER, "queued")
    assert later.value.retry_after_s == 33
    assert at.our_comments() == []
    at.clock.now += 33
    at.github.ensure_comment(at.subject, MARKER, "queued")
    assert len(at.our_comments()) == 1


def test_a_spent_hour_is_for_later(tmp_path: Path):
    with town(tmp_path) as alone, place(alone) as at:
        at.github.identity()
        alone.forge.faults.primary_limit()
        with pytest.raises(TryLater) as later:
            at.github.repository(at.here)
        assert later.value.retry_after_s > 0


def test_a_missing_permission_says_which(at: Place):
    del at.town.installation.permissions["issues"]
    people.revoke_tokens(at.world, at.town.installation)
    try:
        with pytest.raises(NotAllowed, match="not accessible"):
            at.github.ensure_comment(at.subject, MARKER, "queued")
    finally:
        at.town.installation.permissions["issues"] = entities.Level.WRITE
        people.revoke_tokens(at.world, at.town.installation)


def test_a_file_is_read_at_a_branch(at: Place):
    at.push("evolve/1-1", "on the branch\n")
    assert at.github.file(at.here, "README.md", "main") == "hello\n"
    assert at.github.file(at.here, "README.md", "evolve/1-1") == "on the branch\n"
    assert at.github.file(at.here, ".github/evolve.yml", "main") is None
