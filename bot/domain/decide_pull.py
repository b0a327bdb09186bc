"""What to do next about the bot's open pull request. Pure, as all of `decide`.

The order is the policy: what somebody else pushed is proven first, then people are answered, then
the branch is made to fit its base, then CI is repaired, and only then is the merge gate asked. What
waits for a person in silence is told once, and closed when the silence goes on.
"""

from collections.abc import Iterator
from typing import assert_never

from bot.domain.actions import Action, AskHuman, CloseStale, Merge, Remind, Rerun, Revise, Wait
from bot.domain.blame import Blame
from bot.domain.facts import Mergeable, PullFacts
from bot.domain.policy import StalePolicy
from bot.domain.revision import Came, Cause, Revision, Wanted, tried
from bot.domain.stale import left, may_close, must_remind
from bot.kernel.authority import Permission
from bot.kernel.ci import CiAbsent, CiGreen, CiPending, CiRed
from bot.kernel.merge_gate import MergeFacts, MergeHeld, MergePermit, merge_gate
from bot.kernel.values import Breach

MOST = {Cause.REPAIR: 3, Cause.ANSWER: 10, Cause.REBASE: 5, Cause.ADOPT: 10}
"""How often a pull request is revised for each cause; three repairs is the contract."""

DROPS_MOST = 20
"""How often a revision that is dropped each time is begun anew: something keeps changing under it.
"""

NO_CHECKS = "no check has passed yet; where there is no CI, a person reviews and merges"


def decide_pull(pull: PullFacts, stale: StalePolicy) -> Action:
    """The next action about a published pull request that is open."""
    verdict = merge_gate(pull.gate)
    if pull.gate.paused and isinstance(verdict, MergeHeld):
        return _held(pull, verdict.breaches, stale)
    for work in _work(pull, verdict):
        match work:
            case Rerun():
                return work
            case Wanted() if _may(pull, work):
                return Revise(work)
            case Wanted():
                continue
            case never:
                assert_never(never)
    match verdict:
        case MergePermit() as permit:
            owed = _owed(pull)
            return AskHuman(owed) if owed else Merge(pull.number, permit)
        case MergeHeld(breaches=reasons):
            return _held(pull, reasons, stale)
        case never:
            assert_never(never)


def _work(pull: PullFacts, verdict: MergePermit | MergeHeld) -> Iterator[Wanted | Rerun]:
    """What could be done, in this order; nothing where rules of another branch would hold."""
    gate = pull.gate
    if not (_ours(gate) and gate.base_is_default):
        return
    if gate.head != gate.tested:
        yield Wanted(Cause.ADOPT, gate.head)
    if pull.asked:
        yield Wanted(Cause.ANSWER, gate.head, pull.asked)
    if gate.head != gate.tested:
        return
    late = pull.mergeable is Mergeable.BEHIND and isinstance(verdict, MergePermit)
    if (pull.mergeable is Mergeable.CONFLICT or late) and not _shared(pull):
        yield Wanted(Cause.REBASE, gate.head)
    if isinstance(gate.ci, CiRed) and (mending := _repair(pull)) is not None:
        yield mending


def _ours(gate: MergeFacts) -> bool:
    """Whether the pull request is one that the bot may touch."""
    return gate.author_is_our_app and gate.branch_is_ours and gate.same_repository


def _shared(pull: PullFacts) -> bool:
    """Whether somebody else has commits on the branch: then its history is not ours to rewrite."""
    return any(one.counts and one.wanted.cause is Cause.ADOPT for one in pull.revisions)


def _repair(pull: PullFacts) -> Wanted | Rerun | None:
    """What red CI leads to: once more where it seems to be nobody's fault, else a repair."""
    red = pull.red
    if not red or any(check.red_on_base for check in red):
        return None
    again = tuple(check.name for check in red if check.may_rerun)
    if again and not any(check.blame is Blame.CHANGE for check in red):
        return Rerun(again)
    if all(check.blame is Blame.INFRASTRUCTURE for check in red):
        return None
    return Wanted(Cause.REPAIR, pull.gate.head)


def _may(pull: PullFacts, wanted: Wanted) -> bool:
    """Not for a reason that was tried before, nor more often than is good."""
    counted = [one for one in pull.revisions if one.counts and one.wanted.cause is wanted.cause]
    tried_enough = len(counted) >= MOST[wanted.cause] or _dropped(pull, wanted) >= DROPS_MOST
    return tried(pull.revisions, wanted) is None and not tried_enough


