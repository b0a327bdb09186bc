"""Real bare repositories on disk, git over HTTP, and the plumbing that the REST API needs."""
