"""One call of git: no configuration, hooks, prompts or protocols but those named here."""

import base64
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.stages.workspace import Unusable

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
LOCAL_SECONDS = 120.0
_MAX_REASON = 600

_ENVIRONMENT = {
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "/bin/false",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}

_CONFIG = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.attributesFile", "/dev/null"),
    ("core.excludesFile", "/dev/null"),
    ("core.quotePath", "false"),
    ("attr.tree", EMPTY_TREE),
    ("credential.helper", ""),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("push.recurseSubmodules", "no"),
    # a redirect would carry the token to wherever it points
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "60"),
    ("transfer.fsckObjects", "true"),
    # faults that old histories are full of, and that can harm nobody
    ("fetch.fsck.zeroPaddedFilemode", "ignore"),
    ("fetch.fsck.badTimezone", "ignore"),
    ("fetch.fsck.badEmail", "ignore"),
    ("fetch.fsck.missingEmail", "ignore"),
    ("fetch.fsck.missingNameBeforeEmail", "ignore"),
    ("fetch.fsck.missingSpaceBeforeDate", "ignore"),
    ("fetch.fsck.missingSpaceBeforeEmail", "ignore"),
)


class GitError(Unusable):
    """Git would not do what should always work here; the message is safe to show."""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished call."""

    code: int
    output: bytes
    errors: str


@dataclass(frozen=True, slots=True)
class GitCommand:
    """Calls git on one repository. `protocols` names the transports that may be used."""

    directory: Path
    protocols: tuple[str, ...] = ("https", "http")
    environment: tuple[tuple[str, str], ...] = ()
    """Additions from outside, such as `HTTPS_PROXY`."""
    _config: tuple[tuple[str, str], ...] = field(default=_CONFIG)

    def call(
        self,
        *arguments: str,
        stdin: bytes = b"",
        seconds: float = LOCAL_SECONDS,
        token: str | None = None,
        more: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Done:
        """Run git to its end; a time-out is a code of its own (124), its children killed too.

        The token travels in the child's environment alone, as the Basic header GitHub documents.
        """
        process = subprocess.Popen(
            ("git", f"--git-dir={self.directory}", *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.variables(token) | dict(more or {}),
            cwd=cwd or "/",
            start_new_session=True,
        )
        try:
            output, errors = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Done(124, b"", f"git {arguments[0]} took longer than {seconds:.0f} s")
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        return Done(process.returncode, output, _safe(errors.decode(errors="replace"), token))

    def output(
        self,
        *arguments: str,
        stdin: bytes = b"",
        more: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> bytes:
        """What a call prints that is expected to succeed. Raises GitError."""
        done = self.call(*arguments, stdin=stdin, more=more, cwd=cwd)
        if done.code != 0:
            raise GitError(f"git {arguments[0]}: {done.errors}")
        return done.output

    def variables(self, token: str | None = None) -> dict[str, str]:
        """The whole environment of one call; nothing is inherited but the path to programs."""
        config = [*self._config, ("safe.directory", str(self.directory))]
        if token is not None:
            config.append(("http.extraHeader", f"Authorization: Basic {_basic(token)}"))
        variables = {"PATH": os.environ.get("PATH", os.defpath), **dict(self.environment)}
        variables |= _ENVIRONMENT
        variables["GIT_ALLOW_PROTOCOL"] = ":".join(self.protocols)
        variables["GIT_CONFIG_COUNT"] = str(len(config))
        for number, (key, value) in enumerate(config):
            variables[f"GIT_CONFIG_KEY_{number}"] = key
            variables[f"GIT_CONFIG_VALUE_{number}"] = value
        return variables


def _basic(token: str) -> str:
    return base64.b64encode(f"x-access-token:{token}".encode()).decode()


def _safe(errors: str, token: str | None) -> str:
    if token:
        errors = errors.replace(token, "…").replace(_basic(token), "…")
    lines = [line for line in errors.splitlines() if line.strip()]
    return "; ".join(lines)[-_MAX_REASON:] or "no message"
