"""What a module offers to those who use it, and what of an older offer a newer one breaks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.domain.risk.reasons import Reason, Sign
from bot.kernel.values import Risk


class Place(StrEnum):
    """How a caller fills a parameter."""

    BY_POSITION = "by position"
    EITHER = "either"
    BY_NAME = "by name"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `default` and `type` are source text, None and empty without any."""

    name: str
    place: Place
    default: str | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A function: how it must be called, and `how`, such as `async` or `property`.

    `rest` takes further positions, `more` further names.
    """

    parameters: tuple[Parameter, ...]
    how: str = ""
    rest: bool = False
    more: bool = False
    returns: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Any other thing: what users rely on of it, as text that is the same or another."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A name that is imported from another module and offered here."""


Shape: TypeAlias = Signature | Shown | Elsewhere
Surface: TypeAlias = Mapping[str, Shape]
"""By name; the members of `Thing` are `Thing.member`."""


def broken(before: Surface, after: Surface, path: str) -> Iterator[Reason]:
    """What users of the older surface would trip over, one reason for each name."""
    for name, old in before.items():
        if name.rpartition(".")[0] in before.keys() - after.keys():
            continue
        new = after.get(name)
        if new is None:
            yield Reason(Sign.API, Risk.BREAKING, f"{name} is gone", path)
        elif found := _changed(old, new):
            yield Reason(Sign.API, found[0], f"{name}: {found[1]}", path)


def _changed(old: Shape, new: Shape) -> tuple[Risk, str] | None:
    match old, new:
        case (Signature(), Signature()):
            return _called(old, new)
        case (Elsewhere(), _):
            return None
        case (_, Elsewhere()):
            return Risk.MEDIUM, "it comes from another module now"
        case (Shown(), Shown()):
            return None if old == new else (Risk.BREAKING, "its declaration changed")
        case _:
            return Risk.HIGH, "it is another kind of thing now"


def _called(old: Signature, new: Signature) -> tuple[Risk, str] | None:
    """Whether every call that was right is still right, and means the same."""
    if old.how != new.how:
        return Risk.BREAKING, f"it was {old.how or 'plain'} and is {new.how or 'plain'}"
    if (old.rest and not new.rest) or (old.more and not new.more):
        return Risk.BREAKING, "it takes fewer arguments"
    why = next(_refused(old, new), None)
    if why is not None:
        return Risk.BREAKING, why
    mine = {one.name: one for one in new.parameters}
    for one in old.parameters:
        same = mine.get(one.name)
        if same is not None and one.default != same.default:
            return Risk.MEDIUM, f"the default of {one.name} changed"
        if same is not None and "" not in (one.type, same.type) and one.type != same.type:
            return Risk.HIGH, f"the type of {one.name} changed"
    if "" not in (old.returns, new.returns) and old.returns != new.returns:
        return Risk.HIGH, "the type of its result changed"
    return None


def _refused(old: Signature, new: Signature) -> Iterator[str]:
    was, now = _positions(old), _positions(new)
    named = {one.name: one for one in new.parameters if one.place is not Place.BY_POSITION}
    known = {one.name for one in old.parameters}
    for at, one in enumerate(was):
        here = now[at] if at < len(now) else None
        if here is None:
            swallowed = new.rest and (one.place is Place.BY_POSITION or new.more)
            if not swallowed:
                yield f"{one.name} is gone or must be named"
        elif one.place is Place.EITHER and (
            here.name != one.name or here.place is Place.BY_POSITION
        ):
            yield f"{one.name} is gone, renamed or moved"
        elif here.default is None and one.default is not None:
            yield f"{here.name} must be given"
    for one in old.parameters:
        if one.place is not Place.BY_NAME:
            continue
        here = named.get(one.name)
        if here is None and not new.more:
            yield f"{one.name} is gone"
        elif here is not None and here.default is None and one.default is not None:
            yield f"{one.name} must be given"
    if old.rest and len(now) > len(was):
        yield f"{now[len(was)].name} takes what went to the rest"
    for at, one in enumerate(now):
        if at >= len(was) and one.default is None and one.name not in known:
            yield f"{one.name} is new and must be given"
    for one in new.parameters:
        if one.place is Place.BY_NAME and one.default is None and one.name not in known:
            yield f"{one.name} is new and must be given"


def _positions(one: Signature) -> list[Parameter]:
    return [each for each in one.parameters if each.place is not Place.BY_NAME]
