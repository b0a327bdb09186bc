"""After a merge: watch what CI says of it, and open a revert if it turned the base red."""

from datetime import datetime
from typing import assert_never

from bot.domain.actions import AfterMerge
from bot.domain.task import Ending, Task
from bot.domain.watch import EndWatch, KeepWatching, Outcome, Revert, RunAgain, Watch
from bot.domain.wording.revert import revert_body, revert_branch, revert_message, revert_title
from bot.engine.fetching import fetched
from bot.engine.halt import Tried
from bot.engine.judging import Merge, merged_change
from bot.engine.learning import learn_from_revert
from bot.engine.record import write_journal
from bot.engine.remember import Reason, record_failure
from bot.engine.services import Services
from bot.engine.verdict import Settled, say
from bot.kernel.values import Sha
from bot.memory.telemetry import REVERT
from bot.stages.failing import run_again
from bot.stages.github import PullRead, TryLater
from bot.stages.workspace import GitFailed, LeaseLost, Pushed


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
        merge = Merge(pull.merge_sha, before, pull.head, at)
        merged_change(services, mirror, task.subject, merge)


def after_merge(services: Services, task: Task, action: AfterMerge) -> Settled:
    """Do what the watch calls for."""
    watch = action.watch
    match action.what:
        case KeepWatching():
            pass
        case RunAgain(checks):
            run_again(services.github, watch.subject.repo, watch.merged, checks)
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
    Outcome.LEFT: "a person must take it back",
}


def _revert(services: Services, task: Task, watch: Watch, checks: tuple[str, ...]) -> None:
    """Open the pull request that takes the merge back, once, and tell journal and people."""
    pull, listed = _revert_pull(services, task, watch, checks), ", ".join(checks)
    if pull is None:
        reason = f"merged, then {listed} turned red; it does not come off cleanly: a person must"
        outcome = Outcome.LEFT
    else:
        reason = f"merged, then {listed} turned red; #{pull.number} takes it back"
        outcome = Outcome.REVERTED
    write_journal(services, task, Ending.MERGED, reason, part=REVERT)
    why, tried = (
        Reason(reason, ("base-red-after-merge",), "revert"),
        Tried(watch.before, watch.merged),
    )
    record_failure(services, task, why, tried, rolled_back=False)
    learn_from_revert(services, task, tried, checks)
    services.watches.end(watch, outcome)
    _tell(services, task, reason)


def _revert_pull(
    services: Services, task: Task, watch: Watch, checks: tuple[str, ...]
) -> PullRead | None:
    """The pull request of the revert; None when later commits or another branch are in the way."""
    repo, branch = watch.subject.repo, revert_branch(watch)
    there = services.github.pull_of_branch(repo, branch)
    if there is not None:
        # A name that can be guessed: what somebody else opened under it is not our revert.
        return there if there.author.id == services.github.identity().user_id else None
    base = _push_revert(services, task, watch)
    if base is None:
        return None
    title, body = revert_title(task.title), revert_body(watch, checks)
    return services.github.ensure_pull(repo, branch, base, title, body)


def _push_revert(services: Services, task: Task, watch: Watch) -> str | None:
    """The base branch that the pushed revert is for; None when something is in the way."""
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
    remote = services.github.remote(watch.subject.repo)
    outcome = mirror.push(remote, sha, revert_branch(watch), None)
    match outcome:
        case Pushed():
            return base
        case LeaseLost():
            return base if _is_the_revert(services, watch, base, undone) else None
        case GitFailed(reason=reason):
            raise TryLater(reason, 10.0)
        case never:
            assert_never(never)


def _is_the_revert(services: Services, watch: Watch, base: str, undone: Sha) -> bool:
    """Whether the branch that is there already is an earlier try at this very revert."""
    mirror = fetched(services, watch.subject.repo, revert_branch(watch))
    sha = mirror.resolve(revert_branch(watch))
    parent = None if sha is None else mirror.parent(sha)
    if sha is None or parent is None or mirror.merge_base(parent, base) != parent:
        return False
    merged = mirror.merge_trees(parent, undone)
    return not merged.conflicts and merged.tree == mirror.tree_of(sha)


def _tell(services: Services, task: Task, what: str) -> None:
    say(services, task, "watch", what)
