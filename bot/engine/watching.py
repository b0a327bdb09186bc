"""After a merge: watch what CI says of it, and open a revert if it turned the base red."""

from datetime import datetime
from typing import assert_never

from bot.domain.actions import AfterMerge
from bot.domain.task import Ending, Task
from bot.domain.watch import EndWatch, KeepWatching, Outcome, Revert, RunAgain, Watch
from bot.domain.wording.revert import revert_body, revert_branch, revert_message, revert_title
from bot.engine.fetching import fetched
from bot.engine.record import record_failure, write_journal
from bot.engine.services import Services
from bot.engine.verdict import Settled, say
from bot.kernel.values import Sha
from bot.stages.github import TryLater
from bot.stages.workspace import GitFailed, LeaseLost, Mirror, Pushed


def begin_watch(services: Services, task: Task, at: datetime) -> None:
    """Remember the merge commit and the one before it; what cannot be told is not watched."""
    published, repo = task.published, task.subject.repo
    pull = services.github.pull(repo, published.pull) if published is not None else None
    if pull is None or pull.merge_sha is None:
        return
    mirror = fetched(services, repo, pull.base_branch)
    before = mirror.parent(pull.merge_sha)
    if before is not None:
        watch = Watch(task.id, task.attempt, task.subject, pull.number, pull.merge_sha, before, at)
        services.watches.begin(watch)


def after_merge(services: Services, task: Task, action: AfterMerge) -> Settled:
    """Do what the watch calls for."""
    watch = action.watch
    match action.what:
        case KeepWatching():
            pass
        case RunAgain(checks):
            repo = watch.subject.repo
            for check in services.github.failed_checks(repo, watch.merged, explained=False):
                if check.name in checks:
                    services.github.rerun(repo, check)
            _tell(services, task, f"{', '.join(checks)} failed after the merge: run once more")
        case EndWatch(outcome):
            services.watches.end(watch, outcome)
            _tell(services, task, _TOLD[outcome])
        case Revert(checks):
            _revert(services, task, watch, checks)
        case never:
            assert_never(never)
    return Settled()


_TOLD = {
    Outcome.WATCHING: "waiting for CI on the merge",
    Outcome.FINE: "CI passes on the merge commit",
    Outcome.NOT_OURS: "CI is red on the merge commit, as it was before",
    Outcome.UNKNOWN: "CI said nothing about the merge within a day",
    Outcome.REVERTED: "a pull request takes it back",
}


def _revert(services: Services, task: Task, watch: Watch, checks: tuple[str, ...]) -> None:
    """Open the pull request that takes the merge back, once, and tell journal and people."""
    repo, branch = watch.subject.repo, revert_branch(watch)
    pull = services.github.pull_of_branch(repo, branch)
    if pull is None:
        base = _push_revert(services, task, watch)
        if base is None:
            services.watches.end(watch, Outcome.REVERTED)
            listed = ", ".join(checks)
            _tell(services, task, f"{listed} turned red with it; it cannot be reverted cleanly")
            return
        title, body = revert_title(task.title), revert_body(watch, checks)
        pull = services.github.ensure_pull(repo, branch, base, title, body)
    reason = f"merged, then {', '.join(checks)} turned red; #{pull.number} takes it back"
    write_journal(services, task, Ending.MERGED, reason, part="revert")
    rules = ("base-red-after-merge",)
    record_failure(services, task, reason, rules, rolled_back=False, part="revert")
    services.watches.end(watch, Outcome.REVERTED)
    _tell(services, task, reason)


def _push_revert(services: Services, task: Task, watch: Watch) -> str | None:
    """The base branch that the pushed revert is for; None when later commits are in the way."""
    repository = services.github.repository(watch.subject.repo)
    if repository is None:
        return None
    base = repository.default_branch
    mirror = fetched(services, watch.subject.repo, base)
    tip = mirror.resolve(base)
    if tip is None:
        return None
    author, at = services.github.identity().signature(), int(watch.since.timestamp())
    message = revert_message(watch, task.title)
    # The merge undone on itself: merged into the tip, only that is taken back.
    undone = mirror.commit(mirror.tree_of(watch.before), watch.merged, message, author, at)
    merged = mirror.merge_trees(tip, undone)
    if merged.conflicts:
        return None
    sha = mirror.commit(merged.tree, tip, message, author, at)
    return base if _pushed(services, mirror, watch, sha) else None


def _pushed(services: Services, mirror: Mirror, watch: Watch, sha: Sha) -> bool:
    outcome = mirror.push(
        services.github.remote(watch.subject.repo), sha, revert_branch(watch), None
    )
    match outcome:
        case Pushed() | LeaseLost():
            # A branch of that name is an earlier try at this very revert.
            return True
        case GitFailed(reason=reason):
            raise TryLater(reason, 10.0)
        case never:
            assert_never(never)


def _tell(services: Services, task: Task, what: str) -> None:
    say(services, task, "watch", what)
