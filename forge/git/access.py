"""Who may clone and push, and what a push may not touch."""

from forge.api.auth import (
    Anonymous,
    ByToken,
    Principal,
    authenticate,
    granted,
    reaches,
    visible_repo,
)
from forge.api.http import ApiError, not_found
from forge.git.backend import Service
from forge.git.hook import RefRule
from forge.git.objects import ZERO
from forge.git.pktline import RefCommand
from forge.world.entities import Account, Repo, Role
from forge.world.protection import BranchRules, bypasses, rules_of
from forge.world.verdict import refused_by_checks
from forge.world.world import World

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="GitHub"'}


def admit(
    world: World, header: str | None, owner: str, name: str, service: Service
) -> tuple[Repo, Principal]:
    """Let a git client in. Raises `ApiError` 401 (with a challenge), 403, or 404 as GitHub does."""
    try:
        principal = authenticate(world, header)
    except ApiError as error:
        if error.status != 401:
            raise
        message = "Invalid username or token. Password authentication is not supported"
        raise ApiError(401, message, headers=_CHALLENGE) from error
    try:
        repo = visible_repo(world, principal, owner, name)
    except ApiError as error:
        # without a name GitHub asks for one, and does not say whether there is such a repository
        if isinstance(principal, Anonymous):
            raise ApiError(401, "Repository not found.", headers=_CHALLENGE) from error
        raise
    match principal:
        case Anonymous() if service == "git-upload-pack":
            return repo, principal
        case Anonymous():
            raise ApiError(401, "No anonymous write access.", headers=_CHALLENGE)
        case ByToken():
            _check_token(world, principal, repo, service)
            return repo, principal
        case _:
            raise not_found()


def _check_token(world: World, principal: ByToken, repo: Repo, service: Service) -> None:
    token = principal.token
    writes = service == "git-receive-pack"
    if token.installation is None:
        if writes and world.role(repo, token.account) < Role.WRITE:
            login = token.account.login
            raise ApiError(403, f"Permission to {repo.full_name}.git denied to {login}.")
        return
    level = "contents:write" if writes else "contents:read"
    public_read = not writes and not repo.private
    if not public_read and not (reaches(token, repo) and granted(token, level)):
        raise ApiError(403, "Write access to repository not granted.")


def may_change_workflows(principal: Principal) -> bool:
    """Whether a push may touch `.github/workflows/`: Apps need a permission of its own for it."""
    if isinstance(principal, ByToken) and principal.token.installation is not None:
        return granted(principal.token, "workflows:write")
    return True


def rules_for(
    world: World, repo: Repo, actor: Account, commands: tuple[RefCommand, ...]
) -> tuple[RefRule, ...]:
    """What the update hook must enforce on the branches that a push wants to move."""
    made = []
    for command in commands:
        branch = command.ref.removeprefix("refs/heads/")
        rules = rules_of(repo, branch)
        if branch == command.ref or bypasses(world, repo, actor, rules):
            continue
        forbids = set()
        if rules.blocks_force:
            forbids.add("force")
        if rules.blocks_deletion:
            forbids.add("delete")
        if rules.signed:
            forbids.add("unsigned")
        reason = _why_not(repo, actor, rules, command)
        if reason is not None:
            forbids.add("update")
        if forbids:
            made.append(RefRule(command.ref, frozenset(forbids), reason or "Protected branch"))
    return tuple(made)


def _why_not(repo: Repo, actor: Account, rules: BranchRules, command: RefCommand) -> str | None:
    """Why commits may not be pushed to the branch directly, or None."""
    if ZERO in (command.old, command.new):
        return None
    if rules.push_allow_list is not None and actor.login not in rules.push_allow_list:
        return "You're not authorized to push to this branch."
    if rules.pull_required:
        return "Changes must be made through a pull request."
    refusal = refused_by_checks(repo, command.new, rules)
    return None if refusal is None else refusal.message
