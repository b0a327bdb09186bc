"""One run for cron: look at everything of a repository, take the best tasks, propose, and stop.

A durable workflow that starts others and waits for them, so it may be killed anywhere and goes on
with the next start. While it is under way its repository's tasks are its own
(`docs/decisions/why-a-run-has-its-repository.md`).
"""

from dataclasses import replace

from bot.domain.run import Order, Record
from bot.domain.subject import Repo
from bot.engine.occasion import NotNow, Occasion, Proposing
from bot.engine.proposing import propose_for
from bot.engine.queue import Crew
from bot.engine.run_looks import Looks
from bot.engine.run_record import Began, close
from bot.engine.run_taking import Taking
from bot.engine.services import Services
from bot.engine.steps import GivenUp, StepFailed, Steps
from bot.engine.subjects import subjects_of
from bot.stages.github import NotAllowed


def cycle(steps: Steps, services: Services, crew: Crew, repo: Repo, order: Order) -> Record:
    """One run, from its first look to its record. Raises GivenUp, StepFailed or NotAllowed."""
    services = replace(services, run=order.run)
    looks = Looks(steps, services, crew, repo, order)
    taking = Taking(looks)
    began = steps.run("begin", services.clock)
    taking.finish()
    subjects = steps.run("look around", lambda: subjects_of(services, repo))
    looks.look(subjects)
    taking.appraise()
    considered = steps.run("consider", taking.considered)
    stopped = taking.take()
    proposing = _propose(looks, taking)
    looks.wait_for_ci()
    start = Began(repo, order, began, len(subjects), considered, proposing, stopped)
    return steps.run(
        "close",
        lambda: close(
            services, start, tuple(taking.taken), taking.left(stopped), tuple(looks.problems)
        ),
    )


def _propose(looks: Looks, taking: Taking) -> Proposing:
    """One improvement issue, where the queue is short of a run's work; what came of it."""
    if not looks.steps.run("short", taking.short):
        return NotNow("not looked for: the queue holds enough")
    run = looks.order.run
    hint = taking.taken[-1].title if taking.taken else looks.repo.name
    occasion = Occasion(key=run.id, run=run.id, cap=run.cap, about=hint)
    try:
        return propose_for(looks.steps, looks.services, looks.repo, occasion)
    except (GivenUp, StepFailed, NotAllowed) as failed:
        looks.problems.append(f"propose: {failed}")
        return NotNow("could not be looked for", fault=True)
