"""What forbids a ref to move by an API call. (A push by git is judged by the update hook.)"""

from forge.git.objects import ZERO
from forge.world.entities import Account, Repo
from forge.world.protection import bypasses, rules_of
from forge.world.refnames import is_valid_ref
from forge.world.refusals import Refused
from forge.world.signing import unsigned_commits
from forge.world.world import World


def check_update(
    world: World, actor: Account, repo: Repo, name: str, before: str, after: str, force: bool
) -> None:
    """Raise `Refused` 422 if the ref may not go from `before` (`ZERO`: is made) to `after`."""
    git = world.git(repo)
    if after == ZERO:
        _check_deletion(world, actor, repo, name, before)
        return
    if git.kind(after) is None:
        raise Refused(422, "Object does not exist")
    if before == ZERO:
        _check_name(world, repo, name)
        forward = True
    else:
        forward = git.contains(before, after)
    if not forward and not force:
        raise Refused(422, "Update is not a fast forward")
    rules = rules_of(repo, name.removeprefix("refs/heads/"))
    if bypasses(world, repo, actor, rules):
        return
    if rules.blocks_force and not forward:
        raise Refused(422, "Cannot force-push to this branch")
    if before != ZERO and (rules.pull_required or rules.checks):
        raise Refused(422, "Changes must be made through a pull request.")
    if rules.signed:
        start = git.branch(repo.default_branch) if before == ZERO else before
        if unsigned_commits(world, repo, after if start is None else f"{start}..{after}"):
            words = "Commits must have verified signatures."
            raise Refused(422, f"Repository rule violations found\n\n{words}\n\n")


def _check_name(world: World, repo: Repo, name: str) -> None:
    if not is_valid_ref(name):
        raise Refused(422, "Reference name must start with 'refs/heads' or 'refs/tags'")
    names = world.git(repo).refs()
    if any(old.startswith(name + "/") or name.startswith(old + "/") for old in names):
        raise Refused(422, "Reference cannot be created")


def _check_deletion(world: World, actor: Account, repo: Repo, name: str, before: str) -> None:
    if before == ZERO:
        raise Refused(422, "Reference does not exist")
    branch = name.removeprefix("refs/heads/")
    rules = rules_of(repo, branch)
    barred = rules.blocks_deletion and not bypasses(world, repo, actor, rules)
    if branch == repo.default_branch or barred:
        raise Refused(422, "Cannot delete this branch")
