"""Why a change is as risky as it is, in one line and in full."""

from collections.abc import Sequence

from bot.domain.risk.reasons import Reason, Sign
from bot.domain.wording.blocks import table
from bot.domain.wording.quoting import code, inline
from bot.kernel.values import Risk

SHOWN = 3
"""Reasons in the line: enough to know where to look first."""


def risk_line(risk: Risk, reasons: Sequence[Reason]) -> str:
    """The risk and its gravest reasons, and what follows from it for the merge."""
    why = "; ".join(map(_told, gravest(reasons))) or "nothing was seen that makes it riskier"
    waits = " A person must approve it." if risk.at_least(Risk.HIGH) else ""
    return f"**Risk: {risk}** — {why}.{waits}"


def gravest(reasons: Sequence[Reason]) -> list[Reason]:
    """The first of each sign, the gravest first: three kinds of trouble say more than one twice."""
    first = {reason.sign: reason for reason in reversed(reasons)}
    return sorted(first.values(), key=reasons.index)[:SHOWN]


def risk_table(reasons: Sequence[Reason]) -> str:
    """Every reason; nothing when the line has said them all."""
    if len(reasons) == len(gravest(reasons)):
        return ""
    rows = (
        (
            one.risk.value,
            one.sign.value,
            inline(one.detail, 120),
            code(one.path) if one.path else "",
        )
        for one in reasons
    )
    return table(("risk", "what", "why", "where"), rows, most=30)


def _told(reason: Reason) -> str:
    where = f" in {code(reason.path, 100)}" if reason.path else ""
    kind = "" if reason.sign is Sign.SAID else f"{reason.sign}: "
    return f"{kind}{inline(reason.detail, 100)}{where}"
