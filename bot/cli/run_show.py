"""The record of a run, as JSON for scripts and as lines for people."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from bot.cli.budget import exact
from bot.domain.run import Record
from bot.domain.task import Ending
from bot.domain.wording.seed import seed_document, seed_rows
from bot.kernel.values import Usd

BAD = frozenset({Ending.REFUSED, Ending.FAILED, Ending.BLOCKED, Ending.OVER_BUDGET})


def failed(record: Record) -> bool:
    """Whether something was refused or failed, so that somebody should look."""
    return bool(record.problems) or any(one.ending in set(BAD) for one in record.taken)


def as_document(record: Record, notes: tuple[str, ...]) -> dict[str, object]:
    """Everything, with dollars as decimal text."""
    document = _plain(record)
    if not isinstance(document, dict):
        raise TypeError("a record is an object")
    seed = seed_document(record.seed)
    return {**document, "published": record.published, "notes": list(notes), "seed": seed}


def _plain(value: object) -> object:
    if isinstance(value, Usd):
        return exact(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def lines(record: Record) -> Iterator[str]:
    """What came of it, a line each."""
    for one in record.taken:
        pull = f", pull request #{one.pull}" if one.pull is not None else ""
        yield f"taken #{one.issue} {one.title}: {one.ending}{pull}, {one.cost}"
        yield f"  because {one.why}"
        if one.reason:
            yield f"  {one.reason}"
    for left in record.left:
        yield f"left #{left.issue} {left.title}: {left.why}"
    for pull in record.pulls:
        yield f"open pull request #{pull.pull} for #{pull.issue}: {pull.stage} {pull.waits_for}"
    yield f"improvement: {record.proposed}"
    for problem in record.problems:
        yield f"problem: {problem}"
    for phase, measured in seed_rows(record.seed):
        yield f"{phase}: {measured}"
    yield (
        f"{record.published} of at most {record.max_changes} changes published,"
        f" {record.spent} of {record.cap} spent: {record.stopped}"
    )
