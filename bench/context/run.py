"""How long context selection takes, cold and warm, on generated repositories of growing size.

    python bench/context/run.py [--sizes 1,4,15,60] [--repeat 3]

Each answer is one process of `evolve context`: start-up counts. Cold has no index; warm is the
same question again; "one file" is the same question after a commit that changed one file.
"""

import argparse
import os
import random
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FILE_BYTES = 12_000
COMMITS = 400
QUESTION = (
    "Retry of a closed stream loses its buffer\n\n`read_buffer()` raises after `close_stream`.\n"
)
SYLLABLES = re.findall(
    r"\w+", "ba co di fu ge hi jo ku la me ni po qua re si to vu wa xe yo zu stri blo cra"
)
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
}


class Took(NamedTuple):
    """Seconds: as the clock saw it, and of the processor, which a busy machine changes less."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:>7.2f} ({self.cpu:>5.2f})"


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default="1,4,15,60", help="MB of source")
    parser.add_argument("--repeat", type=int, default=3, help="warm runs; their median is told")
    parser.add_argument("--command", default=f"{sys.executable} -m bot context")
    options = parser.parse_args()
    command = shlex.split(options.command)
    print("  MB  files     cold s (cpu)  cpu s a MB    warm s (cpu)  one file (cpu)  index MB")
    for size in (int(part) for part in options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as scratch:
            print(measure(Path(scratch), command, size, options.repeat), flush=True)


def measure(scratch: Path, command: list[str], megabytes: int, repeat: int) -> str:
    """The line for one size."""
    repository, home = scratch / "repo.git", scratch / "home"
    question = scratch / "question.md"
    question.write_text(QUESTION)
    sources = list(generated(megabytes * 1_000_000))
    imported(repository, sources)
    cold = answer(command, repository, home, question)
    warm = sorted(answer(command, repository, home, question) for _ in range(repeat))[repeat // 2]
    imported(repository, ["def changed():\n    return 1\n"], parent=True)
    changed = answer(command, repository, home, question)
    kept = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
    return (
        f"{megabytes:>4} {len(sources):>6}  {cold} {cold.cpu / megabytes:>11.3f} {warm}"
        f" {changed} {kept:>9.1f}"
    )


def answer(command: list[str], repository: Path, home: Path, question: Path) -> Took:
    """What one question takes, from the start of the process to its end."""
    start, before = time.perf_counter(), spent()
    subprocess.run(
        [*command, "--repo", repository, "--query-file", question],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**ENVIRONMENT, "EVOLVE_HOME": str(home)},
    )
    return Took(time.perf_counter() - start, spent() - before)


def spent() -> float:
    """Seconds of processor time that finished children took, git's among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def generated(size: int) -> Iterator[str]:
    """Python-like files with words as frequent as in real programs: a few common, most rare."""
    chance = random.Random(7)
    words = sorted(
        {"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(30_000)}
    )
    chance.shuffle(words)
    ranks = [1 / (rank + 3) for rank in range(len(words))]
    while size > 0:
        lines = ['"""A generated module."""', "", "import os", ""]
        pool = iter(chance.choices(words, ranks, k=2_400))
        length = 0
        while length < FILE_BYTES:
            name, one, other = (f"{next(pool)}_{next(pool)}" for _ in range(3))
            body = [f"class {name.title().replace('_', '')}:", f"    def {name}(self, {one}):"]
            body += [f"        # {' '.join(next(pool) for _ in range(9))}"]
            body += [f"        {next(pool)} = self.{other}({next(pool)}, {n})" for n in range(8)]
            body += [f"        return {one}.{next(pool)}", ""]
            lines += body
            length += sum(len(line) + 1 for line in body)
        text = "\n".join(lines)
        size -= len(text)
        yield text


def imported(repository: Path, sources: list[str], *, parent: bool = False) -> None:
    """Commit the files with git fast-import: all at first, then some again in small commits."""
    if not parent:
        subprocess.run(["git", "init", "-q", "--bare", repository], check=True, env=ENVIRONMENT)
    parts: list[bytes] = []
    for number in range(1 if parent else COMMITS):
        message = f"Change {number}: {' '.join(SYLLABLES[number % 20 : number % 20 + 4])}".encode()
        when = 1_700_000_000 + number + (COMMITS if parent else 0)
        parts.append(b"commit refs/heads/main\ncommitter a <a@example.com> %d +0000\n" % when)
        parts.append(b"data %d\n%s\n" % (len(message), message))
        if parent:
            parts.append(b"from refs/heads/main^0\n")
        chosen = range(len(sources)) if number == 0 else [number % len(sources)]
        for index in chosen:
            text = (sources[index] + f"# {number}\n" * bool(number)).encode()
            path = f"package{index % 40}/module{index}.py".encode()
            parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(text), text))
    subprocess.run(
        ["git", "--git-dir", repository, "fast-import", "--quiet"],
        input=b"".join(parts),
        check=True,
        env=ENVIRONMENT,
    )
    subprocess.run(
        ["git", "--git-dir", repository, "symbolic-ref", "HEAD", "refs/heads/main"],
        check=True,
        env=ENVIRONMENT,
    )


if __name__ == "__main__":
    main()
