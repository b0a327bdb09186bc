"""Why a queued task waits for pull requests that are open: there are too many, or they touch what
it would touch.

Only what is published counts as touched. Two changes that are written side by side may turn out to
overlap; then the second is rebased once the first is merged.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.task import Task, TaskState, Wish

TOUCHED_MOST = 100
"""Files of one plan that are kept; nothing that names more is one small change."""

_CODE = re.compile(r"`([^`\n]+)`")
_WORD = re.compile(r"[\w@+~.-]+(?:/[\w@+~.-]+)*")
_PUBLISHED = frozenset({TaskState.PUBLISHED, TaskState.REVISING})
_UNDER_WAY = _PUBLISHED | {TaskState.WORKING}


@dataclass(frozen=True, slots=True)
class Full:
    """As many pull requests as the policy allows are open or being written."""

    pulls: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """An open pull request of ours touches these files, too."""

    pull: int
    files: tuple[str, ...]


Hold: TypeAlias = Full | Overlap


def hold_of(task: Task, others: Iterable[Task]) -> Hold | None:
    """What keeps the task in the queue; `others` are the open tasks of its repository.

    A plan opens no pull request and waits for none.
    """
    if task.wish is Wish.PLAN:
        return None
    rivals = [one for one in others if one.id != task.id and one.wish is Wish.CHANGE]
    pulls = sum(one.state in _UNDER_WAY for one in rivals)
    return Full(pulls) if pulls >= task.open_prs else overlap_of(task.touches, rivals)


def overlap_of(touches: tuple[str, ...], others: Iterable[Task]) -> Overlap | None:
    """The oldest open pull request of the others that has one of these files, and which."""
    for one in others:
        if one.published is None or one.state not in _PUBLISHED:
            continue
        files = tuple(sorted(set(touches) & set(one.published.files)))
        if files:
            return Overlap(one.published.pull, files)
    return None


def touched(plan: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Which of the repository's paths a plan names, in order; the plan is outside text.

    A path is named in full, or by its end where that fits one path alone. A word without a dot or a
    slash is a path only where it is written as `code`.
    """
    known = frozenset(paths)
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for path in known:
        ends[path.rpartition("/")[2]].append(path)
    found: set[str] = set()
    for name in _names(plan):
        if name in known:
            found.add(name)
            continue
        fitting = [path for path in ends[name.rpartition("/")[2]] if path.endswith(f"/{name}")]
        found.update(fitting if len(fitting) == 1 else ())
    return tuple(sorted(found)[:TOUCHED_MOST])


def _names(plan: str) -> Iterator[str]:
    for match in _CODE.finditer(plan):
        yield match[1].strip().removeprefix("./")
    for match in _WORD.finditer(plan):
        word = match[0].removeprefix("./").rstrip(".")
        if "." in word or "/" in word:
            yield word
