"""Improvement issues: evidence first, then the model's words, then proof that it can be seen again.

One way for every occasion: after a merge, in a run's cycle, and by command.
"""

from collections.abc import Callable

from bot.domain.proposing.evidence import found_line
from bot.domain.proposing.seeing import NotReproduced, Reproduced
from bot.domain.similar.likeness import Proposal
from bot.domain.subject import Repo
from bot.engine.asking import ask
from bot.engine.halt import Halt
from bot.engine.occasion import (
    Dropped,
    IdeaEnd,
    NotNow,
    Occasion,
    Proposed,
    Proposing,
    caps_for,
)
from bot.engine.propose_filing import count, file, repeated
from bot.engine.propose_scene import EVER, Desk, ground_of, look_around
from bot.engine.services import Services
from bot.engine.steps import Steps
from bot.engine.what_works import what_works_in
from bot.memory.ledger import Scope
from bot.stages.propose import (
    Gathered,
    Idea,
    IdeaOutcome,
    NoIdea,
    Question,
    gather,
    propose_prompt,
    ranked,
    read_ideas,
    reproduce,
)
from bot.stages.select import Selection, select
from bot.stages.spend import Call, CallOutcome, pay
from bot.stages.workspace import Unusable

SHOWN_TOKENS = 8_000
"""Tokens of files that the model is shown beside the findings."""


def _quiet(_: str) -> None:
    """Nobody listens."""


def propose_for(
    steps: Steps,
    services: Services,
    repo: Repo,
    occasion: Occasion,
    say: Callable[[str], None] = _quiet,
) -> Proposing:
    """Look for improvements and file those whose evidence can be seen again.

    Filing none is a fine end. Every call of the model is on the ledger, under `occasion.run`.
    """
    say("looking at what was filed before")
    scene = steps.run("look around", lambda: look_around(services, repo, occasion))
    if isinstance(scene, NotNow):
        return scene
    desk = Desk(services, repo, occasion, scene, say)
    gathered = steps.run("find evidence", lambda: _gather(desk))
    question = steps.run("choose context", lambda: _question(desk, gathered))
    ideas = _think(steps, desk, question)
    if isinstance(ideas, NotNow):
        return ideas
    ends: list[IdeaEnd] = []
    for number, idea in enumerate(ideas, 1):
        if sum(not isinstance(end, Dropped) for end in ends) >= question.most:
            break
        ends.append(_follow(steps, desk, number, idea))
    told = tuple(found_line(one) for one in gathered.found)
    return Proposed(scene.allowance, told, gathered.notes, tuple(ends))


def _gather(desk: Desk) -> Gathered:
    try:
        ground, missing = ground_of(desk.services, desk.repo, desk.scene, desk.say)
        gathered = gather(ground)
    except Unusable as unusable:
        return Gathered((), (f"the repository cannot be read: {unusable}",))
    return Gathered(gathered.found, (*missing, *gathered.notes))


def _question(desk: Desk, gathered: Gathered) -> Question:
    services, repo, scene = desk.services, desk.repo, desk.scene
    lines = [found_line(one) for one in gathered.found]
    about = "\n".join((desk.occasion.about or "improve tests errors", *lines))
    selection = _selection(desk, about)
    failures = services.failures.like(repo, Proposal(None, about, ""), EVER)
    return Question(
        selection=selection,
        found=gathered.found,
        what_works=what_works_in(services, repo),
        known=scene.titles,
        failed=tuple(f"{one.description}: {one.reason}" for one in failures[:10]),
        test_command=scene.suite,
        most=min(desk.occasion.most, scene.room),
        nonce=scene.nonce,
    )


def _selection(desk: Desk, about: str) -> Selection:
    """The files that fit; none of a tree that cannot be read, for the findings say enough."""
    try:
        with desk.services.library.open(desk.repo.full) as shelf:
            return select(shelf, desk.scene.base, about, SHOWN_TOKENS, top=5)
    except Unusable:
        return Selection((), ())


def _think(steps: Steps, desk: Desk, question: Question) -> tuple[IdeaOutcome, ...] | NotNow:
    services, occasion, policy = desk.services, desk.occasion, desk.scene.policy
    prompt = propose_prompt(question, policy.models.triage)
    scope = Scope(desk.repo, occasion.ledger_task, 0, occasion.run)
    caps = caps_for(policy, services, occasion)
    desk.say(f"asking {policy.models.triage}")

    def paying(name: str) -> CallOutcome | Halt:
        key = f"{desk.repo.full}/propose:{occasion.name}/{name}"
        call = Call(key, scope, "propose", prompt, caps)
        return pay(services.model, services.ledger, call, services.clock)

    reply = ask(steps, "propose", paying)
    if isinstance(reply, Halt):
        return NotNow(reply.reason, fault=True)
    return ranked(read_ideas(reply, question.found), question.what_works)


def _follow(steps: Steps, desk: Desk, number: int, idea: IdeaOutcome) -> IdeaEnd:
    """One idea to its end; the cheap reasons to drop it come first."""
    if isinstance(idea, NoIdea):
        return Dropped("", "no-evidence", idea.reason)
    known = steps.run(f"compare {number}", lambda: repeated(desk, number, idea))
    if known is not None:
        return known
    verdict = steps.run(f"reproduce {number}", lambda: _reproduce(desk, idea))
    if isinstance(verdict, NotReproduced):
        reason = f"its evidence could not be reproduced: {verdict.reason}"
        end = Dropped(idea.title, "not-reproduced", reason)
        steps.run(f"drop {number}", lambda: count(desk, number, end))
        return end
    return steps.run(f"file {number}", lambda: file(desk, number, idea, verdict))


def _reproduce(desk: Desk, idea: Idea) -> Reproduced | NotReproduced:
    try:
        ground, _ = ground_of(desk.services, desk.repo, desk.scene, desk.say)
        return reproduce(ground, idea.evidence)
    except Unusable as unusable:
        return NotReproduced(str(unusable))
