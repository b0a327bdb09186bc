"""A task as the models are told it."""

import secrets

from bot.domain.policy import Policy
from bot.domain.task import Task
from bot.engine.services import Services
from bot.kernel.values import Sha
from bot.stages.github import IssueRead
from bot.stages.select import select
from bot.stages.triage import Brief

FAILED_MOST = 3
"""Earlier failures of the same issue that are told, the last ones."""


def brief_of(
    services: Services, task: Task, issue: IssueRead, base: Sha, policy: Policy, tokens: int
) -> Brief:
    """The issue with the parts of the base that fit it, in so many tokens."""
    with services.library.open(task.subject.repo.full) as shelf:
        selection = select(shelf, base, f"{issue.title}\n{issue.body}", tokens)
    failures = services.failures.of(task.subject)
    return Brief(
        number=task.subject.number,
        title=issue.title,
        body=issue.body,
        selection=selection,
        test_command=policy.test.suite,
        failed_before=tuple(one.reason for one in failures)[-FAILED_MOST:],
        nonce=secrets.token_hex(16),
    )
