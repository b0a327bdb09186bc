"""Workers that really run at once: threads of one process, and processes that really die."""

import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from bench.budget.databases import fresh_file, opened
from bench.budget.interleave import Clock, Tally, Worker
from bench.budget.schedules import Schedule, generate
from bot.kernel.budget import OverBudget

DIED = -signal.SIGALRM
"""How a process ends whose time is up: at any instruction, also within a transaction."""

LIFE = 0.06
"""Seconds that a process lives at most; its work takes about half as long."""


def play_threads(seed: int, number: int) -> Tally:
    """One schedule, a thread for each worker; caps are looked at after each operation of each."""
    schedule = generate(seed, number, 0)
    with fresh_file() as path, ThreadPoolExecutor(len(schedule.workers)) as pool:
        found = pool.map(
            lambda index: _run(path, schedule, index, lethal=False), _workers(schedule)
        )
        return _total(found, path, schedule)


def play_processes(seed: int, number: int) -> Tally:
    """One schedule, a process for each worker; then each is started anew and repeats itself."""
    schedule = generate(seed, number, 0)
    context = multiprocessing.get_context("spawn")
    with fresh_file() as path:
        running = [
            context.Process(target=work, args=(path, seed, number, index))
            for index in _workers(schedule)
        ]
        for process in running:
            process.start()
        tally = Tally()
        for index, process in enumerate(running):
            process.join()
            match process.exitcode:
                case code if code in (0, DIED):
                    tally.crashes += code == DIED
                    tally.add(_run(path, schedule, index, lethal=False))
                case code:
                    tally.violations.append(f"{schedule.seed}: worker {index} ended with {code}")
        return _total([tally], path, schedule)


def work(path: Path, seed: int, number: int, index: int) -> None:
    """The life of one worker process: it fails when a promise did not hold."""
    tally = _run(path, generate(seed, number, 0), index, lethal=True)
    if tally.violations:
        raise SystemExit("\n".join(tally.violations))


def _workers(schedule: Schedule) -> range:
    return range(len(schedule.workers))


def _run(path: Path, schedule: Schedule, index: int, *, lethal: bool) -> Tally:
    """All calls of one worker. A repetition of what another process did is judged by the caps."""
    tally = Tally()
    with opened(path) as (ledger, books):
        if lethal:
            signal.setitimer(
                signal.ITIMER_REAL, Random(f"{schedule.seed} {index}").uniform(0.001, LIFE)
            )
        worker = Worker(schedule.workers[index], schedule, Clock(schedule.begins))
        for outcome in worker.steps(ledger, None):
            tally.operations += 1
            tally.refusals += isinstance(outcome, OverBudget)
            tally.violations += books.broken(schedule.caps)
        if lethal:
            signal.setitimer(signal.ITIMER_REAL, 0)
            tally.violations += worker.wrong
    return tally


def _total(found: Iterator[Tally] | list[Tally], path: Path, schedule: Schedule) -> Tally:
    total = Tally(1)
    for tally in found:
        total.add(tally)
    with opened(path) as (_, books):
        total.violations += books.broken(schedule.caps)
    return total
