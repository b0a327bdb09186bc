"""People are reminded once of a pull request that waits for them, and then it is closed."""

from bot.domain.actions import CloseStale, Remind
from bot.domain.facts import Facts
from bot.domain.subject import Subject
from bot.domain.task import Task
from bot.domain.wording.stale import last_word, let_go_marker, reminder, reminder_marker
from bot.engine.services import Services
from bot.engine.status import ASK
from bot.engine.verdict import Again, Settled, Verdict, tell


def remind(services: Services, facts: Facts, action: Remind) -> Verdict:
    """One comment in a silence. Nobody is mentioned but the person who asked for the change."""
    task, pull = facts.task, facts.pull
    if task is None or pull is None:
        return Settled()
    marker = reminder_marker(pull.number, action.silence.since)
    login = _requester(services, task)
    body = reminder(marker, login, action.silence.quiet, action.reasons, action.left)
    services.github.ensure_comment(Subject(task.subject.repo, pull.number), marker, body)
    return tell(services, facts, ASK, "; ".join(reason.detail for reason in action.reasons))


def close_stale(services: Services, facts: Facts, action: CloseStale) -> Verdict:
    """Say why, then close. The next round finds it closed, or merged at the last moment.

    The words come first: by them the next round knows who closed it, also after a crash.
    """
    task, pull = facts.task, facts.pull
    if task is None or pull is None:
        return Settled()
    repo, marker = task.subject.repo, let_go_marker(pull.number)
    body = last_word(marker, task.subject.number, action.silence.quiet, action.reasons)
    services.github.ensure_comment(Subject(repo, pull.number), marker, body)
    services.github.ensure_pull_closed(repo, pull.number)
    return Again()


def _requester(services: Services, task: Task) -> str:
    ours = task.admitted_by == services.github.identity().user_id
    return "" if ours else task.admitted_login
