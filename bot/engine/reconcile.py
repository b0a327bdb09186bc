"""Bring one issue to where it should be: look, decide, act, and look again.

Safe to run twice, late, or for no reason: it starts from what GitHub says now, and every act is an
ensure. One round is one durable step.
"""

from typing import assert_never

from bot.domain.decide import decide
from bot.domain.subject import Subject
from bot.engine.conclude import conclude, freed
from bot.engine.perform import perform
from bot.engine.queue import Queue
from bot.engine.services import Services
from bot.engine.steps import Steps
from bot.engine.verdict import Again, Over, Settled, Verdict, acknowledge
from bot.stages.facts import Finder

ROUNDS = 12
"""A subject that has not settled by then is looked at again by the next event or sweep."""


def reconcile(steps: Steps, services: Services, queue: Queue, subject: Subject) -> None:
    """Rounds of look, decide and act, until there is nothing more to do now."""
    for number in range(1, ROUNDS + 1):
        verdict = steps.run(f"round {number}", lambda: advance(services, queue, subject))
        match verdict:
            case Settled():
                return
            case Again():
                continue
            case Over(task, halt, comment):
                steps.run(f"conclude {number}", lambda t=task, h=halt: conclude(services, t, h))
                steps.run(f"free {number}", lambda t=task: freed(services, queue, t))
                # Last, so that a command counts as answered only when it has been obeyed.
                steps.run(f"answer {number}", lambda c=comment: acknowledge(services, subject, c))
            case never:
                assert_never(never)


def advance(services: Services, queue: Queue, subject: Subject) -> Verdict:
    """One round. Raises TryLater when GitHub is away."""
    finder = Finder(
        services.github,
        services.git,
        services.tasks,
        services.revisions,
        services.watches,
        services.controls,
        services.clock,
    )
    facts = finder.find(subject)
    return perform(services, queue, subject, facts, decide(facts))
