"""Anthropic's Claude, behind the port `bot.stages.model.Model`."""

from bot.adapters.claude.model import ClaudeModel

__all__ = ["ClaudeModel"]
