"""Improvement issues: evidence by machines first, then the model's words, then reproduction."""

from bot.stages.propose.gather import Gathered, gather
from bot.stages.propose.ground import Ground
from bot.stages.propose.ideas import (
    TITLES_MOST,
    Idea,
    IdeaOutcome,
    NoIdea,
    Question,
    propose_prompt,
    ranked,
    read_ideas,
)
from bot.stages.propose.reproduction import reproduce

__all__ = [
    "TITLES_MOST",
    "Gathered",
    "Ground",
    "Idea",
    "IdeaOutcome",
    "NoIdea",
    "Question",
    "gather",
    "propose_prompt",
    "ranked",
    "read_ideas",
    "reproduce",
]
