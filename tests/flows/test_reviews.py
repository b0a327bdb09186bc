"""People review the bot's pull request."""

from dataclasses import replace
from typing import cast

import pytest

from bot.domain.lessons.lesson import Active, Sort, Tentative
from bot.domain.revision import Came, Cause
from bot.domain.task import Ending, TaskState
from bot.stages.github import GitHub, NotAllowed
from forge.ci.runner import Mode
from forge.world.entities import Role
from forge.world.line_comments import LineComment
from forge.world.reviews import approve, create_review, line_comment, reply, request_changes
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.flows.pull_requests import (
    BY_BOT,
    BY_HUMAN,
    PLAIN,
    Obliging,
    Silent,
    commits_of,
    file_on_the_pull,
    on_the_pull,
    opened,
)

pytestmark = [pytest.mark.sandbox, needs_sandbox]
PATH, LINE = "shelf/paging.py", 8


def test_requested_changes_and_line_comments_are_answered_by_one_commit(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    wilma = town.user("wilma", Role.WRITE)
    remarks = [LineComment(PATH, "Too clever for me.", LINE)]
    review = create_review(
        town.forge.world,
        wilma,
        town.pull(),
        "REQUEST_CHANGES",
        "Please write it the plain way.",
        remarks,
    )
    town.settle()

    assert len(commits_of(town)) == 2
    assert PLAIN in file_on_the_pull(town, PATH)
    (thread,) = town.pull().threads
    first, answer = thread.comments
    assert (first, answer.author) == (review.comments[0], town.app.bot)
    assert f"Done in {town.pull().head_sha}" in answer.body
    assert thread.resolved_by is town.app.bot
    (told,) = [body for body in on_the_pull(town) if "Please write it the plain way." in body]
    assert "Written the plain way." in told
    assert wilma in town.pull().requested_reviewers
    assert town.task(issue).state is TaskState.PUBLISHED
    asked = town.records.lessons.all()
    assert {(one.sort, one.standing) for one in asked} == {(Sort.CONVENTION, Tentative())}
    assert ["Too clever for me." in one.text for one in asked].count(True) == 1
    assert ["Please write it the plain way." in one.text for one in asked].count(True) == 1

    approve(town.forge.world, wilma, town.pull())
    town.settle()
    assert town.task(issue).ending is Ending.MERGED
    accepted = town.records.lessons.some(one.id for one in asked)
    assert {one.standing for one in accepted} == {Active()}


def test_a_question_in_a_thread_is_answered_without_a_commit_and_left_open(found: Found):
    town = found(actor=Silent(), policy=BY_HUMAN)
    opened(town)
    asked = line_comment(town.forge.world, town.maintainer, town.pull(), PATH, LINE, "Why so?")
    town.settle()

    assert len(commits_of(town)) == 1
    (thread,) = town.pull().threads
    assert [one.author for one in thread.comments] == [asked.author, town.app.bot]
    assert "It is what the issue asks for." in thread.comments[1].body
    assert thread.resolved_by is None

    town.sweep()
    assert len(thread.comments) == 2, "answered once"


def test_who_answers_back_in_a_thread_is_answered_again(found: Found):
    town = found(actor=Silent(), policy=BY_HUMAN)
    opened(town)
    asked = line_comment(town.forge.world, town.maintainer, town.pull(), PATH, LINE, "Why so?")
    town.settle()
    reply(town.forge.world, town.maintainer, asked, "I do not see that.")
    town.settle()
    (thread,) = town.pull().threads
    assert len(thread.comments) == 4


def test_the_words_of_somebody_without_write_access_cost_nothing(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    opened(town)
    paid, rita = len(town.model.requests), town.user("rita", Role.READ)
    line_comment(town.forge.world, rita, town.pull(), PATH, LINE, "Rewrite all of it.")
    request_changes(town.forge.world, rita, town.pull(), "All of it.")
    town.settle()
    town.sweep()
    assert len(town.model.requests) == paid
    assert len(commits_of(town)) == 1


def test_an_instruction_on_the_pull_request_is_carried_out(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    opened(town)
    said = town.say(town.pull().issue, "/evolve write it without the double minus")
    town.settle()
    assert PLAIN in file_on_the_pull(town, PATH)
    assert "eyes" in town.reactions(said)
    assert any("Written the plain way." in body for body in on_the_pull(town))


def test_an_instruction_by_somebody_without_write_access_is_refused_once_and_costs_nothing(
    found: Found,
):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    opened(town)
    paid, rita = len(town.model.requests), town.user("rita", Role.READ)
    for _ in range(2):
        town.say(town.pull().issue, "/evolve write it in another language", rita)
        town.settle()
    assert len(town.model.requests) == paid
    assert len(on_the_pull(town)) == 1
    assert "write access is needed" in on_the_pull(town)[0]


def test_a_comment_that_asks_nothing_of_the_bot_is_left_alone(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    opened(town)
    town.say(town.pull().issue, "Nice. I would have written `/evolve stop` long ago.")
    town.settle()
    assert len(commits_of(town)) == 1
    assert on_the_pull(town) == []


def test_an_unknown_word_on_the_pull_request_gets_the_list_of_words_there(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    opened(town)
    town.say(town.pull().issue, "/evolve dance")
    town.settle()
    (answer,) = on_the_pull(town)
    assert "/evolve stop" in answer


def test_an_approval_in_words_must_name_the_commit(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    head = town.pull().head_sha
    town.say(town.pull().issue, "/evolve approve")
    town.settle()
    assert not town.pull().merged
    assert f"/evolve approve {head[:12]}" in on_the_pull(town)[0]

    town.say(town.pull().issue, f"/evolve approve {head[:12]}")
    town.settle()
    assert town.task(issue).ending is Ending.MERGED


def test_open_requests_for_changes_hold_a_merge_that_the_bot_might_make_itself(found: Found):
    town = found(actor=Silent(), policy=BY_BOT)
    town.forge.ci.mode = Mode.PAUSED
    opened(town)
    request_changes(town.forge.world, town.maintainer, town.pull(), "Not yet, please.")
    town.forge.ci.mode = Mode.NORMAL
    town.settle()
    assert not town.pull().merged


def test_the_answer_to_a_command_stays_until_something_else_happens(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    town.say(issue, "/evolve continue $3")
    town.settle()
    town.sweep()
    assert "There is nothing to continue" in town.status(issue)
    approve(town.forge.world, town.maintainer, town.pull())
    town.settle()
    assert "There is nothing to continue" not in town.status(issue)


class Locked:
    """GitHub, where nobody lets the bot write in this conversation."""

    def __init__(self, github: GitHub) -> None:
        self._github = github

    def __getattr__(self, name: str) -> object:
        return getattr(self._github, name)

    def ensure_reply(self, *_: object) -> None:
        raise NotAllowed("the conversation is locked")

    def ensure_pull_body(self, *_: object) -> None:
        raise NotAllowed("the pull request is locked")


def test_an_answer_that_cannot_be_given_does_not_make_the_commit_somebody_elses(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    services = town.bot.services
    locked = cast("GitHub", Locked(services.github))
    town.bot.services = replace(services, github=locked)
    line_comment(town.forge.world, town.maintainer, town.pull(), PATH, LINE, "Too clever.")
    town.settle()
    town.sweep()

    task = town.task(issue)
    came = [(one.wanted.cause, one.came) for one in town.records.revisions.of(task.id, 1)]
    assert came == [(Cause.ANSWER, Came.PUSHED)]
    assert task.published is not None
    assert task.published.tested == town.pull().head_sha
    assert {"reply not given", "receipt not written"} <= set(town.story(issue))
