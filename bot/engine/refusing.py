"""Keep count of what the gates refuse."""

from collections.abc import Sequence

from bot.domain.facts import Facts, IssueFacts
from bot.domain.subject import Subject
from bot.domain.task import Task
from bot.engine.services import Services
from bot.kernel.authority import Unauthorised
from bot.kernel.values import Breach
from bot.memory.refusals import Gate, refusals_of


def refused(
    services: Services, gate: Gate, task: Task, about: str, breaches: Sequence[Breach]
) -> None:
    """The gate said no to a task's `about`, which names what was judged; once is counted once."""
    rules = [breach.rule for breach in breaches]
    found = refusals_of(gate, rules, task.subject, task.attempt, about, services.clock())
    services.refusals.record(found)


def refused_comment(services: Services, subject: Subject, comment: int) -> None:
    """Somebody without write access gave a command."""
    rules, about = ("command-without-write-access",), f"comment-{comment}"
    services.refusals.record(
        refusals_of(Gate.AUTHORITY, rules, subject, 0, about, services.clock())
    )


def refused_label(services: Services, subject: Subject, facts: Facts) -> None:
    """Somebody whose word does not count put the label on; an event may tell of it many times."""
    issue = facts.issue
    if not isinstance(issue, IssueFacts) or issue.labelled is None:
        return
    if isinstance(issue.labelled.authority, Unauthorised):
        rules, about = ("label-without-write-access",), f"label-{issue.labelled.at.isoformat()}"
        services.refusals.record(
            refusals_of(Gate.AUTHORITY, rules, subject, 0, about, services.clock())
        )


def refused_policy(services: Services, subject: Subject, comment: int | None) -> None:
    """The policy file cannot be used; without a comment, a label asked."""
    about = "label" if comment is None else f"comment-{comment}"
    found = refusals_of(Gate.POLICY, ("bad-policy",), subject, 0, about, services.clock())
    services.refusals.record(found)
