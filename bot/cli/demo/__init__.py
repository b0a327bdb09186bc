"""`evolve demo`: the whole story on one machine, on the forge, with no account and no key."""
