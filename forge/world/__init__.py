"""The forge's state: one model of accounts, repositories, issues, pull requests, checks and Apps.

- `forge.world.entities` holds the dataclasses, `forge.world.world.World` the state itself: its
  lock, its clock, ids, look-ups and `emit`.
- What people do is in *verbs*: plain functions that take the World first and act as somebody,
  `open_issue(world, actor, repo, title, body)`. They are in `people`, `issues`, `labels`,
  `comments`, `reactions`, `apps` (here), `pulls`, `checks` and the like. REST handlers call the
  same verbs; tests and the demo may call them from any thread: each takes `world.lock`, which is
  re-entrant.
- A verb changes the state first and then calls `world.emit(event, action, repo, sender, payload)`
  with the event's own part of the payload, rendered by `forge.render`; `emit` adds `action`,
  `repository`, `sender`, `installation`, and queues one delivery for each subscribed App.
- Within `with world.silently():` the world changes and no App hears of it.
- Time is `world.now()`, ids are `world.new_id()`, an issue's or pull request's number is
  `world.new_number(repo)`. Nothing here reads the system's clock.
- Commits are in git: `world.git(repo)` is the repository's `forge.git.repository.Repository`. What
  follows a push is in the verbs of `pushes`, which the git bridge calls.
- `forge.server.Forge` puts it all on one port: `forge.api.app.Api`, `forge.git.bridge.GitBridge`
  and `forge.pages.site.Pages` (ASGI, each made from the World), with `forge.ci.runner.CiRunner`
  (`start()`, `stop()`, `wait_idle(seconds)`) beside them.
"""
