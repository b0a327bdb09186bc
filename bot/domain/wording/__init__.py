"""Everything the bot says to people, as pure functions from small views to Markdown."""
