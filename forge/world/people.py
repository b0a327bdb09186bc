"""Verbs: accounts, repositories, permissions, and tokens of people."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from forge.git.objects import Signature, TreeEntry
from forge.git.repository import Repository
from forge.world.entities import (
    Account,
    AccountKind,
    Installation,
    Label,
    Repo,
    Role,
    Token,
    TokenKind,
)
from forge.world.world import World

_DEFAULT_LABELS = (
    ("bug", "d73a4a", "Something isn't working"),
    ("documentation", "0075ca", "Improvements or additions to documentation"),
    ("duplicate", "cfd3d7", "This issue or pull request already exists"),
    ("enhancement", "a2eeef", "New feature or request"),
    ("good first issue", "7057ff", "Good for newcomers"),
    ("help wanted", "008672", "Extra attention is needed"),
    ("invalid", "e4e669", "This doesn't seem right"),
    ("question", "d876e3", "Further information is requested"),
    ("wontfix", "ffffff", "This will not be worked on"),
)
"""The labels with which GitHub starts a repository."""


def create_user(
    world: World, login: str, kind: AccountKind = AccountKind.USER, name: str | None = None
) -> Account:
    """A new account; raises ValueError when the login is taken."""
    with world.lock:
        if login.lower() in world.accounts:
            raise ValueError(f"the login {login} is taken")
        number = world.new_id()
        account = Account(
            id=number,
            login=login,
            kind=kind,
            name=name or login,
            email=f"{number}+{login}@users.noreply.github.com",
            created_at=world.now(),
        )
        world.accounts[login.lower()] = account
        return account


def create_org(world: World, login: str) -> Account:
    """A new organisation."""
    return create_user(world, login, AccountKind.ORGANIZATION)


def create_repo(
    world: World,
    owner: Account,
    name: str,
    files: Mapping[str, str | bytes] | None = None,
    default_branch: str = "main",
    private: bool = False,
) -> Repo:
    """A new repository with GitHub's labels and, when there are files, a first commit."""
    with world.lock:
        now = world.now()
        repo = Repo(
            id=world.new_id(),
            owner=owner,
            name=name,
            default_branch=default_branch,
            created_at=now,
            updated_at=now,
            pushed_at=now,
            private=private,
        )
        for title, colour, description in _DEFAULT_LABELS:
            label = Label(world.new_id(), title, colour, description, default=True)
            repo.labels[title.lower()] = label
        world.repos[repo.id] = repo
        git = Repository.create(world.git(repo).path, default_branch)
        if files:
            _first_commit(git, files, Signature(owner.name, owner.email, now), default_branch)
        return repo


def _first_commit(
    git: Repository, files: Mapping[str, str | bytes], author: Signature, branch: str
) -> None:
    entries: dict[str, TreeEntry | None] = {}
    for path, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        mode = "100755" if raw.startswith(b"#!") else "100644"
        entries[path] = TreeEntry(mode, "blob", git.write_blob(raw), len(raw), path)
    commit = git.write_commit(git.write_tree(None, entries), (), "Initial commit", author)
    git.update_ref(f"refs/heads/{branch}", commit)


def set_permission(world: World, repo: Repo, user: Account, role: Role) -> None:
    """Make an account a collaborator with a role, or with NONE take it away."""
    with world.lock:
        if role is Role.NONE:
            repo.roles.pop(user.id, None)
        else:
            repo.roles[user.id] = role


def create_user_token(world: World, user: Account) -> str:
    """A personal access token (`ghp_…`) by which a user calls the API and git."""
    with world.lock:
        value = token_value(TokenKind.USER)
        world.tokens[value] = Token(value, TokenKind.USER, user, expires_at=None)
        return value


def revoke_tokens(world: World, installation: Installation | None = None) -> int:
    """Make the tokens of an installation (None: all tokens) worthless; answer how many."""
    with world.lock:
        hit = [
            token
            for token in world.tokens.values()
            if installation is None or token.installation is installation
        ]
        for token in hit:
            token.revoked = True
        return len(hit)


def token_value(kind: TokenKind) -> str:
    """A token in GitHub's shape: a prefix and 36 letters or digits."""
    return kind.value + secrets.token_hex(18)
