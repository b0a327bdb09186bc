"""What a run without a server remembers: a branch of the repository, read before and written after.

The database is opened only once it lies in its place, and is copied while the run is using it.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.adapters.database.carry import Spoilt, journal_of, pack, unpack
from bot.adapters.git.mirrors import GitMirrors
from bot.adapters.git.state import Saved, StateBranch
from bot.kernel.values import Sha
from bot.memory.journal import Row
from bot.settings import Settings
from bot.stages.workspace import GitFailed, LeaseLost, Pushed, Remote, Signature

MEMORY, JOURNAL, README = "memory.db", "journal.jsonl", "README.md"
ABOUT = """# What evolve-bot remembers of this repository

`evolve run --state-branch` reads this branch at its start and writes it at its end. It shares no
history with the code; do not merge it. `journal.jsonl` is the journal, a row a line, each with the
hash of the one before. `memory.db` is a SQLite file: tasks, ledger, journal, failed proposals.
"""


class NoMemory(Exception):
    """The branch cannot be used; the message says why, and what to do."""


@dataclass
class Remembered:
    """The state branch of one run. `tip` is where we left it, `base` what this run's commit is on.

    Each save of a run replaces its one before, so the branch has one commit a run.
    """

    branch: StateBranch
    name: str
    settings: Settings
    signature: Signature
    base: Sha | None = None
    tip: Sha | None = None

    @property
    def database(self) -> Path:
        """The SQLite file. Raises NoMemory for another kind of database."""
        url = self.settings.database_url
        if not url.startswith("sqlite:///"):
            raise NoMemory("--state-branch keeps a SQLite file: unset EVOLVE_DATABASE_URL")
        return Path(url.removeprefix("sqlite:///"))

    def restore(self, remote: Remote) -> str:
        """Put what the branch holds in its place; what was done, in words. Raises NoMemory."""
        saved = self.branch.pull(remote, (MEMORY, JOURNAL))
        match saved:
            case GitFailed(reason):
                raise NoMemory(f"the branch {self.name} could not be read: {reason}")
            case None:
                return f"there is no branch {self.name} yet: it begins with this run"
            case Saved():
                self.base = self.tip = saved.tip
                return self._take_over(saved)

    def _take_over(self, saved: Saved) -> str:
        if MEMORY not in saved.files or JOURNAL not in saved.files:
            raise NoMemory(f"the branch {self.name} does not hold {MEMORY} and {JOURNAL}")
        told = tuple(saved.files[JOURNAL].decode(errors="replace").splitlines())
        if self.database.exists():
            here = _sound(journal_of(self.database), "the database here")
            mine = journal_lines(here)
            if mine[: len(told)] == told:
                return f"the database here knows all {len(told)} rows of {self.name}"
            if told[: len(mine)] != mine:
                raise NoMemory(f"the database here and {self.name} tell different stories")
        rows = _sound(unpack(saved.files[MEMORY], self.database), self.name)
        if journal_lines(rows) != told:
            self.database.unlink()
            raise NoMemory(f"{JOURNAL} and {MEMORY} of {self.name} tell different stories")
        return f"{len(rows)} rows of the journal came from {self.name}, and their chain holds"

    def save(self, remote: Remote, run: str, now: datetime) -> None:
        """Write what is known now. Raises NoMemory when somebody else wrote meanwhile."""
        packed = pack(self.database, now)
        if isinstance(packed, Spoilt):
            raise NoMemory(f"the database here cannot be trusted: {packed.reason}")
        journal = "".join(f"{line}\n" for line in journal_lines(packed.rows))
        files = {README: ABOUT.encode(), JOURNAL: journal.encode(), MEMORY: packed.data}
        self._no_secret(files.values())
        head = packed.rows[-1].hash if packed.rows else "none"
        message = f"{run}\n\nEvolve-Journal: {head}\n"
        when = int(now.timestamp())
        pushed = self.branch.push(
            remote,
            files,
            message,
            self.signature,
            when,
            parent=self.base,
            expected=self.tip,
        )
        match pushed:
            case Pushed(sha):
                self.tip = sha
            case LeaseLost(reason):
                raise NoMemory(
                    f"another run was faster ({reason}): what this one remembers is not kept."
                    " Let only one run at a time, by a concurrency group"
                )
            case GitFailed(reason):
                raise NoMemory(f"the branch {self.name} could not be written: {reason}")

    def _no_secret(self, contents: Iterable[bytes]) -> None:
        """The last gate: nothing of what we were trusted with may be pushed."""
        given = self.settings
        secrets = [
            given.github_token,
            given.anthropic_api_key,
            given.github_app_private_key,
            *given.github_webhook_secret,
        ]
        known = [one.get_secret_value().encode() for one in secrets if one is not None]
        if any(secret in content for secret in known if secret for content in contents):
            raise NoMemory("a secret is in the database: nothing was pushed")


def remembered(settings: Settings, repo: str, name: str, signature: Signature) -> Remembered:
    """The branch of this name in a repository (`owner/name`)."""
    branch = StateBranch(GitMirrors(settings.home / "state"), repo, name)
    return Remembered(branch, name, settings, signature)


def journal_lines(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """A row a line, as JSON in ASCII."""
    return tuple(
        json.dumps(
            {"id": row.id, **asdict(row.entry), "previous": row.previous, "hash": row.hash},
            default=str,
            sort_keys=True,
        )
        for row in rows
    )


def _sound(rows: tuple[Row, ...] | Spoilt, where: str) -> tuple[Row, ...]:
    if isinstance(rows, Spoilt):
        raise NoMemory(f"{where} cannot be trusted: {rows.reason}")
    return rows
