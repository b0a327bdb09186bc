"""Keep in mind what a gate refused, line by line, and whether the same was merged later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.changed_lines import sketch_of
from bot.domain.facts import Facts, IssueFacts, IssueState
from bot.domain.subject import Subject
from bot.domain.task import Task
from bot.engine.fetching import fetched
from bot.engine.refusing import refused
from bot.engine.services import Services
from bot.kernel.patch_gate import FileChange
from bot.kernel.values import Breach, Sha
from bot.memory.judged import MergedChange, RefusedChange
from bot.memory.refusals import Gate
from bot.stages.github import NotAllowed, TryLater
from bot.stages.workspace import Mirror, Unusable


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge commit, the commit of the base before it, the head that was merged, and when."""

    sha: Sha
    before: Sha
    head: Sha
    at: datetime


def refused_change(
    services: Services,
    gate: Gate,
    task: Task,
    tree: Sha,
    breaches: Sequence[Breach],
    changes: Sequence[FileChange],
) -> None:
    """The gate said no to this change; once is counted once."""
    refused(services, gate, task, tree, breaches)
    sketch, now = sketch_of(changes), services.clock()
    services.judged.refused(RefusedChange(task.subject, task.attempt, gate, tree, sketch, now))


def merged_change(services: Services, mirror: Mirror, subject: Subject, merge: Merge) -> None:
    """This was merged for an issue; it is compared only where something had been refused."""
    if not services.judged.any_refused(subject):
        return
    try:
        sketch = sketch_of(mirror.changes(merge.before, merge.sha))
    except Unusable:
        return
    services.judged.merged(MergedChange(subject, merge.head, sketch, merge.at))


def merged_otherwise(services: Services, facts: Facts, subject: Subject) -> None:
    """A closed issue whose change was refused: did a person's merge close it?

    Nothing else waits for the answer, so what cannot be asked now is left to the next look.
    """
    issue, judged = facts.issue, services.judged
    if not isinstance(issue, IssueFacts) or issue.state is IssueState.OPEN:
        return
    if not judged.any_refused(subject) or judged.any_merged(subject):
        return
    try:
        sha = services.github.closing_merge(subject)
        if sha is None:
            return
        mirror = fetched(services, subject.repo, sha)
    except (NotAllowed, TryLater):
        return
    before = mirror.parent(sha)
    if before is not None:
        merged_change(services, mirror, subject, Merge(sha, before, sha, services.clock()))
