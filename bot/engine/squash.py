"""The message of the squashed commit: the whole change in words, and how it was made."""

from bot.domain.task import Task
from bot.domain.wording.commit import commit_message
from bot.engine.provenance import commit_view
from bot.engine.services import Services


def squash_message(services: Services, task: Task, pull: int) -> str:
    """The pull request's title and number, what it does, and the trailers of the attempt.

    The title is the one that the pull request has now: people may have written a better one.
    """
    read = services.github.pull(task.subject.repo, pull)
    headline = (read.title if read is not None else "") or task.title
    summary = task.published.summary if task.published is not None else ""
    return commit_message(commit_view(services, task, headline, summary, pull))
