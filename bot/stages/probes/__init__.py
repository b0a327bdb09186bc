"""Probes and mutants: a changed file in, the same file broken on purpose in one place out. Pure."""

from bot.stages.probes.mutants import Mutant, mutants
from bot.stages.probes.places import Probe, probes
from bot.stages.probes.source import Edit, Side, Unreadable, edited, sides

__all__ = ["Edit", "Mutant", "Probe", "Side", "Unreadable", "edited", "mutants", "probes", "sides"]
