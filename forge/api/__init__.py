"""GitHub's REST API over the world, mounted at `/api/v3`.

A module of endpoints makes one `Router` and decorates plain synchronous functions:

    router = Router()

    @router.get("/repos/{owner}/{repo}/labels", app=("issues:read", "pull_requests:read"))
    def list_labels(call: Call) -> Reply:
        return call.paged(sorted_labels(call.repo()), partial(render_label, call.urls, call.repo()))

    @router.post("/repos/{owner}/{repo}/labels", app=("issues:write",), user=Role.WRITE)
    def create_label(call: Call) -> Reply: ...

- Paths are Starlette's (`{number:int}`, `{path:path}`); the order of the decorators is the order of
  matching. `forge.api.app.ROUTERS` lists all modules: add yours there.
- `app=` names the permissions of which an installation token needs one (403 else); `user=` the role
  a person needs, READ when left out (a public repository gives READ to everybody). Before the
  handler runs the repository of the path has been looked up (404 when the token may not see it)
  and the permission checked; `call.repo()` returns it. `auth=` is one of `Needs.REPO` (default),
  `Needs.APP_JWT`, `Needs.ANYONE`, `Needs.TOKEN`, for paths that have no repository.
- The handler runs in a worker thread, holding `world.lock`.
- `call.json()` is the request's object (400 on bad JSON); `forge.api.fields` reads its members and
  answers 422 as GitHub does; `call.query`, `call.path`.
- `call.actor` is the acting account (the bot user for an installation token), `call.app` the App
  behind it or None. Errors are raised: `raise ApiError(409, "…")`, `not_found()`,
  `invalid(resource, field, code)`, all in `forge.api.http`.
- Answers: `Reply(status, body)`, `call.paged(items, render)`, `Reply.empty()` for 204. ETags,
  rate-limit headers and faults are added by the middleware for every route.
"""
