"""What follows when a ref moved, whoever moved it: events, pull requests, check suites."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forge.git.objects import ZERO, Commit, TreeEntry
from forge.git.repository import Repository, StaleRef
from forge.jsontypes import JsonObject
from forge.render.commits import render_pushed_commit
from forge.world.closing import close_mentioned
from forge.world.entities import Account, AccountKind, Repo
from forge.world.following import follow_base, follow_deletion, follow_head
from forge.world.refusals import Refused
from forge.world.signing import signature_of, signed_by_forge
from forge.world.suites import request_suites
from forge.world.world import World

_MAX_COMMITS = 2048
_BRANCH = "refs/heads/"


@dataclass(frozen=True, slots=True)
class RefChange:
    """A ref that moved; `before` or `after` is `ZERO` when it was created or deleted."""

    ref: str
    before: str
    after: str


def refs_changed(world: World, actor: Account, repo: Repo, changes: Sequence[RefChange]) -> None:
    """Tell the world about refs that git has already moved."""
    with world.lock:
        for change in changes:
            repo.pushed_at = world.now()
            _announce(world, actor, repo, change)
            if change.ref.startswith(_BRANCH):
                _follow(world, actor, repo, change)


def move_ref(world: World, actor: Account, repo: Repo, ref: str, before: str, after: str) -> None:
    """Create, move or (`after` is `ZERO`) delete a ref, and tell the world.

    Raises `Refused` 422 when the ref is no longer at `before`.
    """
    with world.lock:
        git = world.git(repo)
        try:
            if after == ZERO:
                git.delete_ref(ref)
            else:
                git.update_ref(ref, after, before)
        except StaleRef:
            raise Refused(422, "Reference cannot be updated") from None
        refs_changed(world, actor, repo, [RefChange(ref, before, after)])


def push_commit_as(
    world: World,
    actor: Account,
    repo: Repo,
    branch: str,
    files: Mapping[str, str | bytes | None],
    message: str,
    force_from: str | None = None,
    signed: bool = False,
) -> str:
    """Put files (None removes one) on a branch in one commit, as somebody; answer its sha.

    A branch that does not exist starts at the default branch. With `force_from` the commit's
    parent is that commit, and the branch is rewritten. With `signed` the commit has a signature
    that the forge verifies.
    """
    with world.lock:
        git = world.git(repo)
        tip = git.branch(branch)
        parent = force_from or tip or git.branch(repo.default_branch)
        tree = tree_with(git, parent, files)
        author = signature_of(world, actor)
        parents = (parent,) if parent is not None else ()
        sha = git.write_commit(tree, parents, message, author)
        if signed:
            sha = signed_by_forge(world, repo, sha)
        move_ref(world, actor, repo, _BRANCH + branch, tip or ZERO, sha)
        return sha


def delete_branch(world: World, actor: Account, repo: Repo, branch: str) -> None:
    """Delete a branch; raises `Refused` 422 when there is none."""
    with world.lock:
        tip = world.git(repo).branch(branch)
        if tip is None:
            raise Refused(422, "Reference does not exist")
        move_ref(world, actor, repo, _BRANCH + branch, tip, ZERO)


def tree_with(git: Repository, parent: str | None, files: Mapping[str, str | bytes | None]) -> str:
    """The tree of a commit with files put or (None) removed. A file keeps its mode."""

    def entry(path: str, content: str | bytes | None) -> TreeEntry | None:
        if content is None:
            return None
        data = content.encode() if isinstance(content, str) else content
        old = git.entry(parent, path) if parent is not None else None
        mode = old.mode if old is not None and old.kind == "blob" else "100644"
        return TreeEntry(mode, "blob", git.write_blob(data), None, path)

    changes = {path: entry(path, content) for path, content in files.items()}
    return git.write_tree(None if parent is None else parent + "^{tree}", changes)


def _announce(world: World, actor: Account, repo: Repo, change: RefChange) -> None:
    kind, name = _kind_and_name(change.ref)
    if kind is None:
        return
    world.emit("push", None, repo, actor, _push_payload(world, actor, repo, change))
    shown: JsonObject = {"ref": name, "ref_type": kind, "pusher_type": "user"}
    if change.before == ZERO:
        created = {"master_branch": repo.default_branch, "description": repo.description}
        world.emit("create", None, repo, actor, shown | created)
    if change.after == ZERO:
        world.emit("delete", None, repo, actor, shown)


def _kind_and_name(ref: str) -> tuple[str | None, str]:
    if ref.startswith(_BRANCH):
        return "branch", ref.removeprefix(_BRANCH)
    if ref.startswith("refs/tags/"):
        return "tag", ref.removeprefix("refs/tags/")
    return None, ref


def _push_payload(world: World, actor: Account, repo: Repo, change: RefChange) -> JsonObject:
    git = world.git(repo)
    commits = new_commits(git, repo, change)
    rendered = [render_pushed_commit(world, repo, commit) for commit in commits[-_MAX_COMMITS:]]
    head = None
    if change.after != ZERO and (tip := git.resolve(change.after)) is not None:
        head = render_pushed_commit(world, repo, git.commit(tip))
    forced = ZERO not in (change.before, change.after) and not git.contains(
        change.before, change.after
    )
    span = f"{change.before[:12]}...{change.after[:12]}"
    pusher: JsonObject = {"name": actor.login}
    if actor.kind is AccountKind.USER:
        pusher["email"] = actor.email
    return {
        "ref": change.ref,
        "before": change.before,
        "after": change.after,
        "created": change.before == ZERO,
        "deleted": change.after == ZERO,
        "forced": forced,
        "base_ref": None,
        "compare": f"{world.urls.repo_page(repo)}/compare/{span}",
        "commits": rendered,
        "head_commit": head,
        "pusher": pusher,
    }


def new_commits(git: Repository, repo: Repo, change: RefChange) -> tuple[Commit, ...]:
    """The commits that a change brought, oldest first; of a new branch those not on the default."""
    if change.after == ZERO or git.resolve(change.after) is None:
        return ()
    start = change.before
    if start == ZERO:
        default = git.branch(repo.default_branch)
        start = "" if default is None else default
    if start == change.after:
        return ()
    span = f"{start}..{change.after}" if start else change.after
    return tuple(reversed(git.log(span)))


def _follow(world: World, actor: Account, repo: Repo, change: RefChange) -> None:
    branch = change.ref.removeprefix(_BRANCH)
    if change.after == ZERO:
        follow_deletion(world, actor, repo, branch)
        return
    request_suites(world, actor, repo, branch, change.before, change.after)
    follow_head(world, actor, repo, branch, change.before, change.after)
    follow_base(world, actor, repo, branch, change.after)
    if branch == repo.default_branch and change.before != ZERO:
        for commit in new_commits(world.git(repo), repo, change):
            close_mentioned(world, actor, repo, commit.message, commit.sha)
