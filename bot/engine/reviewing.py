"""Have a proven change looked at by the blind reviewer, where the repository wants one."""

from functools import partial

from bot.domain.policy import NO_MODEL
from bot.domain.task import Ending
from bot.engine.asking import ask
from bot.engine.check import Checked
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.prepare import Prepared
from bot.engine.steps import Steps
from bot.kernel.values import Sha
from bot.memory.telemetry import SENT_BACK
from bot.stages.review import Accepted, SentBack, read_review, review_prompt


def review(
    steps: Steps, desk: Desk, prepared: Prepared, tree: Sha, checked: Checked, turn: int
) -> SentBack | Halt | None:
    """What stands against the change, if anything; a reviewer without an answer holds nobody up."""
    model = prepared.policy.models.review
    if model == NO_MODEL or not prepared.tuning.reviewed:
        return None
    diff = steps.run(f"diff {turn}", lambda: desk.mirror().diff_text(prepared.base, tree))
    prompt = review_prompt(prepared.brief, diff, checked.trials, model)
    paying = partial(desk.pay, role="review", prompt=prompt, policy=prepared.policy)
    reply = ask(steps, f"review-{turn}", paying)
    if isinstance(reply, Halt):
        return None if reply.ending in {Ending.FAILED, Ending.OVER_BUDGET} else reply
    match read_review(reply):
        case Accepted():
            return None
        case SentBack() as sent_back:
            steps.run(f"sent back {turn}", lambda: desk.mark("prove", SENT_BACK))
            return sent_back
