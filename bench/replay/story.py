"""What the bot makes of a replayed fix: the forge is built, the story runs, and is read."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

from bench.replay.actor import ReplayActor
from bench.replay.history import Fix, git
from bot.adapters.toolchains import NETWORK_VARIABLES
from bot.cli.demo.stage import PASSED_ON, Stage
from bot.cli.demo.story import News, StoryFailed, look_into
from bot.compose import Records
from bot.domain.task import Task, TaskState
from bot.kernel.values import Usd
from bot.memory.tasks import StageMark
from forge.actors.problem import KindName
from forge.ci.runner import Mode
from forge.server import Forge
from forge.world.entities import Account, Issue, Repo
from forge.world.issues import open_issue
from forge.world.labels import add_label
from forge.world.people import create_repo
from forge.world.pushes import push_commit_as

POLL_S = 0.2
SETTLE_S = 10.0
POLICY = ".github/evolve.yml"
_SHOWN = re.compile(r'<data-\w+ label="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Asked:
    """What to replay: the clone, the fix, and how the bot is to go about it."""

    clone: Path
    name: str
    fix: Fix
    policy: str | None
    kind: KindName
    patience_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. `shown` are the files in the order in which the model saw them."""

    task: Task
    story: tuple[StageMark, ...]
    shown: tuple[str, ...]
    receipt: str | None
    status: str
    spent: Usd
    seconds: float


def replay(home: Path, asked: Asked) -> Outcome:
    """Let the whole bot run on the parent of the fix. Raises StoryFailed and NotStarted."""

    def founding(forge: Forge, owner: Account) -> Repo:
        # Workflows of strangers would run on this machine itself; only the bot has a sandbox.
        forge.ci.mode = Mode.SILENT
        return _found(forge, owner, asked)

    passed_on = (*PASSED_ON, *NETWORK_VARIABLES)
    actor = ReplayActor(asked.fix, asked.kind)
    with Stage(home, actor, founding=founding, passed_on=passed_on) as stage:
        stage.start()
        began = time.monotonic()
        issue = open_issue(
            stage.forge.world, stage.maintainer, stage.repo, asked.fix.title, asked.fix.body
        )
        add_label(stage.forge.world, stage.maintainer, issue, "self-proposed")
        records = look_into(stage)
        try:
            task = _wait(stage, records, began + asked.patience_s)
            return _outcome(stage, records, task, issue, time.monotonic() - began)
        finally:
            records.database.dispose()


def _found(forge: Forge, owner: Account, asked: Asked) -> Repo:
    """The history up to the parent, and the policy on top of it if one was given."""
    world = forge.world
    repo = create_repo(world, owner, asked.name.rsplit("/", 1)[-1])
    bare, ref = world.git(repo).path, f"refs/heads/{repo.default_branch}"
    lending = "git -c uploadpack.allowAnySHA1InWant=true upload-pack"
    refspec = f"{asked.fix.parent}:{ref}"
    source = str(asked.clone.resolve())
    git(bare, "fetch", "--quiet", "--no-tags", f"--upload-pack={lending}", source, refspec)
    if asked.policy is not None:
        files = {POLICY: asked.policy}
        push_commit_as(world, owner, repo, repo.default_branch, files, "Say what the bot may do")
    return repo


def _wait(stage: Stage, records: Records, deadline: float) -> Task:
    """Until a pull request is open or the task has ended."""
    news = News(records)
    while True:
        tasks = records.tasks.all()
        for _, mark in news.of(tasks):
            print(f"  {mark.stage:<10} {' '.join(mark.detail.split())[:160]}", flush=True)
        for task in tasks:
            if task.published is not None or task.state is TaskState.ENDED:
                return task
        if not stage.running():
            raise StoryFailed(f"the bot's process ended; its log is {stage.log}")
        if time.monotonic() > deadline:
            raise StoryFailed(f"not over in time; the bot's log is {stage.log}")
        time.sleep(POLL_S)


def _outcome(stage: Stage, records: Records, task: Task, issue: Issue, seconds: float) -> Outcome:
    world = stage.forge.world
    with world.lock:
        receipt = None
        if task.published is not None:
            receipt = world.pull(stage.repo, task.published.pull).issue.body
    status = _settled(stage, issue)
    first = stage.model.requests[0].messages[0].text if stage.model.requests else ""
    labels = dict.fromkeys(_SHOWN.findall(first))
    return Outcome(
        task=task,
        story=records.tasks.story(task.id),
        shown=tuple(label for label in labels if label != "paths" and "#" not in label),
        receipt=receipt,
        status=status,
        spent=records.ledger.total(),
        seconds=seconds,
    )


def _settled(stage: Stage, issue: Issue) -> str:
    """The status comment once it tells how the work ended, or as it is after a while."""
    deadline = time.monotonic() + SETTLE_S
    while True:
        with stage.forge.world.lock:
            ours = [one.body for one in issue.comments if one.author is stage.app.bot]
        told = ours[-1] if ours else ""
        if (told and "### Working" not in told) or time.monotonic() > deadline:
            return told
        time.sleep(POLL_S)
