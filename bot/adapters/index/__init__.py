"""The index of context selection: a SQLite file, and the objects of git that it is made from."""
