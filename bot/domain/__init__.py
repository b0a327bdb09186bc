"""Pure: what is true, what may happen, and what to do next."""
