"""Who may command the bot, and whether what they approved is still what is written."""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from bot.kernel.values import Ranked


class Permission(Ranked):
    """A collaborator's role, from GitHub's permission API (``role_name``)."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    @classmethod
    def parse(cls, role: str) -> "Permission":
        """Read a role; one we do not know, such as a custom role, is worth nothing."""
        return cls(role) if role in set(cls) else cls.NONE


@dataclass(frozen=True, slots=True)
class Actor:
    """An account, known by its number: a login can be renamed and taken over."""

    id: int
    login: str
    is_bot: bool


@dataclass(frozen=True, slots=True)
class Authorised:
    """The actor's word counts."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """The actor's word does not count; the reason is for the person."""

    actor: Actor | None
    reason: str


Authority = Authorised | Unauthorised


def may_command(
    actor: Actor, permission: Permission | None, allowed_bots: frozenset[int]
) -> Authority:
    """Decide from the permission fetched just now; None means that it could not be fetched."""
    if permission is None:
        return Unauthorised(actor, f"the permission of {actor.login} could not be fetched")
    if actor.is_bot:
        # GitHub gives Apps no collaborator role, so the operator's list of ids is their authority.
        allowed = actor.id in allowed_bots
        return Authorised(actor) if allowed else Unauthorised(actor, "this bot is not allowed here")
    if not permission.at_least(Permission.WRITE):
        return Unauthorised(actor, f"write access is needed; {actor.login} has {permission}")
    return Authorised(actor)


def label_counts(
    adder: Actor | None,
    permission: Permission | None,
    our_id: int,
    issue_author_id: int,
    allowed_bots: frozenset[int],
) -> Authority:
    """Decide about a label by who the timeline says added it; ours counts only on our own issue."""
    if adder is None:
        return Unauthorised(None, "the timeline does not say who added the label")
    if adder.id == our_id:
        own = issue_author_id == our_id
        return Authorised(adder) if own else Unauthorised(adder, "we label only our own issues")
    return may_command(adder, permission, allowed_bots)


def pin(title: str, body: str) -> str:
    """Hash what was admitted; the length keeps words from moving between title and body unseen."""
    return sha256(f"{len(title)}:{title}{body}".encode("utf-8", "surrogatepass")).hexdigest()


def admission_unchanged(pinned: str, title: str, body: str) -> bool:
    """Whether title and body are still what was pinned at admission."""
    return compare_digest(pinned.encode(), pin(title, body).encode())
