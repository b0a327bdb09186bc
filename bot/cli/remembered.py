"""What a run without a server remembers: a branch of the repository, read before and written after.

The database is opened only once it lies in its place, and is copied while the run is using it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.adapters.database.carry import (
    Spoilt,
    folder_of,
    holds_any,
    journal_of,
    pack,
    repositories_in,
    unpack,
)
from bot.adapters.git.mirrors import GitMirrors
from bot.adapters.git.state import Saved, StateBranch
from bot.cli.run_claim import Claim, claim_of, read_claim, written
from bot.kernel.values import Sha
from bot.memory.journal import GENESIS, Row
from bot.settings import Settings
from bot.stages.workspace import GitFailed, LeaseLost, Pushed, Remote, Signature

MEMORY, JOURNAL, README, CLAIM = "memory.db", "journal.jsonl", "README.md", "run.json"
ABOUT = """# What evolve-bot remembers of this repository

`evolve run --state-branch` reads this branch at its start and writes it at its end. It shares no
history with the code; do not merge it. `journal.jsonl` is the journal, a row a line, each with the
hash of the one before. `memory.db` is a SQLite file: tasks, ledger, journal, failed proposals.
`run.json` is there while a run is under way.
"""


class NoMemory(Exception):
    """The branch cannot be used; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a pull request's receipt says of the journal: its newest hash when that was written."""

    pull: int
    opened: datetime
    head: str


