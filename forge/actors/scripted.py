"""Actors written as generators: yield a turn, be sent what was heard.

A server keeps no conversation, so at each request the script is run again from its start and fed
what the conversation holds; its last turn is the reply. So an actor has no state, the same request
always gets the same reply, and a bot that was killed may go on where it was.
"""

from collections.abc import Generator
from typing import TypeAlias, assert_never

from forge.actors.talk import Conversation, Heard, Talk, talk_of
from forge.model.acting import ActorReply, Call, Say, Thought
from forge.model.wire import JsonObject, MessagesRequest

Script: TypeAlias = Generator[ActorReply, Heard, None]


def say(text: str) -> ActorReply:
    """A turn of text alone, which ends the turn."""
    return ActorReply((Say(text),), "end_turn")


def use(thought: str, *calls: Call) -> ActorReply:
    """A turn that calls tools, with what was thought before."""
    return ActorReply((Thought(thought), *calls), "tool_use")


def call(tool: str, **arguments: object) -> Call:
    """One tool call."""
    given: JsonObject = dict(arguments)
    return Call(tool, given)


class ScriptedActor:
    """Dispatches by conversation; a subclass writes the scripts it has something to say in."""

    def reply(self, request: MessagesRequest) -> ActorReply:
        """Replay the conversation and give the turn it has come to."""
        talk = talk_of(request)
        script = self._script(talk)
        try:
            turn = next(script)
            for heard in talk.later:
                turn = script.send(heard)
        except StopIteration:
            return say("I have nothing to add.")
        finally:
            script.close()
        return turn

    def triage(self, talk: Talk) -> Script:  # noqa: ARG002
        """Judge an issue."""
        yield say("I cannot judge this.")

    def plan(self, talk: Talk) -> Script:  # noqa: ARG002
        """Plan a change for somebody else."""
        yield say("I have no plan.")

    def change(self, talk: Talk) -> Script:  # noqa: ARG002
        """Make a change."""
        yield say("I cannot change this.")

    def review(self, talk: Talk) -> Script:  # noqa: ARG002
        """Review a change; most have nothing against it."""
        yield use("It does what is asked.", call("review", verdict="accept", reason="It is fine."))

    def propose(self, talk: Talk) -> Script:  # noqa: ARG002
        """File an improvement."""
        yield say("I have nothing to propose.")

    def _script(self, talk: Talk) -> Script:
        match talk.conversation:
            case Conversation.TRIAGE:
                return self.triage(talk)
            case Conversation.PLAN:
                return self.plan(talk)
            case Conversation.CHANGE:
                return self.change(talk)
            case Conversation.REVIEW:
                return self.review(talk)
            case Conversation.PROPOSE:
                return self.propose(talk)
            case Conversation.OTHER:
                return _at_a_loss()
            case _:
                assert_never(talk.conversation)


def _at_a_loss() -> Script:
    yield say("I see none of the tools I know.")
