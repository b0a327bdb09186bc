"""Behind the receiver: read stored deliveries, find whom they concern, ask for one look each.

Many deliveries about one issue become one reconcile. A delivery is marked read only after its
reconcile is in the durable queue, so a crash in between asks once more, which does no harm.
"""

import logging
from collections import defaultdict
from threading import Event
from typing import assert_never

from bot.domain.events import (
    Hint,
    HintCommit,
    HintIssue,
    HintPull,
    HintRepo,
    Hints,
    Ignored,
    read_delivery,
)
from bot.domain.subject import Subject, issue_of_branch
from bot.engine.queue import Queue
from bot.engine.services import Services
from bot.engine.subjects import allowed, subjects_of
from bot.stages.github import NotAllowed, TryLater

BATCH = 200
POLL_S = 0.3
AWAY_S = 5.0

log = logging.getLogger(__name__)


def dispatch_forever(services: Services, queue: Queue, stop: Event) -> None:
    """Until told to stop. When GitHub is away the deliveries simply stay where they are."""
    while not stop.is_set():
        try:
            handled = dispatch(services, queue)
        except (TryLater, NotAllowed) as away:
            log.warning("deliveries wait: %s", away)
            stop.wait(AWAY_S)
            continue
        except Exception:
            log.exception("deliveries wait")
            stop.wait(AWAY_S)
            continue
        if handled == 0:
            stop.wait(POLL_S)


def dispatch(services: Services, queue: Queue) -> int:
    """Read one batch; how many deliveries were dealt with."""
    pending = services.inbox.pending(BATCH)
    if not pending:
        return 0
    me = services.github.identity()
    rows: dict[Subject, list[int]] = defaultdict(list)
    read: list[int] = []
    waiting = 0
    for one in pending:
        match read_delivery(one.delivery.event, one.delivery.body, me.user_id, me.app_id):
            case Ignored(why=why):
                services.inbox.ignored(one.row, why, services.clock())
            case Hints(hints=hints):
                try:
                    subjects = {s for hint in hints for s in subjects_for(services, hint)}
                except NotAllowed as refused:
                    services.inbox.ignored(one.row, str(refused), services.clock())
                    continue
                except TryLater as away:
                    # It is read again; the others must not wait for one installation.
                    log.warning("delivery %d waits: %s", one.row, away)
                    waiting += 1
                    continue
                if not subjects:
                    services.inbox.ignored(one.row, "it concerns no task", services.clock())
                    continue
                read.append(one.row)
                for subject in subjects:
                    rows[subject].append(one.row)
            case never:
                assert_never(never)
    for subject, causes in rows.items():
        queue.reconcile(subject, f"delivery-{max(causes)}")
    if read:
        services.inbox.dispatched(tuple(read), services.clock())
    return len(pending) - waiting


def subjects_for(services: Services, hint: Hint) -> set[Subject]:
    """The issues that a hint concerns, by what we remember of branches and pull requests."""
    if not allowed(services, hint.repo):
        return set()
    match hint:
        case HintIssue(repo=repo, number=number):
            task = services.tasks.of_pull(repo, number)
            return {task.subject if task is not None else Subject(repo, number)}
        case HintPull(repo=repo, number=number, head_branch=branch):
            issue = issue_of_branch(branch) if branch is not None else None
            task = services.tasks.of_pull(repo, number)
            if task is not None:
                return {task.subject}
            return {Subject(repo, issue)} if issue is not None else set()
        case HintCommit(repo=repo, sha=sha, head_branches=branches):
            issues = {issue_of_branch(branch) for branch in branches}
            found = {Subject(repo, issue) for issue in issues if issue is not None}
            task = services.tasks.of_sha(repo, sha)
            found |= {one.subject for one in services.watches.open_in(repo) if one.merged == sha}
            return found | ({task.subject} if task is not None else set())
        case HintRepo(repo=repo):
            return set(subjects_of(services, repo))
        case never:
            assert_never(never)
