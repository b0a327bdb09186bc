"""The schema's history, run by `bot.adapters.database.migrate`."""
