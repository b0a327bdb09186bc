"""evolve-bot: from a labelled issue to a small, proven pull request."""
