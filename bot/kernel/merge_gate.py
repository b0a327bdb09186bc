"""The only place where a permit to merge can be made."""

from dataclasses import InitVar, dataclass
from enum import StrEnum

from bot.kernel.authority import Actor, Permission
from bot.kernel.ci import CiGreen, CiPending, CiRed, CiVerdict
from bot.kernel.patch_gate import PatchAccepted, PatchVerdict
from bot.kernel.proof import Strength
from bot.kernel.values import Breach, Kind, Risk, Sha


class MergePolicy(StrEnum):
    """Who merges, from the default branch's policy file."""

    HUMAN = "human"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Approval:
    """An approving review of one commit, with the reviewer's permission as fetched just now."""

    actor: Actor
    permission: Permission | None
    sha: Sha


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """What was just fetched about a pull request; ``tested`` is the proven commit, if any."""

    author_is_our_app: bool
    author_id: int
    branch_is_ours: bool
    same_repository: bool
    base_is_default: bool
    head: Sha
    tested: Sha | None
    strength: Strength
    ci: CiVerdict
    patch: PatchVerdict
    admission_unchanged: bool
    paused: bool
    kind: Kind
    risk: Risk
    merge_policy: MergePolicy
    approvals: tuple[Approval, ...]
    objections: tuple[Approval, ...] = ()
    """Standing requests for changes, whatever commit they were written on."""


_SEAL = object()


@dataclass(frozen=True, slots=True)
class MergePermit:
    """Leave to merge exactly this commit. Only ``merge_gate`` makes one: else raises TypeError."""

    sha: Sha
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a merge permit is made by merge_gate alone")


@dataclass(frozen=True, slots=True)
class MergeHeld:
    """No merge now, and why."""

    breaches: tuple[Breach, ...]


def merge_gate(facts: MergeFacts) -> MergePermit | MergeHeld:
    """Permit the merge of the tested head, or name every condition that does not hold."""
    approved = any(_approves(approval, facts) for approval in facts.approvals)
    ask = f"a person with write access must approve {facts.head[:12]}"
    # Where nothing is required, what passed may be the first of many.
    required = not isinstance(facts.ci, CiGreen) or bool(facts.ci.required)
    by_bot, low = facts.merge_policy is MergePolicy.BOT, facts.risk is Risk.LOW
    conditions = (
        (facts.author_is_our_app, "author", "not by our App: a person merges it"),
        (facts.branch_is_ours, "branch", "not a branch of ours: a person merges it"),
        (facts.same_repository, "fork", "from another repository: a person merges it"),
        (facts.base_is_default, "base", "point the pull request at the default branch"),
        (facts.admission_unchanged, "admission", "the issue was edited: admit it again"),
        (not facts.paused, "paused", "merging is paused: `/evolve resume` lets it go on"),
        (facts.head and facts.head == facts.tested, "untested-head", "prove this head first"),
        (isinstance(facts.ci, CiGreen) and facts.ci.passed, *_ci_words(facts.ci)),
        (isinstance(facts.patch, PatchAccepted), "patch", "mend what the patch gate refuses"),
        (not any(_entitled(one) for one in facts.objections), "objected", "changes are requested"),
        (approved or by_bot, "policy-human", f"merges are left to people: {ask}"),
        (approved or low, "risk", f"the risk is {facts.risk}: {ask}"),
        (approved or facts.strength is Strength.JUNIT, "weak-proof", f"exit codes only: {ask}"),
        (approved or required, "nothing-required", f"CI may lag behind: {ask}"),
        (approved or facts.kind is not Kind.DEPENDENCY, "dependency", f"foreign code: {ask}"),
    )
    breaches = tuple(Breach(rule, detail) for holds, rule, detail in conditions if not holds)
    return MergeHeld(breaches) if breaches else MergePermit(facts.head, _SEAL)


def _ci_words(ci: CiVerdict) -> tuple[str, str]:
    match ci:
        case CiRed(names):
            return "ci-red", f"mend what failed: {', '.join(names)}"
        case CiPending(names):
            return "ci-pending", f"wait for {', '.join(names)}"
    return "ci-absent", "no check has passed, and none is not green: set up CI"


def _approves(approval: Approval, facts: MergeFacts) -> bool:
    """Whether a person other than the author, with write access now, approved this very head."""
    actor = approval.actor
    person = not actor.is_bot and actor.id != facts.author_id
    return person and _entitled(approval) and approval.sha == facts.head


def _entitled(review: Approval) -> bool:
    return review.permission is not None and review.permission.at_least(Permission.WRITE)
