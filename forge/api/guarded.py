"""Routes whose verbs may refuse: what the world says no to becomes GitHub's answer."""

from collections.abc import Callable
from functools import wraps

from forge.api.call import Call
from forge.api.http import ApiError, Handler, Needs, Reply, Router, not_found
from forge.git.repository import Repository
from forge.world.entities import Pull, Role
from forge.world.refusals import Refused


class GuardedRouter(Router):
    """A `Router` that answers `Refused` with its status and words."""

    def route(
        self,
        method: str,
        path: str,
        app: tuple[str, ...] = (),
        user: Role = Role.READ,
        auth: Needs = Needs.REPO,
    ) -> Callable[[Handler], Handler]:
        """Register a handler."""
        add = super().route(method, path, app, user, auth)

        def register(handler: Handler) -> Handler:
            add(_guarded(handler))
            return handler

        return register


def _guarded(handler: Handler) -> Handler:
    @wraps(handler)
    def guarded(call: Call) -> Reply:
        try:
            return handler(call)
        except Refused as refused:
            raise ApiError(refused.status, refused.message, refused.errors) from refused

    return guarded


def git_of(call: Call) -> Repository:
    """The git repository of the path."""
    return call.world.git(call.repo())


def pull_of(call: Call) -> Pull:
    """The pull request whose number is in the path; raises 404."""
    pull = call.issue().pull
    if pull is None:
        raise not_found()
    return pull


def commit_of(call: Call, name: str = "ref") -> str:
    """The commit that a ref or sha of the path means; raises 422 as GitHub does for none."""
    revision = call.text(name)
    found = git_of(call).resolve(revision.removeprefix("heads/").removeprefix("tags/"))
    if found is None:
        raise ApiError(422, f"No commit found for SHA: {revision}")
    return found
