"""Which function answers which field: the tables that the modules of this package fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from forge.api.auth import authorise
from forge.api.call import Call
from forge.api.http import ApiError
from forge.render.nodes import read_node_id
from forge.world.entities import Repo, Role

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class At:
    """Where a field is answered: the call, and the field's arguments."""

    call: Call
    args: Mapping[str, object]
    found: Callable[[str], object]
    """The thing behind a global id; raises 404. Check what it is: an id may be of anything."""

    def text(self, name: str) -> str:
        """An argument that the schema makes a text or an id."""
        return str(self.args[name])

    def number(self, name: str) -> int | None:
        """A whole number, or None when it was left out."""
        value = self.args.get(name)
        return value if isinstance(value, int) else None

    def input(self) -> At:
        """The members of a mutation's `input`."""
        members = self.args["input"]
        return At(self.call, members if isinstance(members, Mapping) else {}, self.found)

    def payload(self, **members: object) -> dict[str, object]:
        """What a mutation answers; called with the `input`, whose `clientMutationId` it repeats."""
        return members | {"clientMutationId": self.args.get("clientMutationId")}


Field = Callable[[S, At], object]


Find = Callable[[Call, int], object | None]
"""How the thing behind an id of one type is found."""


class Table:
    """The resolvers of one module."""

    def __init__(self) -> None:
        self.resolvers: dict[tuple[str, str], Callable[..., object]] = {}
        self.names: dict[type, Callable[..., str]] = {}
        self.nodes: dict[str, Find] = {}

    def fields(self, type_name: str, kind: type[S], fields: Mapping[str, Field[S]]) -> None:
        """Answer fields of an object type, whose things are of class `kind`."""
        self.names.setdefault(kind, lambda _: type_name)
        for name, resolve in fields.items():
            if (type_name, name) in self.resolvers:
                raise ValueError(f"{type_name}.{name} has two resolvers")
            self.resolvers[type_name, name] = resolve

    def named(self, kind: type[S], name: Callable[[S], str]) -> None:
        """Say which type a thing has whose class stands for several."""
        self.names[kind] = name

    def node(self, type_name: str, find: Find) -> None:
        """Make the ids of a type resolvable; `find` returns None for what the caller may not see.

        The number is the one that `forge.render.nodes.node_id` was given.
        """
        self.nodes[type_name] = find


def admitted(
    call: Call, repo: Repo, app: tuple[str, ...], user: Role = Role.READ, write: bool = False
) -> None:
    """Let a field through, or raise as REST does: a token of an App needs all of `app`."""
    for permission in app:
        authorise(call.world, call.principal, repo, (permission,), user, write)


def unresolved(kind: str, how: str) -> ApiError:
    """404 in the words of GraphQL."""
    return ApiError(404, f"Could not resolve to a {kind} with the {how}.")


def find_node(nodes: Mapping[str, Find], call: Call, global_id: str) -> object:
    """The thing behind a global id; raises 404 for none and for what the caller may not see."""
    named = read_node_id(global_id)
    find = nodes.get(named[0]) if named is not None else None
    found = find(call, named[1]) if find is not None and named is not None else None
    if found is None:
        raise unresolved("node", f"global id of '{global_id}'")
    return found
