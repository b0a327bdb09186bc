"""GitHub's GraphQL API over the world, at `/api/graphql`: a small part of it, under its own names.

`schema/*.graphql` is a subset of GitHub's published schema (`tests/forge/test_oracle_graphql.py`
holds every type, field and argument to it). Queries are parsed, validated and carried out by
graphql-core, so any query that fits the subset works, however it is written.

To add fields:

1. Declare them in a file below `schema/`, named and typed as in GitHub's schema. A type that
   another file has is extended: `extend type PullRequest { isInMergeQueue: Boolean! }`.
2. Give them resolvers in a module of this package, each a function of the thing and `At` (the call
   and the field's arguments):

       table = Table()
       table.fields("PullRequest", Pull, {"isInMergeQueue": lambda pull, at: …})
       table.fields("Mutation", NoneType, {"enqueuePullRequest": _enqueue})
       table.node("PullRequest", _find_pull)

   `node` makes a type's ids resolvable (`Query.node`, `found` for a mutation's input). A payload, a
   connection, or anything else without an entity of its own is a dictionary of its fields.
3. Name the module in `forge.graphql.engine.MODULES`.

Permissions are checked by `admitted` (several permissions: all of them), errors are raised as in
`forge.api` and come out as GitHub's GraphQL errors.
"""
