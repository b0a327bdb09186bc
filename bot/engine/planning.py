"""Have the planner write the implementer's plan, where the repository wants one."""

from dataclasses import replace
from functools import partial
from typing import assert_never

from bot.domain.policy import NO_MODEL
from bot.domain.task import Ending, Estimate
from bot.engine.asking import ask
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.prepare import Prepared
from bot.engine.steps import Steps
from bot.stages.plan import NoPlan, Planned, plan_prompt, read_plan


def plan(steps: Steps, desk: Desk, prepared: Prepared, estimate: Estimate) -> Estimate | Halt:
    """The estimate with the planner's plan; a planner without an answer leaves triage's, and says
    so."""
    model = prepared.policy.models.plan
    if model == NO_MODEL:
        return estimate
    steps.run("plan", lambda: desk.enter("plan"))
    prompt = plan_prompt(prepared.brief, estimate, model)
    paying = partial(desk.pay, role="plan", prompt=prompt, policy=prepared.policy)
    reply = ask(steps, "plan", paying)
    if isinstance(reply, Halt):
        if reply.ending not in {Ending.FAILED, Ending.OVER_BUDGET}:
            return reply
        outcome: Planned | NoPlan = NoPlan(reply.reason)
    else:
        outcome = read_plan(reply)
    match outcome:
        case Planned(text):
            planned = replace(estimate, plan=text)
            steps.run("planned", lambda: desk.services.tasks.estimate(desk.task.id, planned))
            return planned
        case NoPlan(reason):
            told = f"triage's plan stays: {reason}"
            steps.run("not planned", lambda: desk.mark("plan", told))
            return estimate
        case never:
            assert_never(never)
