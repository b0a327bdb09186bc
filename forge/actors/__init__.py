"""Deterministic programs that play the model: they react to the conversation, not to a list."""

from forge.actors.honest import HonestActor
from forge.actors.poisoned import PoisonedActor
from forge.actors.problem import Edit, Problem, Proposal
from forge.actors.scripted import Script, ScriptedActor, call, say, use
from forge.actors.simple import Cast, GarbageActor, NothingNeededActor
from forge.actors.slip import SlipThenRepairActor
from forge.actors.talk import Conversation, Heard, Result, Talk
from forge.model.acting import Actor, ActorReply

__all__ = [
    "Actor",
    "ActorReply",
    "Cast",
    "Conversation",
    "Edit",
    "GarbageActor",
    "Heard",
    "HonestActor",
    "NothingNeededActor",
    "PoisonedActor",
    "Problem",
    "Proposal",
    "Result",
    "Script",
    "ScriptedActor",
    "SlipThenRepairActor",
    "Talk",
    "call",
    "say",
    "use",
]
