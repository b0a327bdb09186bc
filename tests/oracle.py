"""GitHub's own published descriptions, as judges of what the forge says.

The packages come from npm into `.cache/oracle` when they are not there; without npm the tests that
need them are skipped and say so.
"""

import json
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from graphql import GraphQLSchema, build_schema
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "oracle"
OPENAPI = ("@octokit/openapi", "23.0.2")
WEBHOOKS = ("@octokit/openapi-webhooks", "12.1.0")
GRAPHQL = ("@octokit/graphql-schema", "15.26.1")
EXAMPLES = ("@octokit/webhooks-examples", "7.6.1")

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def package(wanted: tuple[str, str]) -> Path:
    """The unpacked npm package; fetched when missing, the test skipped when that fails."""
    name, version = wanted
    stem = f"{name.removeprefix('@').replace('/', '-')}-{version}"
    unpacked = CACHE / stem / "package"
    if unpacked.is_dir():
        return unpacked
    CACHE.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", f"{name}@{version}", "--pack-destination", str(CACHE), "--silent"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as failure:
        pytest.skip(f"npm could not fetch {name}@{version}: {failure}")
    with tarfile.open(CACHE / f"{stem}.tgz") as archive:
        archive.extractall(CACHE / stem, filter="data")
    return unpacked


def _plain(schema: object) -> object:
    """OpenAPI's `nullable` as JSON Schema says it."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(value) for key, value in schema.items()}
    if plain.get("nullable") is not True:
        return plain
    del plain["nullable"]
    return {"anyOf": [{"type": "null"}, plain]}


class Judge:
    """One OpenAPI document; raises `ValidationError` with the first thing that does not fit."""

    def __init__(self, document: dict[str, object]) -> None:
        self.document = _plain(document)
        resource = Resource(contents=self.document, specification=DRAFT202012)
        self.registry: Registry = Registry().with_resource("urn:github", resource)

    def check(self, value: object, *pointer: str) -> None:
        """Hold a value to the schema at a place of the document."""
        steps = (step.replace("~", "~0").replace("/", "~1") for step in pointer)
        schema = {"$ref": "urn:github#/" + "/".join(steps)}
        judge = Draft202012Validator(schema, registry=self.registry, format_checker=_FORMATS)
        error = best_match(judge.iter_errors(value))
        if error is not None:
            raise ValidationError(f"{'/'.join(map(str, error.absolute_path))}: {error.message}")

    def response(self, method: str, path: str, status: int, value: object) -> None:
        """Hold a response to the description of its operation; `path` is the template."""
        responses = self._at("paths", path, method.lower(), "responses")
        found = responses.get(str(status), {})
        if status >= 400 and not {"$ref", "content"} & found.keys():
            # many operations leave out their commonest errors, whose shape is always the same
            self.check(value, "components", "schemas", "basic-error")
            return
        where = ["paths", path, method.lower(), "responses", str(status)]
        if "$ref" in found:
            where = found["$ref"].removeprefix("#/").split("/")
        content = self._at(*where).get("content")
        if content is None:
            assert value is None, f"{method} {path} {status} has no body"
            return
        kind = next(name for name in content if "json" in name)
        self.check(value, *where, "content", kind, "schema")

    def webhook(self, event: str, action: str | None, value: object) -> None:
        """Hold a webhook's payload to the description of its event."""
        name = event.replace("_", "-") + (f"-{action.replace('_', '-')}" if action else "")
        where = ("webhooks", name, "post", "requestBody", "content", "application/json", "schema")
        self.check(value, *where)

    def _at(self, *steps: str) -> dict:
        found = self.document
        for step in steps:
            assert isinstance(found, dict)
            found = found[step]
        assert isinstance(found, dict)
        return found


@cache
def rest() -> Judge:
    """The description of the REST API (13 MB: read once)."""
    path = package(OPENAPI) / "generated" / "api.github.com.json"
    return Judge(json.loads(path.read_bytes()))


@cache
def webhooks() -> Judge:
    """The description of the webhooks."""
    path = package(WEBHOOKS) / "generated" / "api.github.com.json"
    return Judge(json.loads(path.read_bytes()))


@cache
def graphql() -> GraphQLSchema:
    """The published schema of GraphQL."""
    text = (package(GRAPHQL) / "schema.graphql").read_text(encoding="utf-8")
    # It defines two fields twice, which the validation of schemas would refuse.
    return build_schema(text, assume_valid=True, assume_valid_sdl=True)


def examples() -> Iterator[tuple[str, dict[str, object]]]:
    """Each published example payload with its event's name."""
    path = package(EXAMPLES) / "api.github.com" / "index.json"
    for entry in json.loads(path.read_bytes()):
        for example in entry["examples"]:
            yield entry["name"], example
