"""What a path alone says about a change to it."""

import re
from collections.abc import Iterator

from bot.domain.risk.reasons import Reason, Sign
from bot.kernel.patch_gate import FileChange
from bot.kernel.protected import MANIFESTS, PROTECTED, matches
from bot.kernel.values import Risk

_SCHEMA = re.compile(
    r"(?:^|/)(?:migrations?|migrate|alembic|db/schema\.rb)(?:/|$)|\.(?:sql|prisma)$"
)
_SETTINGS = re.compile(r"\.(?:ya?ml|toml|ini|cfg|conf|env|properties|jsonc?|tf|hcl)$|(?:^|/)\.env")
_PROSE = re.compile(r"\.(?:md|rst|adoc|txt)$|(?:^|/)(?:license|notice|authors|changelog)$")
_NOT_IMPORTED = re.compile(
    r"(?:^|/)(?:scripts?|examples?|bench(?:marks?)?|docs?|samples?|internal|\.[^/]+)/"
    r"|(?:^|/)_(?!_init__\.)[^/]*(?:/|$)|(?:^|/)(?:setup|noxfile|conftest|manage)\.py$"
    r"|(?:^|/)\.[^/]+$|\.config\.[cm]?[jt]s$"
    r"|(?:^|/)src/(?:main\.rs$|bin/)"
)


def is_prose(path: str) -> bool:
    """Whether it is text for people, which nothing runs or installs from."""
    return _PROSE.search(path.lower()) is not None and not is_manifest(path)


def is_manifest(path: str) -> bool:
    """Whether it says what is installed; what names stand in it is nobody's choice of words."""
    return matches(path, MANIFESTS) is not None


def is_imported(path: str) -> bool:
    """Whether other code may import what the file defines."""
    return _NOT_IMPORTED.search(path) is None


def by_path(change: FileChange) -> Iterator[Reason]:
    """Dependencies, stored data, build and settings, by the name of the file."""
    for path in sorted({change.path, change.old_path}):
        if is_manifest(path):
            detail = "what is installed or how it is built may differ"
            yield Reason(Sign.DEPENDENCIES, Risk.HIGH, detail, path)
        elif _SCHEMA.search(path.lower()):
            detail = "taking the code back does not take back what happened to the data"
            yield Reason(Sign.SCHEMA, Risk.HIGH, detail, path)
        elif matches(path, PROTECTED):
            yield Reason(Sign.MACHINERY, Risk.HIGH, "how the project is built or tested", path)
        elif _SETTINGS.search(path.lower()):
            yield Reason(Sign.MACHINERY, Risk.MEDIUM, "a settings file", path)
