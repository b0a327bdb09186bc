"""What the checks and reviews of a commit say about the rules on a branch."""

from dataclasses import dataclass
from enum import Enum

from forge.world.entities import (
    CheckConclusion,
    CheckRun,
    CheckStatus,
    CommitStatus,
    Pull,
    Repo,
    RequiredCheck,
    Review,
    ReviewState,
    Role,
    StatusState,
)
from forge.world.protection import BranchRules
from forge.world.world import World

PASSING = frozenset({CheckConclusion.SUCCESS, CheckConclusion.NEUTRAL, CheckConclusion.SKIPPED})
"""How a check ends that stands in nobody's way."""

_OPINIONS = {ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED}


class Outcome(Enum):
    """How one check stands, in the word GitHub uses when it refuses a merge."""

    PASSED = "passing"
    PENDING = "pending"
    FAILED = "failing"
    MISSING = "expected"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the rules forbid a merge, in GitHub's words."""

    message: str


def latest_runs(repo: Repo, sha: str) -> list[CheckRun]:
    """The newest check run of each App and name on a commit."""
    newest: dict[tuple[int, str], CheckRun] = {}
    for suite in repo.suites:
        if suite.head_sha == sha:
            for run in suite.runs:
                key = (suite.app.id, run.name)
                if key not in newest or newest[key].id < run.id:
                    newest[key] = run
    return list(newest.values())


def latest_statuses(repo: Repo, sha: str) -> list[CommitStatus]:
    """The newest commit status of each context on a commit."""
    newest = {status.context: status for status in repo.statuses if status.sha == sha}
    return list(newest.values())


def outcome_of_run(run: CheckRun) -> Outcome:
    """How a check run stands."""
    if run.status is not CheckStatus.COMPLETED:
        return Outcome.PENDING
    return Outcome.PASSED if run.conclusion in PASSING else Outcome.FAILED


def outcome_of_status(status: CommitStatus) -> Outcome:
    """How a commit status stands."""
    match status.state:
        case StatusState.SUCCESS:
            return Outcome.PASSED
        case StatusState.PENDING:
            return Outcome.PENDING
        case _:
            return Outcome.FAILED


def all_outcomes(repo: Repo, sha: str) -> list[Outcome]:
    """Every check and status of a commit, required or not."""
    runs = [outcome_of_run(run) for run in latest_runs(repo, sha)]
    return runs + [outcome_of_status(status) for status in latest_statuses(repo, sha)]


def required_outcome(repo: Repo, sha: str, required: RequiredCheck) -> Outcome:
    """How a required check stands; only reports of the expected App count when one is named."""
    found = [
        outcome_of_run(run)
        for run in latest_runs(repo, sha)
        if run.name == required.context and required.app_id in (None, run.app.id)
    ]
    if required.app_id is None:
        found += [
            outcome_of_status(status)
            for status in latest_statuses(repo, sha)
            if status.context == required.context
        ]
    for worst in (Outcome.FAILED, Outcome.PENDING, Outcome.PASSED):
        if worst in found:
            return worst
    return Outcome.MISSING


def refused_by_checks(repo: Repo, sha: str, rules: BranchRules) -> Refusal | None:
    """The required checks that have not passed on a commit."""
    outcomes = {check.context: required_outcome(repo, sha, check) for check in rules.checks}
    unmet = {context: it for context, it in outcomes.items() if it is not Outcome.PASSED}
    match list(unmet.items()):
        case []:
            return None
        case [(context, outcome)]:
            return Refusal(f'Required status check "{context}" is {outcome.value}.')
        case several:
            if all(outcome is Outcome.MISSING for _, outcome in several):
                words = "are expected."
            else:
                words = "have not succeeded."
            return Refusal(f"{len(several)} of {len(outcomes)} required status checks {words}")


def opinions(pull: Pull) -> dict[int, Review]:
    """The review that counts of each reviewer: the newest that approves, refuses or is dismissed.

    The author's own reviews never count.
    """
    counted: dict[int, Review] = {}
    for review in pull.reviews:
        if review.state in _OPINIONS and review.author is not pull.issue.author:
            counted[review.author.id] = review
    return counted


def refused_by_reviews(world: World, pull: Pull, rules: BranchRules) -> Refusal | None:
    """The approvals that are missing, counting only reviewers who may write."""
    if not rules.pull_required:
        return None
    standing = [
        review.state
        for review in opinions(pull).values()
        if world.role(pull.repo, review.author) >= Role.WRITE
    ]
    if ReviewState.CHANGES_REQUESTED in standing:
        return Refusal("Changes must be addressed: a reviewer with write access requested changes.")
    missing = rules.approvals - standing.count(ReviewState.APPROVED)
    if missing > 0:
        plural = "review is" if missing == 1 else "reviews are"
        return Refusal(
            f"At least {missing} approving {plural} required by reviewers with write access."
        )
    if rules.conversation_resolution and any(t.resolved_by is None for t in pull.threads):
        return Refusal("A conversation must be resolved before this pull request can be merged.")
    return None
