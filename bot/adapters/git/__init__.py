"""Git by its own command line, cut off from every configuration but ours."""

from bot.adapters.git.command import GitError
from bot.adapters.git.mirrors import BareMirror, GitMirrors

__all__ = ["BareMirror", "GitError", "GitMirrors"]
