"""Answer each person where they asked. Every reply is an ensure, found again by its marker."""

from typing import assert_never

from bot.domain.feedback import Feedback, OnPull, OnThread
from bot.domain.subject import Subject
from bot.domain.wording.replies import (
    done_reply,
    failed_reply,
    in_the_thread,
    left_reply,
    on_the_pull,
    reply_marker,
)
from bot.engine.desk import Desk
from bot.engine.revision_room import Reopened
from bot.kernel.values import Sha
from bot.stages.talk import Thread
from bot.stages.tools import Answer, Submission


def reply_all(desk: Desk, room: Reopened, told: Submission | str, sha: Sha | None) -> None:
    """One reply to each ask. `told` is the submission, or why there is none; `sha` the commit."""
    github, repo = desk.services.github, desk.task.subject.repo
    threads = {one.remarks[0].id: one for one in github.threads(repo, room.pull.number)}
    for number, ask in enumerate(room.asks, 1):
        answer = _answer_to(number, told)
        _reply(desk, room, ask, _worded(answer, told, sha), threads)
        done = answer is not None and answer.done and sha is not None
        if done and isinstance(ask.place, OnThread) and ask.place.root in threads:
            github.ensure_resolved(repo, threads[ask.place.root])
    if sha is not None:
        for login in dict.fromkeys(ask.by.login for ask in room.asks if not ask.by.is_bot):
            github.ensure_reviewer(repo, room.pull.number, login)


def _answer_to(number: int, told: Submission | str) -> Answer | None:
    answers = told.answers if isinstance(told, Submission) else ()
    return next((one for one in answers if one.ask == number), None)


def _worded(answer: Answer | None, told: Submission | str, sha: Sha | None) -> str:
    match told:
        case str():
            return failed_reply(told)
        case Submission():
            text = answer.text if answer is not None else told.summary
            done = sha is not None and (answer is None or answer.done)
            return done_reply(text, sha) if done and sha is not None else left_reply(text)
        case never:
            assert_never(never)


def _reply(
    desk: Desk, room: Reopened, ask: Feedback, answer: str, threads: dict[int, Thread]
) -> None:
    github, repo, pull = desk.services.github, desk.task.subject.repo, room.pull.number
    marker = reply_marker(f"{ask.key}-{desk.part}")
    match ask.place:
        case OnThread(root=root) if root in threads:
            github.ensure_reply(repo, pull, threads[root], marker, in_the_thread(marker, answer))
        case OnThread() | OnPull():
            body = on_the_pull(marker, ask.text, answer)
            github.ensure_comment(Subject(repo, pull), marker, body)
        case never:
            assert_never(never)
