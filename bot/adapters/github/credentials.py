"""Who we are to GitHub: an App with its private key, or a plain token."""

from dataclasses import dataclass, field
from typing import TypeAlias

GITHUB_API = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class AppCredential:
    """A GitHub App: its numeric id and its private key in PEM."""

    app_id: int
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenCredential:
    """A token that acts by itself: a person's, or the one a workflow run is given."""

    token: str = field(repr=False)


Credential: TypeAlias = AppCredential | TokenCredential
