"""The JSON that the forge speaks."""

from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]
