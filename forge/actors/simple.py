"""Small actors, and the cast that says who plays in which issue."""

from collections.abc import Mapping

from forge.actors.scripted import Script, ScriptedActor, call, say, use
from forge.actors.talk import Talk, talk_of
from forge.model.acting import Actor, ActorReply, Call
from forge.model.wire import MessagesRequest


class NothingNeededActor(ScriptedActor):
    """Finds that everything is as it should be."""

    def __init__(self, note: str) -> None:
        self._note = note

    def triage(self, talk: Talk) -> Script:  # noqa: ARG002
        """Say so."""
        verdict = call(
            "triage",
            verdict="nothing_needed",
            kind="fix",
            plan="",
            impact=1,
            risk="low",
            estimate_usd=0,
            note=self._note,
        )
        yield use("It already does what is asked.", verdict)

    def change(self, talk: Talk) -> Script:  # noqa: ARG002
        """Change nothing."""
        yield say(self._note)


class GarbageActor:
    """Never makes sense: no call, an unknown tool, arguments of the wrong kind, in turn."""

    def reply(self, request: MessagesRequest) -> ActorReply:
        """Nonsense that depends on how far the conversation has come."""
        match (len(request.messages) // 2) % 3:
            case 0:
                return say("Lorem ipsum dolor sit amet.")
            case 1:
                return use("Hm.", Call("no_such_tool", {"x": 1}))
            case _:
                name = request.tools[0].name if request.tools else "no_such_tool"
                return use("Hm.", Call(name, {"path": 7, "verdict": None}))


class Cast:
    """Who answers is told by a marker in the issue; whoever is not cast gets the default."""

    def __init__(self, roles: Mapping[str, Actor], default: Actor) -> None:
        self._roles = dict(roles)
        self._default = default

    def reply(self, request: MessagesRequest) -> ActorReply:
        """The reply of the first actor whose marker is in the issue."""
        issue = talk_of(request).issue
        actors = (actor for marker, actor in self._roles.items() if marker in issue)
        return next(actors, self._default).reply(request)
