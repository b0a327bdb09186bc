"""Clean checkouts of one commit in which evidence is looked for: sandboxed, without network."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from bot.domain.proposing.seeing import Look
from bot.kernel.values import Sha
from bot.stages.sandbox import Exited, Job, Killed, Limits, SandboxOutcome, TimedOut, Unavailable
from bot.stages.suites import Lab
from bot.stages.workspace import Unusable

COMMAND_SECONDS = 60.0
"""A snippet, a linter or a search may take so long; a suite has the policy's time."""

READ_BYTES = 4 * 1024**2
"""Of one report."""


@dataclass(frozen=True, slots=True)
class NoLook:
    """Nothing could be seen, and why."""

    reason: str


Looked: TypeAlias = Look | NoLook
Variables: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """One commit and how to run things on it. `say` is told what takes long."""

    lab: Lab
    base: Sha
    say: Callable[[str], None]

    def look(
        self, command: str, seconds: float = COMMAND_SECONDS, env: Variables = (), times: int = 1
    ) -> Looked:
        """Run a shell command in a clean checkout, so many times one after another.

        The last run's output counts; each run is timed.
        """
        with self.lab.places.fresh("evidence") as directory:
            try:
                self.lab.mirror.export(self.base, directory)
            except Unusable as unusable:
                return NoLook(str(unusable))
            limits = Limits(seconds=seconds, output_bytes=READ_BYTES)
            job = Job(_shell(command), directory, limits, env=env, mounts=self.lab.mounts)
            return self._repeated(job, times)

    def without(self, command: str, times: int = 1) -> Look | None:
        """The same command in an empty directory; None where it does not come to an end."""
        with self.lab.places.fresh("without") as directory:
            job = Job(_shell(command), directory, Limits(seconds=COMMAND_SECONDS))
            looked = self._repeated(job, times)
        return looked if isinstance(looked, Look) else None

    def suite(self, command: str, env: Variables = ()) -> Looked:
        """A command that runs the repository's suite, within the policy's time."""
        return self.look(command, self.lab.test.seconds, env)

    def _repeated(self, job: Job, times: int) -> Looked:
        timings: list[float] = []
        for _ in range(times):
            looked = _read(self.lab.sandbox.run(job))
            if isinstance(looked, NoLook):
                return looked
            timings += looked.seconds
        return replace(looked, seconds=tuple(timings))


def _shell(command: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", command)


def _read(outcome: SandboxOutcome) -> Looked:
    match outcome:
        case Exited(code=code, output=output, seconds=seconds):
            return Look(code, output.decode(errors="replace"), (seconds,))
        case TimedOut(seconds=seconds):
            return NoLook(f"it was killed after {seconds:.0f} s")
        case Killed(reason=reason):
            return NoLook(f"it was killed: {reason}")
        case Unavailable(reason=reason, remedy=remedy):
            return NoLook(f"there is no sandbox: {reason}. {remedy}")
        case never:
            assert_never(never)
