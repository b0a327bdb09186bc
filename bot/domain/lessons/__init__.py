"""Lessons: what outcomes taught about a repository, when it is recalled, and when it is let go."""
