"""The sandbox on bubblewrap: the one place where a command of the model or of a repository runs."""

from bot.adapters.bubblewrap.sandbox import Bubblewrap

__all__ = ["Bubblewrap"]
