"""Whether a tool's `input_schema` is a JSON schema at all."""

from forge.model.errors import ApiError, invalid

_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SCHEMAS = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then")
_SCHEMA_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")


def check_input_schema(index: int, schema: dict[str, object]) -> None:
    """Raise 400 unless the schema describes an object and each of its parts is a schema."""
    if "type" not in schema:
        raise invalid(f"tools.{index}.custom.input_schema.type: Field required")
    if schema["type"] != "object":
        raise invalid(f"tools.{index}.custom.input_schema.type: Input should be 'object'")
    if not _is_schema(schema):
        raise _not_a_schema(index)


def _not_a_schema(index: int) -> ApiError:
    return invalid(
        f"tools.{index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema "
        "draft 2020-12 (https://json-schema.org/draft/2020-12)."
    )


def _is_schema(schema: object) -> bool:
    if isinstance(schema, bool):
        return True
    if not isinstance(schema, dict):
        return False
    return (
        _has_valid_type(schema.get("type", "object"))
        and _is_name_list(schema.get("required", []))
        and isinstance(schema.get("enum", []), list)
        and all(_is_schema_map(schema.get(key, {})) for key in _SCHEMA_MAPS)
        and all(_is_schema(schema.get(key, True)) for key in _SCHEMAS)
        and all(_is_schema_list(schema[key]) for key in _SCHEMA_LISTS if key in schema)
    )


def _has_valid_type(declared: object) -> bool:
    names = declared if isinstance(declared, list) else [declared]
    return bool(names) and all(isinstance(name, str) and name in _TYPES for name in names)


def _is_name_list(value: object) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(name, str) for name in value)
        and len(set(value)) == len(value)
    )


def _is_schema_map(value: object) -> bool:
    return isinstance(value, dict) and all(_is_schema(inner) for inner in value.values())


def _is_schema_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_schema(inner) for inner in value)
