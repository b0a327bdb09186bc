"""Who acts: users, bots and organisations, and what a person may do in a repository."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class AccountKind(StrEnum):
    """GitHub's account `type`, in its own spelling."""

    USER = "User"
    BOT = "Bot"
    ORGANIZATION = "Organization"


class Role(IntEnum):
    """A collaborator's role in a repository; a higher one includes the lower ones."""

    NONE = 0
    READ = 1
    TRIAGE = 2
    WRITE = 3
    MAINTAIN = 4
    ADMIN = 5

    @property
    def label(self) -> str:
        """The role's name in the API's `role_name`."""
        return self.name.lower()

    @property
    def permission(self) -> str:
        """The legacy four-step `permission`: triage reads as `read`, maintain as `write`."""
        match self:
            case Role.TRIAGE:
                return "read"
            case Role.MAINTAIN:
                return "write"
            case _:
                return self.label


@dataclass(eq=False, slots=True)
class Account:
    """A user, an organisation, or the bot user of an App."""

    id: int
    login: str
    kind: AccountKind
    name: str
    email: str
    created_at: datetime
