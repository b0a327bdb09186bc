"""The embedded stand-in for GitHub and for the model: real git, the REST calls, signed webhooks."""
