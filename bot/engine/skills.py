"""Set-up skills: a recipe that the bot found out by itself, and that worked, is used again.

Only what was detected here becomes a recipe, and only where the repository's policy names no
command of its own: no model, issue or comment can define one, nor widen what the policy allows.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain.lessons.credit import Credit
from bot.domain.lessons.lesson import (
    About,
    Anchor,
    Draft,
    Recipe,
    Sort,
    Source,
    holds,
)
from bot.domain.lessons.wording import recipe_text
from bot.domain.policy import POLICY_PATH, TestPolicy
from bot.domain.toolchains import ROOT_FILES
from bot.engine.desk import Desk
from bot.kernel.proof import CouldNotRun, ExitOnly, Ran, Suite
from bot.kernel.values import Sha

ANCHORED = (*ROOT_FILES, POLICY_PATH)
"""What detection looks at, and the policy, whose report is in the command: a recipe is for exactly
these files."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A recipe of ours that fits a base; `lesson` is its id."""

    lesson: int
    recipe: Recipe

    def applied(self, test: TestPolicy) -> TestPolicy:
        """The policy with the recipe where it says nothing."""
        setup = test.setup or self.recipe.setup
        return replace(test, command=self.recipe.command, setup=setup)

    @property
    def told(self) -> str:
        """A line for the story."""
        return f"as proven before; tests: {self.recipe.command}; set-up: {self.recipe.setup}"


def known_skill(desk: Desk, base: Sha, test: TestPolicy) -> Skill | None:
    """The recipe that worked before, unless the policy names a command or these files changed."""
    if test.command is not None:
        return None
    for one in desk.services.lessons.active(desk.task.subject.repo):
        made = one.draft.recipe
        if made is None or made.report != test.report:
            continue
        if holds(one.draft.anchors, _anchored(desk, base)):
            return Skill(one.id, made)
    return None


def skill_failed(desk: Desk, skill: Skill) -> None:
    """Its set-up does not come to an end any more."""
    _credit(desk, skill.lesson, Credit.BAD)


def learn_set_up(desk: Desk, base: Sha, test: TestPolicy, suite: Suite) -> None:
    """What the base's own suite says of how it was set up: green proves a recipe, and anything else
    speaks against the one that was used.

    Where it is the base that is broken, the recipe is found out anew, and nothing is lost.
    """
    if test.command is None or test.setup is None:
        return
    match suite:
        case Ran(exit_code=0) | ExitOnly(exit_code=0):
            draft = _draft(desk, base, Recipe(test.setup, test.command, test.report))
            _credit(desk, desk.services.lessons.learn(draft), Credit.GOOD)
        case CouldNotRun() | Ran() | ExitOnly():
            skill = known_skill(desk, base, replace(test, command=None))
            if skill is not None and skill.recipe.command == test.command:
                _credit(desk, skill.lesson, Credit.BAD)
        case never:
            assert_never(never)


def _draft(desk: Desk, base: Sha, made: Recipe) -> Draft:
    task, now = desk.task, _anchored(desk, base)
    key = f"{task.subject}/{task.attempt}/{desk.part}/set-up/{base}"
    return Draft(
        repo=task.subject.repo,
        sort=Sort.SETUP,
        text=recipe_text(made.command),
        about=About(paths=frozenset(now)),
        anchors=tuple(Anchor(path, now.get(path, "")) for path in ANCHORED),
        source=Source(key, task.id, task.attempt, "suite passed"),
        born=desk.services.clock(),
        recipe=made,
    )


def _anchored(desk: Desk, base: Sha) -> dict[str, str]:
    listed = desk.mirror().list_tree(base)
    return {entry.path: str(entry.sha) for entry in listed if entry.path in ANCHORED}


def _credit(desk: Desk, lesson: int, credit: Credit) -> None:
    task, at = desk.task, desk.services.clock()
    desk.services.lessons.credit_recipe(lesson, task.id, task.attempt, credit, at)
