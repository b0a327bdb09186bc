"""What the stories about open pull requests share: who works on them, and what people see."""

from bot.cli.demo.sample import POLICY, WORKFLOW
from forge.actors import Script, Talk, call, say, use
from forge.ci.runner import Mode
from forge.world.entities import Issue
from tests.engine.players import Hasty
from tests.engine.world import Town

BY_BOT = POLICY.replace("max_open: 1", "max_open: 0")
BY_HUMAN = BY_BOT.replace("merge: bot", "merge: human")

NEGATIVE = "return -(-items // per_page)"
PLAIN = "return (items + per_page - 1) // per_page"
LINT = """import pathlib, sys
text = pathlib.Path("shelf/paging.py").read_text()
if "-(-" in text:
    print("shelf/paging.py:8: too clever: write it without a double minus")
    sys.exit(1)
"""
LINTED = WORKFLOW.replace(
    "      - run: python3 tests/run.py\n",
    "      - run: python3 tests/run.py\n      - run: python3 ci/lint.py\n",
)
PICKY = {".github/workflows/ci.yml": LINTED, "ci/lint.py": LINT}
"""CI that also runs a linter, which no test suite knows of."""


class Obliging(Hasty):
    """Makes the change, and later does what CI, a reviewer or a conflict wants of it."""

    def change(self, talk: Talk) -> Script:
        match talk.opening:
            case text if "Its CI fails" in text:
                yield use("Too clever, then.", self.rewrite())
                yield use("Handed in.", submit("Written without the double minus."))
            case text if "People with write access" in text:
                yield use("As they like.", self.rewrite())
                yield use("Handed in.", self.answering(text.count("\nAsk ")))
            case text if "Its base moved" in text:
                yield use("Both, then.", *self.resolving())
                yield use("Handed in.", submit("Both sides hold."))
            case _:
                yield from super().change(talk)
                return
        yield say("It is as good as I can make it.")

    def rewrite(self):
        return call("edit", path="shelf/paging.py", old=NEGATIVE, new=PLAIN)

    def resolving(self):
        return (call("run", command=f"python3 -c '{RESOLVE}'"),)

    def answering(self, asks: int):
        replies = [
            {"ask": number, "done": True, "text": "Written the plain way."}
            for number in range(1, asks + 1)
        ]
        return submit("Written the plain way.", replies)


RESOLVE = (
    'import re, pathlib; p = pathlib.Path("shelf/paging.py");'
    ' p.write_text(re.sub(r"(?s)<<<<<<<.*?\\n(.*?)=======\\n.*?>>>>>>>[^\\n]*\\n", r"\\1",'
    " p.read_text()))"
)


class Stubborn(Obliging):
    """Changes something each time, and never what is wanted."""

    def rewrite(self):
        return call("run", command="date +%N > notes-$$.txt; cat notes-*.txt > NOTES.md")


class Silent(Obliging):
    """Only answers; nothing is changed for it."""

    def change(self, talk: Talk) -> Script:
        if "People with write access" in talk.opening:
            replies = [{"ask": 1, "done": False, "text": "It is what the issue asks for."}]
            yield use("No.", submit("Nothing is changed.", replies))
            yield say("That is all.")
            return
        yield from super().change(talk)


def submit(summary: str, replies: list | None = None):
    more = {} if replies is None else {"replies": replies}
    return call("submit", summary=summary, risk="low", tests=[], **more)


def opened(town: Town, pulls: int = 1) -> Issue:
    """A labelled issue whose pull request was opened, and all that follows from that at once."""
    issue = town.labelled_issue()
    town.settle()
    assert len(town.pulls()) == pulls, town.task(issue).reason
    return issue


def opened_before_ci(town: Town) -> Issue:
    """The same, while CI has not said anything yet."""
    town.forge.ci.mode = Mode.PAUSED
    return opened(town)


def let_ci_run(town: Town) -> None:
    town.forge.ci.mode = Mode.NORMAL
    town.settle()


def on_the_pull(town: Town) -> list[str]:
    """What the bot's comments in the pull request's conversation say."""
    return town.our_comments(town.pull().issue)


def commits_of(town: Town) -> list[str]:
    """The subjects of the commits that the pull request holds, oldest first."""
    pull, git = town.pull(), town.forge.world.git(town.repo)
    log = git.log(pull.head_sha)
    base = {one.sha for one in git.log(pull.base_sha)}
    return [one.message.splitlines()[0] for one in reversed(log) if one.sha not in base]


def file_on_the_pull(town: Town, path: str) -> str:
    raw = town.forge.world.git(town.repo).read_file(town.pull().head_sha, path)
    assert raw is not None
    return raw.decode()
