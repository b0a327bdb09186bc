"""Context selection: which parts of a repository the model is shown first."""

from bot.stages.select.choose import select
from bot.stages.select.port import Library
from bot.stages.select.selection import Selection, Shown

__all__ = ["Library", "Selection", "Shown", "select"]
