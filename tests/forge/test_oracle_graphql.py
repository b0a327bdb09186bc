"""The forge's GraphQL schema, held to the one that GitHub publishes."""

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
)

from forge.graphql.engine import schema_text
from tests import oracle

pytestmark = pytest.mark.oracle


def test_every_type_field_and_argument_is_one_of_githubs():
    ours, theirs = build_schema(schema_text()), oracle.graphql()
    for name, kind in ours.type_map.items():
        if name.startswith("__"):
            continue
        same = theirs.type_map[name]
        assert type(same) is type(kind), name
        match kind:
            case GraphQLObjectType() | GraphQLInterfaceType():
                assert isinstance(same, GraphQLObjectType | GraphQLInterfaceType)
                assert {one.name for one in kind.interfaces} <= {
                    one.name for one in same.interfaces
                }
                for field_name, field in kind.fields.items():
                    where = f"{name}.{field_name}"
                    assert field_name in same.fields, where
                    assert str(field.type) == str(same.fields[field_name].type), where
                    known = same.fields[field_name].args
                    needed = {arg for arg, it in known.items() if str(it.type).endswith("!")}
                    assert needed <= set(field.args), where
                    for arg, it in field.args.items():
                        assert str(it.type) == str(known[arg].type), f"{where}({arg})"
                        assert it.default_value == known[arg].default_value, f"{where}({arg})"
            case GraphQLInputObjectType():
                assert isinstance(same, GraphQLInputObjectType)
                for field_name, member in kind.fields.items():
                    assert str(member.type) == str(same.fields[field_name].type)
                needed = {it for it, m in same.fields.items() if str(m.type).endswith("!")}
                assert needed <= set(kind.fields), name
            case GraphQLEnumType():
                assert isinstance(same, GraphQLEnumType)
                assert set(kind.values) <= set(same.values), name
