"""An improvement as it is shown, to vary one part of."""

from bot.domain.wording.proposal import ProposalView
from bot.kernel.values import Kind, Risk, Usd

VIEW = ProposalView(
    key="1-1.1",
    evidence="0f0f",
    body="b",
    found="",
    note="It fails.",
    command="ls",
    exit_code=1,
    output="o",
    kind=Kind.FIX,
    impact=3,
    risk=Risk.LOW,
    estimate=Usd.of("0.10"),
    proves="p",
    score="Score 3.00",
)
