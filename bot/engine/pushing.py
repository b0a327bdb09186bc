"""A proven tree as a commit on the bot's branch: made here, or by GitHub where it has to sign."""

from dataclasses import dataclass, replace

from bot.domain.subject import branch_name
from bot.domain.task import Ending
from bot.domain.wording.commit import CommitView, commit_message
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.fetching import fetched
from bot.engine.halt import Halt
from bot.kernel.patch_gate import FileChange
from bot.kernel.values import Sha
from bot.stages.landing import DCO_FILE, FileWrite
from bot.stages.publish import Blocked, commit, push
from bot.stages.workspace import LeaseLost


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit that is on no branch yet. Its message is kept: made anew, it would be another."""

    sha: Sha
    parent: Sha
    message: str


def draft(desk: Desk, change: Change, parent: Sha, view: CommitView) -> Draft:
    """The commit of the proven tree, signed off where the repository asks for that."""
    services, prepared = desk.services, change.prepared
    author = services.github.identity().signature()
    if _wants_sign_off(desk, prepared.base_branch):
        view = replace(view, signed_off=f"{author.name} <{author.email}>")
    message = commit_message(view)
    sha = commit(desk.mirror(), parent, change.tree, message, author, services.clock())
    return Draft(sha, parent, message)


def _wants_sign_off(desk: Desk, branch: str) -> bool:
    """Whether the DCO App looks at commits here, required or not."""
    github, repo = desk.services.github, desk.task.subject.repo
    return github.landing_rules(repo, branch).dco or github.file(repo, DCO_FILE, branch) is not None


def put(desk: Desk, change: Change, drafted: Draft, expected: Sha | None) -> Sha | Halt:
    """The commit that is on the branch now, which was at `expected` (None: not there).

    Where the branch demands signed commits GitHub makes the commit, so that its id is another; that
    it holds the proven tree is seen before anybody calls it proven.
    """
    halted = desk.halted()
    if halted is not None:
        return halted
    services, subject = desk.services, desk.task.subject
    branches = (change.prepared.base_branch, branch_name(subject.number, desk.task.attempt))
    # A ruleset may demand signatures on the bot's own branches, too.
    if any(services.github.landing_rules(subject.repo, one).signed for one in branches):
        return _signed(desk, change, drafted, expected)
    pushed = push(
        services.github,
        desk.mirror(),
        subject.repo,
        subject.number,
        desk.task.attempt,
        drafted.sha,
        expected,
    )
    return Halt(Ending.BLOCKED, pushed.reason) if isinstance(pushed, Blocked) else drafted.sha


def _signed(desk: Desk, change: Change, drafted: Draft, expected: Sha | None) -> Sha | Halt:
    github, repo, mirror = desk.services.github, desk.task.subject.repo, desk.mirror()
    branch = branch_name(desk.task.subject.number, desk.task.attempt)
    changes = mirror.changes(drafted.parent, change.tree)
    writes = tuple(write for one in changes for write in _writes(one))
    made = github.commit_signed(repo, branch, drafted.parent, writes, drafted.message, expected)
    if isinstance(made, LeaseLost):
        return Halt(Ending.BLOCKED, f"somebody else pushed to {branch}: {made.reason}")
    fetched(desk.services, repo, branch)
    if mirror.tree_of(made) != change.tree:
        return Halt(Ending.BLOCKED, "GitHub's commit does not hold the files that were proven.")
    return made


def _writes(change: FileChange) -> tuple[FileWrite, ...]:
    gone = change.before is not None and change.old_path != change.path
    removed = (FileWrite(change.old_path, change.old_mode.value, None),) if gone else ()
    if change.after is None:
        return (FileWrite(change.path, change.old_mode.value, None),)
    return (*removed, FileWrite(change.path, change.new_mode.value, change.after))
