"""A pull request's conversation on the forge: threads, replies, reviews, who is asked."""

import pytest

from bot.adapters.github.record import Record
from bot.adapters.github.talk_readers import graphql_actor
from bot.stages.github import NotAllowed
from bot.stages.talk import ReviewState, Thread
from forge.world import entities, line_comments, people, pulls, pushes, reviews
from forge.world.entities import Level, Pull
from tests.adapters.github_on_forge import Place, actor_of

BRANCH = "evolve/1-1"
KEY = "<!-- evolve:reply 1 -->"


@pytest.fixture
def pull(at: Place) -> Pull:
    """A pull request of ours that adds a file of three lines."""
    files = {"sums.py": "a = 1\nb = 2\nc = 3\n"}
    pushes.push_commit_as(at.world, at.town.app.bot, at.repo, BRANCH, files, "c")
    opened = at.github.ensure_pull(at.here, BRANCH, "main", "a change", "Closes #1")
    return at.world.pull(at.repo, opened.number)


def remark(at: Place, pull: Pull, line: int = 2, body: str = "why?") -> entities.ReviewComment:
    return reviews.line_comment(at.world, at.town.ada, pull, "sums.py", line, body)


def only(at: Place, pull: Pull) -> Thread:
    (thread,) = at.github.threads(at.here, pull.number)
    return thread


@pytest.fixture(params=["graphql", "rest"])
def way(at: Place, request: pytest.FixtureRequest) -> str:
    """Both ways to read threads: a server without GraphQL answers 404."""
    if request.param == "rest":
        at.town.forge.faults.fail_before(404, times=1000, path="graphql")
    return request.param


def test_a_thread_has_its_place_and_its_remarks_oldest_first(at: Place, pull: Pull, way: str):
    first = remark(at, pull)
    second = reviews.reply(at.world, at.town.app.bot, first, "because")
    thread = only(at, pull)
    assert (thread.path, thread.line, thread.resolved) == ("sums.py", 2, False)
    assert [one.id for one in thread.remarks] == [first.id, second.id]
    assert [one.body for one in thread.remarks] == ["why?", "because"]
    assert [one.author for one in thread.remarks] == [
        actor_of(at.town.ada),
        actor_of(at.town.app.bot),
    ]
    assert bool(thread.key) == (way == "graphql")


def test_threads_come_in_the_order_in_which_they_were_begun(at: Place, pull: Pull, way: str):
    made = [remark(at, pull, line).id for line in (3, 1, 2)]
    reviews.reply(at.world, at.town.ada, pull.threads[0].comments[0], "and?")
    found = at.github.threads(at.here, pull.number)
    assert [one.remarks[0].id for one in found] == made
    assert [len(one.remarks) for one in found] == [2, 1, 1]


def test_an_edited_remark_is_what_it_says_now(at: Place, pull: Pull, way: str):
    line_comments.edit_comment(at.world, at.town.ada, remark(at, pull), "why not?")
    assert [one.body for one in only(at, pull).remarks] == ["why not?"]


def test_a_thread_whose_line_is_gone_has_none(at: Place, pull: Pull, way: str):
    remark(at, pull)
    files = {"sums.py": "a = 1\nother = 2\nc = 3\n"}
    pushes.push_commit_as(at.world, at.town.app.bot, at.repo, BRANCH, files, "d")
    thread = only(at, pull)
    assert thread.line is None


def test_a_pull_request_without_remarks_has_no_thread(at: Place, pull: Pull, way: str):
    assert at.github.threads(at.here, pull.number) == ()


def test_the_threads_of_no_pull_request_are_refused(at: Place, way: str):
    with pytest.raises(NotAllowed):
        at.github.threads(at.here, 4711)


def test_more_than_a_hundred_threads_and_remarks_are_all_read(at: Place, pull: Pull, way: str):
    with at.world.silently():
        first = remark(at, pull)
        for number in range(104):
            reviews.reply(at.world, at.town.ada, first, str(number))
        for _ in range(101):
            remark(at, pull, 1)
    found = at.github.threads(at.here, pull.number)
    assert len(found) == 102
    assert [one.body for one in found[0].remarks] == ["why?", *map(str, range(104))]


def test_a_reply_is_written_once_and_then_edited(at: Place, pull: Pull, way: str):
    first = remark(at, pull)
    remark(at, pull, 1)
    thread = at.github.threads(at.here, pull.number)[0]
    for body in ("on it", "on it", "done"):
        at.github.ensure_reply(at.here, pull.number, thread, KEY, body)
    said = [one.body for one in pull.threads[0].comments]
    assert said == ["why?", f"done\n\n{KEY}"]
    assert pull.threads[0].comments[1].in_reply_to is first
    assert len(pull.threads[1].comments) == 1


def test_each_thread_has_a_reply_of_its_own_under_the_same_marker(at: Place, pull: Pull):
    remark(at, pull)
    remark(at, pull, 1)
    for thread in at.github.threads(at.here, pull.number):
        at.github.ensure_reply(at.here, pull.number, thread, KEY, "done")
    assert [len(thread.comments) for thread in pull.threads] == [2, 2]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reply_whose_answer_was_lost_is_there_once(at: Place, pull: Pull, when: str):
    remark(at, pull)
    thread, faults = only(at, pull), at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="POST", path="/replies$")
    at.github.ensure_reply(at.here, pull.number, thread, KEY, "done")
    assert len(pull.threads[0].comments) == 2