def _dropped(pull: PullFacts, wanted: Wanted) -> int:
    return sum(not one.counts and one.wanted == wanted for one in pull.revisions)


def content_with(gate: MergeFacts) -> frozenset[int]:
    """The user ids of people with write access who are content with this very head as it is."""
    return frozenset(
        one.actor.id
        for one in gate.approvals
        if one.sha == gate.head
        and not one.actor.is_bot
        and one.actor.id != gate.author_id
        and one.permission is not None
        and one.permission.at_least(Permission.WRITE)
    )


def approved(gate: MergeFacts) -> bool:
    """Whether a person with write access is content with this very head as it is."""
    return bool(content_with(gate))


def _owed(pull: PullFacts) -> tuple[Breach, ...]:
    """What people asked for and did not get: then the bot merges only what they approve."""
    if approved(pull.gate):
        return ()
    this = f"a person with write access must approve {pull.gate.head[:12]}"
    if pull.asked:
        return (Breach("unanswered", f"people asked for more than the bot may still do: {this}"),)
    answers = (one for one in pull.revisions if one.wanted.cause is Cause.ANSWER)
    if any(one.came in _NOT_DONE for one in answers):
        return (Breach("not-done", f"nothing was changed for what people asked: {this}"),)
    return ()


_NOT_DONE = frozenset({Came.FAILED, Came.OVER_BUDGET, Came.UNCHANGED})


def _held(pull: PullFacts, reasons: tuple[Breach, ...], stale: StalePolicy) -> Action:
    stuck = _stuck(pull) or _conflict(pull)
    match pull.gate.ci:
        case CiPending(names) if stuck is None:
            return Wait(f"waiting for CI: {', '.join(names)}")
        case CiAbsent() if stuck is None:
            return _waited(pull, reasons, stale) or Wait(NO_CHECKS)
        case CiPending() | CiAbsent() | CiGreen() | CiRed():
            told = (*_owed(pull), *_why_red(pull), *reasons)
            needed = (*((stuck,) if stuck else ()), *told)
            return _waited(pull, needed, stale) or AskHuman(needed)
        case never:
            assert_never(never)


def _waited(
    pull: PullFacts, needed: tuple[Breach, ...], stale: StalePolicy
) -> Remind | CloseStale | None:
    """What a long silence calls for, where it is people who are waited for and nobody else."""
    silence, gate = pull.silence, pull.gate
    people = _ours(gate) and not gate.paused and not pull.asked
    if silence is None or not people or isinstance(gate.ci, CiPending):
        return None
    if may_close(stale, silence):
        return CloseStale(needed, silence)
    if must_remind(stale, silence):
        return Remind(needed, silence, left(stale, silence))
    return None


def _stuck(pull: PullFacts) -> Breach | None:
    """The last revision, when it was asked for this head and led to nothing."""
    last: Revision | None = pull.revisions[-1] if pull.revisions else None
    if last is None or last.wanted.head != pull.gate.head:
        return None
    match last.came:
        case Came.FAILED | Came.OVER_BUDGET:
            return Breach(f"{last.wanted.cause}-{last.came}".replace(" ", "-"), last.said)
        case Came.DROPPED if _dropped(pull, last.wanted) >= DROPS_MOST:
            return Breach("dropped", f"begun {DROPS_MOST} times without an end: {last.said}")
        case Came.UNDER_WAY | Came.PUSHED | Came.UNCHANGED | Came.DROPPED:
            return None
        case never:
            assert_never(never)


def _conflict(pull: PullFacts) -> Breach | None:
    """A conflict that the bot leaves to people."""
    if pull.mergeable is not Mergeable.CONFLICT or not _shared(pull):
        return None
    detail = "it conflicts with its base, and somebody else's commits are on it: merge the base in"
    return Breach("conflict", detail)


def _why_red(pull: PullFacts) -> tuple[Breach, ...]:
    """Why the bot leaves red CI alone, where it does."""
    on_base = [check.name for check in pull.red if check.red_on_base]
    if on_base:
        detail = f"the base fails it, too, so it is not repaired here: {', '.join(on_base)}"
        return (Breach("base-red", detail),)
    if pull.red and all(check.blame is Blame.INFRASTRUCTURE for check in pull.red):
        detail = "the machine failed and not the code: run it again"
        return (Breach("infrastructure", detail),)
    repairs = sum(one.counts and one.wanted.cause is Cause.REPAIR for one in pull.revisions)
    if pull.red and repairs >= MOST[Cause.REPAIR]:
        return (Breach("repairs", f"repaired {repairs} times, and CI is still red"),)
    return ()
