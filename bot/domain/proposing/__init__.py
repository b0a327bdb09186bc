"""Proposing improvements: what is evidence, what is known already, and how many are welcome."""
