"""Durable work: what is looked at when, what is resumed after a crash. Only here is DBOS known."""
