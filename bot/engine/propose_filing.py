"""An idea is held against what is known, and filed: each step may be repeated, and looks first."""

from bot.domain.policy import LABEL, OWN_LABEL
from bot.domain.priority import LEAST_COST, RISK, worth_of
from bot.domain.proposing.duplicates import Where, duplicate
from bot.domain.proposing.evidence import Found, found_line, identity, shown_command
from bot.domain.proposing.seeing import Reproduced
from bot.domain.similar.likeness import Proposal
from bot.domain.subject import Subject
from bot.domain.wording.proposal import ProposalView, proposal, proposal_marker
from bot.engine.occasion import Dropped, Filed, IdeaEnd, WouldFile
from bot.engine.propose_scene import (
    Desk,
    filed_before,
    known_of,
    of_occasion,
    open_now,
    paths_at,
    telling,
    welcome_now,
)
from bot.engine.what_works import what_works_in
from bot.memory.refusals import Gate, refusals_of
from bot.stages.propose import Idea
from bot.stages.templates import template_for_issues

_RULES = {
    Where.OPEN: "duplicate-of-open",
    Where.DONE: "duplicate-of-done",
    Where.REJECTED: "duplicate-of-rejected",
    Where.FAILED: "duplicate-of-failed",
}


def repeated(desk: Desk, number: int, idea: Idea, output: str = "") -> Dropped | None:
    """The idea as a duplicate of what is known now."""
    services, repo = desk.services, desk.repo
    paths = paths_at(services, repo, desk.scene.base)
    sketch = _sketch(idea, output)
    known = known_of(services, repo, filed_before(services, repo), sketch, paths)
    repeats = duplicate(sketch, identity(idea.evidence), known)
    if repeats is None:
        return None
    end = Dropped(idea.title, _RULES[repeats.known.where], str(repeats))
    count(desk, number, end)
    return end


def _sketch(idea: Idea, output: str) -> Proposal:
    places = frozenset(idea.paths)
    return Proposal(idea.estimate.kind, idea.title, idea.body, places, failures=telling(output))


def count(desk: Desk, number: int, end: Dropped) -> None:
    """Into the gates' record, by rule; a dry occasion leaves no trace."""
    if desk.occasion.dry:
        return
    about = f"{desk.occasion.name}.{number}"
    subject, now = Subject(desk.repo, 0), desk.services.clock()
    found = refusals_of(Gate.PROPOSE, (end.rule,), subject, 0, about, now)
    desk.services.refusals.record(found)


def file(desk: Desk, number: int, idea: Idea, seen: Reproduced) -> IdeaEnd:
    """File it, unless that was done, or something happened meanwhile. Looks anew each time."""
    services, repo, occasion = desk.services, desk.repo, desk.occasion
    issues = filed_before(services, repo)
    key = occasion.marker_key(number)
    for one in of_occasion(occasion, issues):
        if proposal_marker(key) in one.body:
            return Filed(one.number, one.title)
    welcome = welcome_now(desk.scene.policy, issues, services.clock())
    if open_now(issues) >= welcome.most:
        reason = f"{open_now(issues)} improvement issues are open; {welcome.explanation}"
        return Dropped(idea.title, "quota", reason)
    if (repeats := repeated(desk, number, idea, seen.shown)) is not None:
        return repeats
    body = proposal(_view(desk, key, idea, seen))
    if occasion.dry:
        return WouldFile(idea.title, body)
    github = services.github
    github.ensure_label(repo, LABEL, "1d76db", "Put this on to let evolve-bot work on it")
    github.ensure_label(repo, OWN_LABEL, "5319e7", "Proposed by evolve-bot")
    labels = (LABEL, OWN_LABEL)
    return Filed(
        github.ensure_issue(repo, proposal_marker(key), idea.title, body, labels), idea.title
    )


def _view(desk: Desk, key: str, idea: Idea, seen: Reproduced) -> ProposalView:
    services, scene, estimate = desk.services, desk.scene, idea.estimate
    mirror = services.git.mirror(desk.repo.full)
    success = what_works_in(services, desk.repo).success(estimate.kind)
    worth = worth_of(estimate, success)
    cost = max(estimate.cost, LEAST_COST)
    return ProposalView(
        key=key,
        evidence=identity(idea.evidence),
        body=idea.body,
        found=found_line(idea.evidence) if isinstance(idea.evidence, Found) else "",
        note=seen.note,
        command=shown_command(idea.evidence, scene.suite),
        exit_code=seen.exit_code,
        output=seen.shown,
        kind=estimate.kind,
        impact=estimate.impact,
        risk=estimate.risk,
        estimate=estimate.cost,
        proves=idea.proves,
        score=(
            f"Score {worth:.2f}: {success:.0%} likely to succeed as a {estimate.kind} here"
            f" * impact {estimate.impact} / ({cost} * {estimate.risk} risk"
            f" {RISK[estimate.risk]}).\n\n{scene.allowance.explanation.capitalize()}."
        ),
        admit=scene.policy.propose.admit,
        template=template_for_issues(mirror, scene.base),
    )
