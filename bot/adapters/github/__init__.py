"""The GitHub adapter: `adapter.RestGitHub(clients.Clients(credential))` implements the port.

From the outside in: `adapter` (the port's methods); `reads`, `issues`, `comments`, `pulls`, `ci`,
`merging` (what each method asks for), with `readers` (JSON to our types), `outgoing` (what every
text goes through) and `ensure` (the one way to write); `clients` (one client for each
installation) and `accounts` (who we are); `client` (paging, retries of reads, a new token after a
401), `badges` (credentials), `pacer` and `loop_guard` (how fast and how often we write); `wire`
(githubkit and HTTP). `doctor` and `setup` serve the commands of that name. githubkit is imported
when the first `Clients` is made.
"""