def test_of_two_replies_that_two_workers_left_one_stays(at: Place, pull: Pull):
    first = remark(at, pull)
    kept = reviews.reply(at.world, at.town.app.bot, first, f"done\n\n{KEY}")
    reviews.reply(at.world, at.town.app.bot, first, f"done\n\n{KEY}")
    reviews.reply(at.world, at.town.ada, first, f"I quote {KEY}")
    at.github.ensure_reply(at.here, pull.number, only(at, pull), KEY, "done")
    ours = [one for one in pull.threads[0].comments if one.author is at.town.app.bot]
    assert ours == [kept]
    assert len(pull.threads[0].comments) == 3


def test_a_secret_does_not_leave_in_a_reply(at: Place, pull: Pull):
    remark(at, pull)
    secret = "ghp_" + "a1B2" * 9
    at.github.ensure_reply(at.here, pull.number, only(at, pull), KEY, f"it is {secret}")
    assert secret not in pull.threads[0].comments[1].body


def test_a_thread_is_resolved_once(at: Place, pull: Pull):
    remark(at, pull)
    thread = only(at, pull)
    assert at.github.ensure_resolved(at.here, thread) is True
    assert at.github.ensure_resolved(at.here, thread) is True
    assert pull.threads[0].resolved_by is at.town.app.bot
    assert only(at, pull).resolved is True


@pytest.mark.parametrize("when", ["before", "after"])
def test_resolving_whose_answer_was_lost_is_done(at: Place, pull: Pull, when: str):
    remark(at, pull)
    thread, faults = only(at, pull), at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    at.github.ensure_resolved(at.here, thread)
    line_comments.unresolve_thread(at.world, at.town.ada, pull.threads[0])
    fail(502, method="POST", path="graphql")
    assert at.github.ensure_resolved(at.here, thread) is True
    assert pull.threads[0].resolved_by is not None


def test_without_the_permission_a_thread_stays_open(at: Place, pull: Pull):
    remark(at, pull)
    thread, granted = only(at, pull), at.town.installation.permissions
    granted["contents"] = Level.READ
    people.revoke_tokens(at.world, at.town.installation)
    try:
        assert at.github.ensure_resolved(at.here, thread) is False
    finally:
        granted["contents"] = Level.WRITE
        people.revoke_tokens(at.world, at.town.installation)
    assert pull.threads[0].resolved_by is None


def test_without_graphql_a_thread_cannot_be_resolved(at: Place, pull: Pull):
    remark(at, pull)
    at.town.forge.faults.fail_before(404, times=1000, path="graphql")
    assert at.github.ensure_resolved(at.here, only(at, pull)) is False


def test_reviews_are_told_oldest_first_without_pending_ones(at: Place, pull: Pull):
    ada, world = at.town.ada, at.world
    reviews.request_changes(world, ada, pull, "no")
    old_head = pull.head_sha
    at.push(BRANCH)
    given = reviews.approve(world, ada, pull, "yes")
    reviews.dismiss_review(world, ada, given)
    wanted = [line_comments.LineComment("sums.py", "later", 1)]
    reviews.create_review(world, ada, pull, None, "", wanted)
    first, second = at.github.reviews_said(at.here, pull.number)
    assert (first.state, first.body, first.sha) == (ReviewState.CHANGES_REQUESTED, "no", old_head)
    assert first.author == actor_of(ada)
    assert (second.state, second.sha) == (ReviewState.DISMISSED, pull.head_sha)


def test_a_review_is_requested_once(at: Place, pull: Pull):
    for _ in range(2):
        assert at.github.ensure_reviewer(at.here, pull.number, "Ada") is True
    assert pull.requested_reviewers == [at.town.ada]
    asked = [it for it in pull.issue.timeline if isinstance(it, entities.ReviewRequested)]
    assert len(asked) == 1


def test_whoever_cannot_review_here_is_not_asked(at: Place, pull: Pull):
    people.create_user(at.world, f"stranger-{at.repo.name}")
    assert at.github.ensure_reviewer(at.here, pull.number, f"stranger-{at.repo.name}") is False
    assert at.github.ensure_reviewer(at.here, pull.number, "nobody-at-all") is False
    pulls.close_pull(at.world, at.town.ada, pull)
    assert pull.requested_reviewers == []


def test_a_request_whose_answer_was_lost_is_made_once(at: Place, pull: Pull):
    at.town.forge.faults.fail_after(502, method="POST", path="/requested_reviewers$")
    assert at.github.ensure_reviewer(at.here, pull.number, "ada") is True
    assert pull.requested_reviewers == [at.town.ada]


def test_graphql_names_bots_without_their_suffix_and_we_with_it():
    bot = {"__typename": "Bot", "login": "helper", "databaseId": 7}
    assert graphql_actor(Record(bot)).login == "helper[bot]"
    assert graphql_actor(Record(bot)).is_bot is True
    assert graphql_actor(Record({"__typename": "Mannequin", "login": "m"})).id == 0
    assert graphql_actor(None).id == 0
