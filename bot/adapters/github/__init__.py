"""The GitHub adapter: `bot.adapters.github.adapter.RestGitHub` implements the port over REST.

From the outside in: `adapter` (the port's methods), `reads` · `pulls` · `ci` · `comments` ·
`issues` · `merging` (what each method asks for), `readers` (JSON to our types), `client` (one
installation: tokens, paging, retries of reads), `pacer` and `loop_guard` (how fast and how often
we write), `wire` (githubkit and HTTP). githubkit is imported when the first client is made.
"""
