"""What this machine lends to sandboxed jobs: its toolchains, and for set-ups its way out."""

import os
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.stages.environment import Way

_TOOLS = ("uv", "node", "cargo", "go")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_INDEXES = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "NPM_CONFIG_REGISTRY", "GOPROXY")
_BUNDLES = (
    *("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"),
    *("NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO"),
)
_PLAIN = (*_PROXIES, *(name.upper() for name in _PROXIES), *_INDEXES)

NETWORK_VARIABLES: tuple[str, ...] = (*_PLAIN, *_BUNDLES)
"""What of an environment decides how registries are reached; the rest plays no part in a set-up."""


def interpreters(state: Path) -> tuple[Path, ...]:
    """Our own Python's prefix, and those of tools outside /usr, to be bound read-only.

    A prefix is left out when it holds more than a tool: a home directory or a part of one, the
    bot's own `state`, or a directory right below the root. rustup keeps its toolchains in a home
    directory, each alone in a folder of its own: its default one is lent.
    """
    return tuple(dict.fromkeys((Path(sys.base_prefix), *_prefixes(state.resolve()))))


def _prefixes(state: Path) -> Iterator[Path]:
    homes = (Path.home().resolve(), Path("/home"), Path("/root"))
    for tool in _TOOLS:
        found = shutil.which(tool)
        program = None if found is None else Path(found).resolve()
        if program is not None and program.name == "rustup":
            yield from _default_of_rustup()
        if program is None or program.parent.name != "bin":
            continue
        prefix = program.parent.parent
        private = any(prefix.is_relative_to(one) or one.is_relative_to(prefix) for one in homes)
        if not (private or state.is_relative_to(prefix) or len(prefix.parts) < 3):
            yield prefix


def _default_of_rustup() -> Iterator[Path]:
    home = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    try:
        settings = tomllib.loads((home / "settings.toml").read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    toolchain = (home / "toolchains" / str(settings.get("default_toolchain"))).resolve()
    alone = toolchain.parent == (home / "toolchains").resolve()
    if alone and (toolchain / "bin" / "cargo").is_file():
        yield toolchain


def way_out(environ: Mapping[str, str]) -> Way:
    """What a set-up needs of our environment to reach registries, and no value with a password."""
    variables = [(n, environ[n]) for n in _PLAIN if environ.get(n) and "@" not in environ[n]]
    mounts: list[tuple[Path, str]] = []
    for name in _BUNDLES:
        if environ.get(name) and Path(environ[name]).is_file():
            inside = f"/certificates/{name}.pem"
            mounts.append((Path(environ[name]).resolve(), inside))
            variables.append((name, inside))
    return Way(tuple(variables), tuple(mounts))
