"""Carrying out a query: parse, validate, execute, and GitHub's shape for what went wrong."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import resources

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from forge.api.call import Call
from forge.api.http import ApiError
from forge.graphql.connections import PageError
from forge.graphql.table import At, Find, Table, find_node
from forge.jsontypes import JsonObject
from forge.world.refusals import Refused

MODULES = ("core", "threads", "landing")
"""The modules of resolvers below `forge.graphql`, each with a `table`."""

_log = logging.getLogger(__name__)
_TYPES = {401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND"}


def schema_text() -> str:
    """All of `schema/*.graphql`."""
    folder = resources.files("forge.graphql") / "schema"
    parts = sorted((one for one in folder.iterdir()), key=lambda one: one.name)
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


def tables() -> list[Table]:
    """The tables of all modules."""
    return [importlib.import_module(f"forge.graphql.{name}").table for name in MODULES]


def carry_out(
    call: Call, text: str, variables: Mapping[str, object], name: str | None
) -> JsonObject:
    """The answer's body: `data`, `errors`, or both."""
    schema, nodes = _graph()
    try:
        document = parse(text)
    except GraphQLError as error:
        return {"errors": [_shown(error)]}
    if wrong := validate(schema, document):
        return {"errors": [_shown(error) for error in wrong]}
    result = execute_sync(
        schema,
        document,
        context_value=(call, partial(find_node, nodes, call)),
        variable_values=dict(variables),
        operation_name=name,
        field_resolver=_member,
    )
    body: JsonObject = {}
    # A query that never began, for want of a variable, has no data.
    if result.data is not None or not result.errors or result.errors[0].path:
        body["data"] = result.data
    if result.errors:
        body["errors"] = [_shown(error) for error in result.errors]
    return body


@cache
def _graph() -> tuple[GraphQLSchema, dict[str, Find]]:
    schema = build_schema(schema_text())
    names: dict[type, Callable[..., str]] = {}
    nodes: dict[str, Find] = {}
    for table in tables():
        names |= table.names
        nodes |= table.nodes
        for (type_name, field_name), resolve in table.resolvers.items():
            found = schema.type_map[type_name]
            if not isinstance(found, GraphQLObjectType):
                raise TypeError(f"{type_name} is no object type")
            found.fields[field_name].resolve = partial(_resolve, resolve)
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = partial(_type_of, names)
    return schema, nodes


def _resolve(
    resolve: Callable[..., object], source: object, info: GraphQLResolveInfo, **args: object
) -> object:
    call, found = info.context
    return resolve(source, At(call, args, found))


def _member(source: object, info: GraphQLResolveInfo, **_: object) -> object:
    """A field without a resolver belongs to something that is a dictionary."""
    if not isinstance(source, Mapping):
        raise TypeError(f"{info.parent_type.name}.{info.field_name} has no resolver")
    return source[info.field_name]


def _type_of(
    names: Mapping[type, Callable[..., str]],
    value: object,
    _info: GraphQLResolveInfo,
    _type: GraphQLAbstractType,
) -> str:
    return names[type(value)](value)


def _shown(error: GraphQLError) -> JsonObject:
    """An error as GitHub writes it: with a `type` beside the members that GraphQL defines."""
    shown: JsonObject = dict(error.formatted)
    match error.original_error:
        case None:
            return shown
        case PageError(kind=kind):
            return {"type": kind, **shown}
        case ApiError(status=status, message=message) | Refused(status=status, message=message):
            return {"type": _TYPES.get(status, "UNPROCESSABLE"), **shown, "message": message}
        case defect:
            _log.error("GraphQL %s", error.path, exc_info=defect)
            return shown | {"message": "Something went wrong while executing your query."}
