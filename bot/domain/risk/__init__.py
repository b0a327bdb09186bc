"""How much a change may break, as far as the change itself shows it."""
