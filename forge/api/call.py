"""One request to the API, as a handler sees it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from forge.api.auth import Anonymous, AppItself, ByToken, Principal, reaches, role_of
from forge.api.http import ApiError, Reply, not_found
from forge.jsontypes import JsonObject
from forge.render.urls import Urls
from forge.world.entities import Account, App, Issue, Repo, Role, Token
from forge.world.world import World

if TYPE_CHECKING:
    from forge.api.ratelimit import RateLimits
    from forge.faults import Faults

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who asks, for what, with which body."""

    world: World
    faults: Faults
    limits: RateLimits
    principal: Principal
    method: str
    route: str
    path: Mapping[str, object]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    repository: Repo | None

    @property
    def urls(self) -> Urls:
        """The forge's base URLs."""
        return self.world.urls

    @property
    def actor(self) -> Account:
        """The acting account; raises 401 when nobody is signed in."""
        match self.principal:
            case ByToken(token):
                return token.account
            case AppItself(app):
                return app.bot
            case _:
                raise ApiError(401, "Requires authentication")

    @property
    def token(self) -> Token | None:
        """The token, when one was given."""
        return self.principal.token if isinstance(self.principal, ByToken) else None

    @property
    def app(self) -> App | None:
        """The App behind the call: by its JWT or by an installation's token."""
        match self.principal:
            case AppItself(app):
                return app
            case ByToken(token) if token.installation is not None:
                return token.installation.app
            case _:
                return None

    @property
    def role(self) -> Role:
        """The role of a person; an App's token that reaches the repository counts as WRITE."""
        if self.token is not None and reaches(self.token, self.repo()):
            return Role.WRITE
        return role_of(self.world, self.principal, self.repo())

    @property
    def anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return isinstance(self.principal, Anonymous)

    def repo(self) -> Repo:
        """The repository of the path."""
        if self.repository is None:
            raise not_found()
        return self.repository

    def text(self, name: str) -> str:
        """A text parameter of the path."""
        return str(self.path[name])

    def number(self, name: str = "number") -> int:
        """A whole-number parameter of the path."""
        value = self.path[name]
        if not isinstance(value, int):
            raise not_found()
        return value

    def issue(self) -> Issue:
        """The issue or pull request whose number is in the path; raises 404."""
        found = self.repo().issues.get(self.number())
        if found is None:
            raise not_found()
        return found

    def json(self) -> JsonObject:
        """The body as an object, empty when there is none; raises 400 for anything else."""
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body)
        except ValueError:
            raise ApiError(400, "Problems parsing JSON") from None
        if not isinstance(value, dict):
            raise ApiError(400, "Body should be a JSON object")
        return value

    def page(self) -> tuple[int, int]:
        """`page` (from 1) and `per_page` (1 to 100, else 30); nonsense counts as left out."""
        return _counted(self.query.get("page"), 1, None), _counted(
            self.query.get("per_page"), 30, 100
        )

    def paged(
        self,
        items: Sequence[Item],
        render: Callable[[Item], object],
        key: str | None = None,
    ) -> Reply:
        """One page of `items` with its Link header; with `key` inside `{total_count, key: […]}`."""
        page, size = self.page()
        shown = [render(item) for item in items[(page - 1) * size : page * size]]
        last = max(1, -(-len(items) // size))
        body = shown if key is None else {"total_count": len(items), key: shown}
        return Reply(200, body, self._links(page, last))

    def _links(self, page: int, last: int) -> dict[str, str]:
        wanted: list[tuple[str, int]] = []
        if page > 1:
            wanted += [("prev", min(page - 1, last)), ("first", 1)]
        if page < last:
            wanted += [("next", page + 1), ("last", last)]
        rest = {name: value for name, value in self.query.items() if name != "page"}
        links = (
            f'<{self.urls.api}{self.route}?{urlencode(rest | {"page": str(to)})}>; rel="{name}"'
            for name, to in wanted
        )
        return {"Link": ", ".join(links)} if wanted else {}


def _counted(value: str | None, default: int, most: int | None) -> int:
    if value is None or not value.isdecimal() or int(value) < 1:
        return default
    return int(value) if most is None else min(int(value), most)
