"""A person at a terminal: real git against the forge."""

import base64
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def git(*arguments: str, cwd: Path | None = None, token: str | None = None) -> Ran:
    """Run git; the token goes into the environment, as a program should hand it over."""
    settings = [("user.name", "Terminal"), ("user.email", "t@example.com")]
    if token is not None:
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        settings.append(("http.extraHeader", f"Authorization: Basic {basic}"))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "NO_PROXY": "*",
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (name, value) in enumerate(settings):
        environment[f"GIT_CONFIG_KEY_{number}"] = name
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    done = subprocess.run(
        ["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Clone:
    """A work tree whose remote is the forge."""

    path: Path
    token: str | None

    def git(self, *arguments: str) -> Ran:
        return git(*arguments, cwd=self.path, token=self.token)

    def commit(self, files: dict[str, str], message: str = "change") -> str:
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)
        assert self.git("add", "-A").code == 0
        assert self.git("commit", "--quiet", "--allow-empty", "-m", message).code == 0
        return self.git("rev-parse", "HEAD").out.strip()


def clone(url: str, path: Path, token: str | None) -> Clone:
    done = git("clone", "--quiet", url, str(path), token=token)
    assert done.code == 0, done.err
    return Clone(path, token)
