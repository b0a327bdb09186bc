"""Entities as GitHub's JSON: one function an object, shared by REST answers and webhooks.

Functions take the `Urls` first (or the World, where git must be asked) and answer a new object.
`forge.render.pulls.render_pull(world, pull)` is the full pull request; the issue side calls it for
the payload of `pull_request` events (labels, titles and closing of pull requests).
"""
