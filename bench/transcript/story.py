"""The story of the transcript: red CI, repair, review, change, approval, merge; and a refusal.

The forge, the model's stand-in and `evolve serve` are as in the demo. Here people act, too: they do
so through the forge's own functions, as if on its pages.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.transcript.actor import PATH, REMARKS, SHELF, VERDICT, Listening
from bot.cli.demo.cast import PAGES, cast
from bot.cli.demo.sample import BUG_BODY, BUG_TITLE, POISON_BODY, POISON_TITLE
from bot.cli.demo.stage import Stage, shelf
from bot.cli.demo.story import News, StoryFailed, look_into
from bot.compose import Records
from bot.domain.labels import StateLabel
from forge.pages.issues import issue_page
from forge.pages.pulls import pull_page
from forge.world.entities import Account, CheckConclusion, Issue, Pull, Role
from forge.world.issues import open_issue
from forge.world.labels import add_label
from forge.world.line_comments import LineComment, resolve_thread
from forge.world.people import create_user, set_permission
from forge.world.reviews import approve, create_review
from forge.world.verdict import latest_runs

POLL_S = 0.2
WATCHED = "CI passes on the merge commit"
PATIENCE_S = 180.0
"""How long one scene may take."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the name it is kept under, its addresses on the forge, and its HTML."""

    name: str
    paths: tuple[str, ...]
    html: str


@dataclass(frozen=True, slots=True)
class Told:
    """The pages as the forge shows them at the end, and how long each scene took, in seconds."""

    web_url: str
    pages: tuple[Page, ...]
    scenes: tuple[tuple[str, float], ...]


@dataclass
class _Teller:
    """Waits for what is to happen next, and prints what the bot says meanwhile."""

    stage: Stage
    records: Records
    began: float = field(default_factory=time.monotonic)
    scenes: list[tuple[str, float]] = field(default_factory=list)
    news: News = field(init=False)

    def __post_init__(self) -> None:
        self.news = News(self.records)

    def say(self, who: str, what: str) -> None:
        print(f"{time.monotonic() - self.began:6.1f} s  {who:<9} {what}", flush=True)

    def until(self, scene: str, over: Callable[[], bool]) -> None:
        """Wait until a scene is over. Raises StoryFailed when it does not come to that."""
        since = time.monotonic()
        while True:
            self._news()
            with self.stage.forge.world.lock:
                if over():
                    break
            if not self.stage.running():
                raise StoryFailed(f"the bot's process ended; its log is {self.stage.log}")
            if time.monotonic() > since + PATIENCE_S:
                raise StoryFailed(f"{scene}: not after {PATIENCE_S:.0f} s; {self.stage.log}")
            time.sleep(POLL_S)
        self.scenes.append((scene, time.monotonic() - since))
        self.say("story", scene)

    def _news(self) -> None:
        for task, mark in self.news.of(self.records.tasks.all()):
            detail = " ".join(mark.detail.split())[:90]
            self.say(f"#{task.subject.number}", f"{mark.stage:<10} {detail}")


def tell(home: Path) -> Told:
    """Play the whole story below `home`. Raises StoryFailed and NotStarted."""
    with Stage(home, cast(Listening((PAGES,))), founding=partial(shelf, files=SHELF)) as stage:
        reviewer = create_user(stage.forge.world, "reviewer")
        set_permission(stage.forge.world, stage.repo, reviewer, Role.WRITE)
        stage.start()
        records = look_into(stage)
        try:
            return _play(stage, reviewer, _Teller(stage, records))
        finally:
            records.database.dispose()


def _play(stage: Stage, reviewer: Account, teller: _Teller) -> Told:
    world, repo = stage.forge.world, stage.repo
    bug = _asked(stage, BUG_TITLE, BUG_BODY)
    teller.until("the pull request is open", lambda: bool(world.pulls(repo)))
    (pull,) = world.pulls(repo)
    first = pull.head_sha
    teller.until("CI is red", lambda: _ci(stage, first) is CheckConclusion.FAILURE)
    teller.until("CI is green on the repair", lambda: _green_after(stage, pull, first))
    teller.until("a person is waited for", lambda: _labelled(bug, StateLabel.NEEDS_HUMAN))

    repaired = pull.head_sha
    create_review(world, reviewer, pull, "REQUEST_CHANGES", VERDICT, _remarks())
    teller.say("reviewer", "requests changes, with two remarks on lines")
    teller.until("the remarks are answered", lambda: all(len(t.comments) > 1 for t in pull.threads))
    teller.until("CI is green on the change", lambda: _green_after(stage, pull, repaired))
    teller.until("a person is waited for again", lambda: _labelled(bug, StateLabel.NEEDS_HUMAN))

    for thread in pull.threads:
        resolve_thread(world, reviewer, thread)
    approve(world, reviewer, pull, "That settles it. Thank you.")
    teller.say("reviewer", "approves")
    teller.until("merged", lambda: pull.merged)
    teller.until("the bot has ended its work", lambda: _labelled(bug, StateLabel.DONE))
    teller.until("CI is green on the merge", lambda: any(WATCHED in c.body for c in bug.comments))

    poison = _asked(stage, POISON_TITLE, POISON_BODY)
    teller.until("refused", lambda: _labelled(poison, StateLabel.NEEDS_HUMAN))
    stage.forge.wait_idle(PATIENCE_S)
    stage.stop()
    with world.lock:
        pages = (
            Page("issue", _paths(bug), issue_page(bug)),
            Page("pull-request", _paths(pull.issue), pull_page(world, pull)),
            Page("refused", _paths(poison), issue_page(poison)),
        )
    return Told(stage.forge.web_url, pages, tuple(teller.scenes))


def _paths(issue: Issue) -> tuple[str, ...]:
    base = f"/{issue.repo.full_name}"
    return f"{base}/issues/{issue.number}", f"{base}/pull/{issue.number}"


def _remarks() -> list[LineComment]:
    """What the reviewer writes at lines of the change."""
    return [LineComment(PATH, one.text, one.line) for one in REMARKS]


def _asked(stage: Stage, title: str, body: str) -> Issue:
    """The maintainer writes an issue and labels it."""
    issue = open_issue(stage.forge.world, stage.maintainer, stage.repo, title, body)
    add_label(stage.forge.world, stage.maintainer, issue, "self-proposed")
    return issue


def _ci(stage: Stage, sha: str) -> CheckConclusion | None:
    """What CI's check says of a commit, once it has ended."""
    ours = (run for run in latest_runs(stage.repo, sha) if run.app is stage.forge.ci.app)
    return next((run.conclusion for run in ours), None)


def _green_after(stage: Stage, pull: Pull, before: str) -> bool:
    moved = pull.head_sha != before
    return moved and _ci(stage, pull.head_sha) is CheckConclusion.SUCCESS


def _labelled(issue: Issue, label: StateLabel) -> bool:
    return any(one.name == label.value for one in issue.labels)
