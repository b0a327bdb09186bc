"""The port to CI that failed: what it said, and asking for another run."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.domain.subject import Repo
from bot.kernel.ci import CheckState
from bot.kernel.values import Sha


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark of a check about a line. `level` is `notice`, `warning` or `failure`."""

    path: str
    line: int
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check run or commit status that ended and is neither good nor harmless.

    `job` is the id of the GitHub Actions job, None for every other kind of check; `run_attempt`
    counts its runs on this commit from 1. `log` is the job's log, at most `LONGEST_LOG` bytes with
    its end in it, empty where it cannot be had. Everything here is outside text.
    """

    name: str
    state: CheckState
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    job: int | None = None
    run_attempt: int = 1
    log: str = ""

    @property
    def at_first_run(self) -> bool:
        """A job that has run once: one that we may ask to run again."""
        return self.job is not None and self.run_attempt == 1


LONGEST_LOG = 64_000
"""Of a longer log the first eighth and the end are kept, in bytes."""


class FailingCi(Protocol):
    """Reads about failing CI; they raise as `GitHub`'s do."""

    def failed_checks(
        self, repo: Repo, sha: Sha, explained: bool = True
    ) -> tuple[FailedCheck, ...]:
        """The latest run of each check at a commit that failed, by name.

        Unless it is to be `explained`, annotations and logs are not fetched, and empty.
        """
        ...

    def rerun(self, repo: Repo, check: FailedCheck) -> bool:
        """Run that job once more; False where GitHub does not allow it, or not yet.

        Only jobs of GitHub Actions can be run again by us: the checks of other Apps are theirs.
        Other failed jobs of the same workflow run may be started with it. A job that is running
        again already is a success. "Not yet" is while jobs of its run are under way: their end
        is an event of its own.
        """
        ...


def run_again(ci: FailingCi, repo: Repo, sha: Sha, names: Collection[str]) -> None:
    """Start those failed checks of a commit that have run only once; others get no second chance.

    What GitHub does not let us start is seen by the next look.
    """
    for check in ci.failed_checks(repo, sha, explained=False):
        if check.name in names and check.at_first_run:
            ci.rerun(repo, check)
