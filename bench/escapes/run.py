"""Every way out of the sandbox through `evolve sandbox`: what it tried, and how it ended.

Run from the root of the repository: `python -m bench.escapes.run`. Each is a process of the real
command, with a secret in its environment. Exits with 1 when one got out, with 3 without a sandbox.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.adapters.escapes import ESCAPES, EXHAUSTING, SECRET, Escape, at_home, work_tree

SECONDS, PATIENCE_S = 3, 60
UNFIT, TIMED_OUT, KILLED = 3, 124, 137
SHOWN_CHARS = 76


@dataclass(frozen=True, slots=True)
class Ended:
    """How one ended: the command's exit code, the last line that it printed, and how long it took.

    Seconds of wall time, the start of the command included.
    """

    code: int
    printed: str
    seconds: float

    @property
    def last(self) -> str:
        """The last line, without what could steer a terminal."""
        lines = [line for line in self.printed.splitlines() if line.strip()]
        return "".join(c if c.isprintable() else "?" for c in lines[-1])[:50] if lines else ""


def main() -> None:
    """Try all of them, print the table, and say how many got out."""
    out = 0
    with at_home((*ESCAPES, *EXHAUSTING)) as escapes:
        for one in escapes:
            ended = _tried(one)
            if ended.code == UNFIT and "There is no sandbox here" in ended.printed:
                print(ended.printed, file=sys.stderr)
                sys.exit(UNFIT)
            escaped = one.got_out(ended.code, ended.printed)
            out += escaped
            print(f"{one.reach:10} {' '.join(one.script.split())[:SHOWN_CHARS]}")
            print(f"{'':10} -> {'GOT OUT, ' if escaped else ''}{_told(ended)}")
    print(f"\n{len(escapes)} ways out tried, {out} got out")
    sys.exit(1 if out else 0)


def _tried(escape: Escape) -> Ended:
    """Run one below a directory of its own; the bot's home is another."""
    with tempfile.TemporaryDirectory() as folder:
        tree, home = work_tree(Path(folder)), Path(folder) / "home"
        command = (sys.executable, "-m", "bot", "sandbox", "--dir", str(tree))
        began = time.monotonic()
        done = subprocess.run(
            (*command, "--seconds", str(SECONDS), "--", "sh", "-c", escape.script),
            env={"PATH": os.environ["PATH"], "EVOLVE_HOME": str(home), "ANTHROPIC_API_KEY": SECRET},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE_S,
            check=False,
        )
        printed = done.stdout.decode(errors="replace")
        return Ended(done.returncode, printed, time.monotonic() - began)


def _told(ended: Ended) -> str:
    match ended.code:
        case 0:
            how = "ran, and saw nothing of the host"
        case code if code == TIMED_OUT:
            how = "stopped at the time limit"
        case code if code == KILLED:
            how = "killed at a limit"
        case code:
            how = f"failed ({code})"
    return f"{how} after {ended.seconds:.1f} s: {ended.last}"


if __name__ == "__main__":
    main()
