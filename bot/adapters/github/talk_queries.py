"""What is asked of GraphQL about review threads: REST does not tell what is resolved."""

_REMARKS = """
pageInfo { hasNextPage endCursor }
nodes {
  fullDatabaseId
  body
  author {
    __typename
    login
    ... on User { databaseId }
    ... on Bot { databaseId }
  }
}
"""

THREADS = f"""
query Threads($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{
      reviewThreads(first: 100, after: $after) {{
        pageInfo {{ hasNextPage endCursor }}
        nodes {{
          id
          path
          line
          isResolved
          comments(first: 100) {{ {_REMARKS} }}
        }}
      }}
    }}
  }}
}}
"""
"""`databaseId` of a comment is not asked for: ids have outgrown GraphQL's 32 bits."""

REMARKS = f"""
query Remarks($thread: ID!, $after: String) {{
  node(id: $thread) {{
    ... on PullRequestReviewThread {{
      comments(first: 100, after: $after) {{ {_REMARKS} }}
    }}
  }}
}}
"""

RESOLVED = """
query Resolved($thread: ID!) {
  node(id: $thread) { ... on PullRequestReviewThread { isResolved } }
}
"""

RESOLVE = """
mutation Resolve($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
}
"""