@dataclass
class Remembered:
    """The state branch of one run. `tip` is where we left it, `base` what this run's commit is on.

    Each save of a run replaces its one before, so the branch has one commit a run. `claimed` is
    what another run had claimed when the branch was read, `told` the repositories (`owner/name`, in
    lower case) that the branch told of then: this one, and what it was called before.
    """

    branch: StateBranch
    repo: str
    name: str
    settings: Settings
    signature: Signature
    base: Sha | None = None
    tip: Sha | None = None
    claimed: Claim | None = None
    told: frozenset[str] = frozenset()

    @property
    def database(self) -> Path:
        """The SQLite file. Raises NoMemory for another kind of database."""
        url = self.settings.database_url
        if not url.startswith("sqlite:///"):
            raise NoMemory("--state-branch keeps a SQLite file: unset EVOLVE_DATABASE_URL")
        return Path(url.removeprefix("sqlite:///"))

    def restore(self, remote: Remote, anchors: tuple[Anchor, ...] = ()) -> str:
        """Put what the branch holds in its place; what was done, in words. Raises NoMemory."""
        saved = self.branch.pull(remote, (MEMORY, JOURNAL, CLAIM))
        match saved:
            case GitFailed(reason):
                raise NoMemory(f"the branch {self.name} could not be read: {reason}")
            case None:
                return f"there is no branch {self.name} yet: it begins with this run"
            case Saved():
                self.base = self.tip = saved.tip
                self.claimed = read_claim(saved.files.get(CLAIM))
                return self._take_over(saved.files, anchors)

    def _take_over(self, files: Mapping[str, bytes], anchors: tuple[Anchor, ...]) -> str:
        if MEMORY not in files or JOURNAL not in files:
            raise self._altered(f"it does not hold {MEMORY} and {JOURNAL}")
        told = tuple(files[JOURNAL].decode(errors="replace").splitlines())
        if self.database.exists():
            here = journal_of(self.database)
            if isinstance(here, Spoilt):
                raise NoMemory(
                    f"the database here cannot be trusted: {here.reason}. Move {self.database}"
                    f" away: what {self.name} holds is used instead"
                )
            mine = journal_lines(here)
            if mine[: len(told)] == told:
                self.told = frozenset(row.entry.repo.lower() for row in here[: len(told)])
                return f"the database here knows all {len(told)} rows of {self.name}"
            if told[: len(mine)] != mine:
                raise self._altered(f"it tells another story than the database {self.database}")
        with TemporaryDirectory(dir=folder_of(self.database)) as folder:
            came = Path(folder, MEMORY)
            rows = unpack(files[MEMORY], came)
            if isinstance(rows, Spoilt):
                raise self._altered(rows.reason)
            if journal_lines(rows) != told:
                raise self._altered(f"its {JOURNAL} and {MEMORY} tell different stories")
            if (missed := _missed(rows, anchors)) is not None:
                raise self._altered(
                    f"pull request #{missed.pull} was opened at the row {missed.head[:12]} of the"
                    f" journal, which is not in it: the branch was set back"
                )
            self.told = repositories_in(came)
            for suffix in ("-wal", "-shm"):
                self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
            came.replace(self.database)
        return f"{len(rows)} rows of the journal came from {self.name}, and their chain holds"

    def _altered(self, how: str) -> NoMemory:
        return NoMemory(
            f"the branch {self.name} is not as the bot left it: {how}. Nothing was done. Find the"
            " last commit of the bot in the repository's activity (…/activity?ref="
            f"{self.name}) and push it there again; or delete the branch, and the next run begins a"
            " new journal"
        )

    def claim(self, remote: Remote, run: str, now: datetime) -> None:
        """Keep other runs away before anything is done. Raises NoMemory where one is under way."""
        other = self.claimed
        if other is not None and other.keeps_away(run, now):
            raise NoMemory(
                f"{other.run} is under way, or was cut off: this run may begin at"
                f" {other.until:%H:%M} UTC. Nothing was done"
            )
        if other is not None and other.run == run and self.tip is not None:
            # This run was cut off after its first save: its commit is replaced like any other.
            self.base = self.branch.before(self.tip)
        try:
            self._write(remote, run, now, claim_of(run, now))
        except _Slower as slower:
            raise NoMemory(f"another run was faster ({slower}). Nothing was done") from slower

    def save(self, remote: Remote, run: str, now: datetime) -> None:
        """Write what is known now, and claim the branch for longer.

        Raises NoMemory when somebody else wrote meanwhile; then it is kept in a branch beside.
        """
        self._save(remote, run, now, claim_of(run, now))

    def release(self, remote: Remote, run: str, now: datetime) -> None:
        """Write what is known at the end; the next run may begin. Raises as `save` does."""
        self._save(remote, run, now, None)

    def _save(self, remote: Remote, run: str, now: datetime, claim: Claim | None) -> None:
        try:
            self._write(remote, run, now, claim)
        except _Slower as slower:
            beside = f"{self.name}-{run.rpartition(':')[2]}"
            self.branch, self.name, self.tip = self.branch.beside(beside), beside, None
            self._write(remote, run, now, None)
            raise NoMemory(
                f"another run wrote the state branch meanwhile ({slower}): what this one remembers"
                f" is kept in the branch {beside}. Let only one run at a time: a concurrency group"
            ) from slower

    def _write(self, remote: Remote, run: str, now: datetime, claim: Claim | None) -> None:
        self._only_this()
        packed = pack(self.database, now)
        if isinstance(packed, Spoilt):
            raise NoMemory(f"the database here cannot be trusted: {packed.reason}")
        journal = "".join(f"{line}\n" for line in journal_lines(packed.rows))
        files = {README: ABOUT.encode(), JOURNAL: journal.encode(), MEMORY: packed.data}
        if claim is not None:
            files[CLAIM] = written(claim)
        self._no_secret(files)
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
                raise _Slower(reason)
            case GitFailed(reason):
                raise NoMemory(f"the branch {self.name} could not be written: {reason}")

    def _only_this(self) -> None:
        """Whoever may read the branch may not be allowed to read what another repository told."""
        others = repositories_in(self.database) - self.told - {self.repo.lower()}
        if others:
            raise NoMemory(
                f"the database here remembers {', '.join(sorted(others))}, too, and whoever reads"
                f" {self.repo} could read it in {self.name}: give this run an EVOLVE_HOME of its"
                " own. Nothing was pushed"
            )

    def _no_secret(self, files: Mapping[str, bytes]) -> None:
        """The last gate: nothing of what we were trusted with may be pushed."""
        given = self.settings
        secrets = [
            given.github_token,
            given.anthropic_api_key,
            given.github_app_private_key,
            *given.github_webhook_secret,
        ]
        known = [one.get_secret_value() for one in secrets if one is not None]
        raw = [secret.encode() for secret in known if secret]
        if any(secret in content for secret in raw for content in files.values()) or holds_any(
            files[MEMORY], known
        ):
            raise NoMemory("a secret is in the database: nothing was pushed")


def remembered(settings: Settings, repo: str, name: str, signature: Signature) -> Remembered:
    """The branch of this name in a repository (`owner/name`)."""
    branch = StateBranch(GitMirrors(settings.home / "state"), repo, name)
    return Remembered(branch, repo, name, settings, signature)


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


class _Slower(Exception):
    """Somebody else moved the branch; the message says where it is."""


def _missed(rows: tuple[Row, ...], anchors: tuple[Anchor, ...]) -> Anchor | None:
    """A pull request of this journal's time that tells of a row which is not there."""
    if not rows:
        return None
    known = {GENESIS, *(row.hash for row in rows)}
    later = (one for one in anchors if one.opened > rows[0].entry.timestamp)
    return next((one for one in later if one.head not in known), None)
