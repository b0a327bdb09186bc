"""The API about itself."""

from forge.api.call import Call
from forge.api.http import Needs, Reply, Router
from forge.jsontypes import JsonObject

router = Router()


@router.get("/", auth=Needs.ANYONE)
def root(call: Call) -> Reply:
    """Where things are."""
    api = call.urls.api
    return Reply(
        200,
        {
            "current_user_url": f"{api}/user",
            "rate_limit_url": f"{api}/rate_limit",
            "repository_url": f"{api}/repos/{{owner}}/{{repo}}",
            "user_url": f"{api}/users/{{user}}",
        },
    )


@router.get("/meta", auth=Needs.ANYONE)
def meta(_: Call) -> Reply:
    """What the server is; webhooks come from this machine."""
    local = ["127.0.0.0/8"]
    body: JsonObject = {
        "verifiable_password_authentication": False,
        "hooks": local,
        "web": local,
        "api": local,
        "git": local,
    }
    return Reply(200, body)


@router.get("/rate_limit", auth=Needs.ANYONE)
def rate_limit(call: Call) -> Reply:
    """What is left of the caller's hour; asking costs nothing."""
    now = call.world.now()
    core = call.limits.window(call.principal, now).render()
    graphql = call.limits.window(call.principal, now, "graphql").render()
    idle: JsonObject = core | {"used": 0, "remaining": core["limit"]}
    return Reply(
        200, {"resources": {"core": core, "search": idle, "graphql": graphql}, "rate": core}
    )
