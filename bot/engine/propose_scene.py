"""What is known before an improvement is looked for: the newest base, the quota, what was filed."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.holding import touched
from bot.domain.policy import LABEL, OWN_LABEL, POLICY_PATH, Policy
from bot.domain.proposing.duplicates import Known, Where
from bot.domain.proposing.quota import Allowance, Closed, allowance
from bot.domain.similar.fingerprint import quoted_failures
from bot.domain.similar.likeness import Proposal
from bot.domain.subject import Repo
from bot.domain.wording.proposal import about_of, marked_keys, told_in
from bot.engine.fetching import fetched
from bot.engine.occasion import NotNow, Occasion
from bot.engine.services import Services
from bot.engine.subjects import allowed
from bot.kernel.text import strip_hidden
from bot.kernel.values import Sha
from bot.stages.backlog import Fate, FiledIssue
from bot.stages.environment import SetupFailed, Workshop, configured, equip, recipe
from bot.stages.github import TryLater
from bot.stages.policies import policy_at
from bot.stages.propose import TITLES_MOST, Ground
from bot.stages.suites import Lab
from bot.stages.workspace import Unusable

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Failed proposals speak against a new issue for good: the ban of seven days is for people's."""

BODY_CHARS = 2_000
"""Of a known issue's body, what is compared."""

_WHERE = {Fate.OPEN: Where.OPEN, Fate.COMPLETED: Where.DONE, Fate.NOT_PLANNED: Where.REJECTED}


@dataclass(frozen=True, slots=True)
class Scene:
    """What an occasion starts from; kept, so that a repeated step sees the same.

    `suite` is the command that runs the tests, `room` how many more issues may be open.
    """

    base: Sha
    policy: Policy
    allowance: Allowance
    room: int
    titles: tuple[str, ...]
    suite: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What every step of one occasion needs after the first. `say` is told what takes long."""

    services: Services
    repo: Repo
    occasion: Occasion
    scene: Scene
    say: Callable[[str], None]


def look_around(services: Services, repo: Repo, occasion: Occasion) -> Scene | NotNow:
    """Fetch the newest base and what was filed. Raises TryLater when GitHub is away, and Unusable
    for a repository that cannot be read."""
    repository = services.github.repository(repo)
    if repository is None or repository.archived or not allowed(services, repo):
        return NotNow("the repository is gone, archived or not served", fault=True)
    if (by := services.controls.paused(repo)) is not None:
        return NotNow(f"paused by {by}", fault=True)
    if (missing := services.sandbox.check()) is not None:
        return NotNow(f"there is no sandbox: {missing.reason}. {missing.remedy}", fault=True)
    mirror = fetched(services, repo, repository.default_branch)
    base = mirror.resolve(repository.default_branch)
    if base is None:
        raise TryLater("the default branch could not be fetched", 10.0)
    policy = policy_at(mirror, base)
    if not isinstance(policy, Policy):
        return NotNow(f"{POLICY_PATH} cannot be used: {policy.reason}", fault=True)
    issues = filed_before(services, repo)
    if of_occasion(occasion, issues):
        numbers = ", ".join(f"#{one.number}" for one in of_occasion(occasion, issues))
        return NotNow(f"this occasion has filed {numbers} already")
    welcome = welcome_now(policy, issues, services.clock())
    room = welcome.most - open_now(issues)
    if room <= 0:
        return NotNow(f"{open_now(issues)} improvement issues are open; {welcome.explanation}")
    titles = tuple(one.title for one in issues[:TITLES_MOST])
    test, _ = configured(mirror, base, policy.test)
    return Scene(base, policy, welcome, room, titles, test.suite, secrets.token_hex(16))


def filed_before(services: Services, repo: Repo) -> tuple[FiledIssue, ...]:
    """Issues that may say what is known, newest first."""
    return services.github.filed_issues(repo, (OWN_LABEL, LABEL))


def of_occasion(occasion: Occasion, issues: Iterable[FiledIssue]) -> tuple[FiledIssue, ...]:
    """Issues of ours that this occasion has filed."""
    return tuple(
        one
        for one in issues
        if one.ours and any(k.rpartition(".")[0] == occasion.name for k in marked_keys(one.body))
    )


def open_now(issues: Iterable[FiledIssue]) -> int:
    """How many improvement issues of ours are open."""
    return sum(one.fate is Fate.OPEN for one in _improvements(issues))


def welcome_now(policy: Policy, issues: Iterable[FiledIssue], now: datetime) -> Allowance:
    """How many may be open, by what people made of the last ones."""
    closed = [
        Closed(one.fate is Fate.COMPLETED, one.closed_at or EVER)
        for one in _improvements(issues)
        if one.fate is not Fate.OPEN
    ]
    return allowance(policy.propose.max_open, closed, now)


def _improvements(issues: Iterable[FiledIssue]) -> list[FiledIssue]:
    return [one for one in issues if one.ours and OWN_LABEL in one.labels]


def known_of(
    services: Services, repo: Repo, issues: Iterable[FiledIssue], idea: Proposal, paths: list[str]
) -> tuple[Known, ...]:
    """What an idea is compared with: issues in any state, and what failed. `paths` are the
    repository's."""
    known = [_known(one, paths) for one in issues]
    for failure in services.failures.like(repo, idea, EVER):
        known.append(Known(failure.subject.number, Where.FAILED, failure.proposal))
    return tuple(known)


def _known(issue: FiledIssue, paths: list[str]) -> Known:
    about = about_of(issue.body) if issue.ours else about_of("")
    body = told_in(issue.body) if issue.ours else strip_hidden(issue.body)
    text = f"{issue.title}\n{body[:BODY_CHARS]}"
    proposal = Proposal(
        kind=about.kind,
        title=issue.title,
        plan=body[:BODY_CHARS],
        paths=frozenset(touched(text, paths)),
        failures=telling(issue.body),
    )
    return Known(issue.number, _WHERE[issue.fate], proposal, about.evidence)


def telling(text: str) -> frozenset[str]:
    """Fingerprints of the errors in a text that say what failed: a bare name says it of many."""
    return frozenset(one for one in quoted_failures(text) if len(one.split()) >= 3)


def ground_of(
    services: Services, repo: Repo, scene: Scene, say: Callable[[str], None]
) -> tuple[Ground, tuple[str, ...]]:
    """Where evidence is looked for, with its test environment; a line where there is none.

    Raises Unusable.
    """
    mirror = services.git.mirror(repo.full)
    test, _ = configured(mirror, scene.base, scene.policy.test)
    lab = Lab(mirror, services.sandbox, services.places, test)
    if test.setup is None:
        return Ground(lab, scene.base, say), ()
    if services.environments is None:
        return Ground(lab, scene.base, say), ("the tests need a set-up, and none is run here",)
    shop = Workshop(repo.full, mirror, lab.sandbox, lab.places, services.environments)
    say(f"set-up: {test.setup}")
    mounts = equip(shop, recipe(shop, scene.base, test.setup, test))
    if isinstance(mounts, SetupFailed):
        return Ground(lab, scene.base, say), ("the set-up of the test environment failed",)
    return Ground(replace(lab, mounts=mounts), scene.base, say), ()


def paths_at(services: Services, repo: Repo, base: Sha) -> list[str]:
    """Every path of the base; none of a tree that cannot be read."""
    try:
        return [entry.path for entry in services.git.mirror(repo.full).list_tree(base)]
    except Unusable:
        return []
