"""Actors that only these stories need, and the issue that they know how to solve."""

from bot.cli.demo.cast import DASHES, PAGES
from forge.actors import HonestActor, Script, Talk, call, say, use
from forge.model import Call

TEST = PAGES.tests[0]
CHANGE = PAGES.change[0]
SUBMIT = call("submit", summary=PAGES.summary, risk="low", tests=[TEST.path])
EDITS = tuple(call("edit", path=one.path, old=one.old, new=one.new) for one in (TEST, CHANGE))


class Hasty(HonestActor):
    """Makes the whole change in one turn, and hands it in with the next."""

    def __init__(self) -> None:
        super().__init__((PAGES,), (DASHES,))

    def change(self, talk: Talk) -> Script:
        yield use("I know this one.", *EDITS)
        yield use("That is all.", SUBMIT)
        yield say("It is as good as I can make it.")


class Rambling(HonestActor):
    """Plans well, and then only talks: no change ever comes."""

    def __init__(self) -> None:
        super().__init__((PAGES,))

    def change(self, talk: Talk) -> Script:
        while True:
            yield say("Lorem ipsum dolor sit amet.")


class Careless(HonestActor):
    """Sends arguments of every wrong kind, then does the work after all."""

    def __init__(self) -> None:
        super().__init__((PAGES,))

    def change(self, talk: Talk) -> Script:
        yield use("Hm.", *NONSENSE)
        yield use("Now in earnest.", *EDITS)
        yield use("That is all.", SUBMIT)
        yield say("It is as good as I can make it.")


NONSENSE = (
    Call("view", {"path": 7}),
    Call("view", {"path": "../../etc/passwd"}),
    Call("edit", {"path": "shelf/paging.py", "old": None, "new": ["x"]}),
    Call("run", {"command": {"sh": "ls"}}),
    Call("run", {"command": "true", "timeout_s": "soon"}),
    Call("run", {"command": "true", "timeout_s": 10**400}),
    Call("submit", {"summary": "", "risk": "none", "tests": "all"}),
    Call("no_such_tool", {}),
)


TWO_PARTS = (("Count the last page", "It is lost."), ("Say how many pages", "It says nothing."))


class Splitter(HonestActor):
    """Finds that it is too much for one change, and says how it would split it."""

    def __init__(self) -> None:
        super().__init__(())

    def triage(self, talk: Talk) -> Script:
        parts = [{"title": title, "body": body} for title, body in TWO_PARTS]
        yield use("Two things at once.", call("triage", **TOO_BIG, parts=parts))


TOO_BIG: dict[str, object] = {
    "verdict": "too_big",
    "kind": "feature",
    "plan": "",
    "impact": 3,
    "risk": "low",
    "estimate_usd": 0,
    "note": "It asks for two things at once.",
}


class Planner(Hasty):
    """Also plans for itself, in a conversation of its own."""

    def plan(self, talk: Talk) -> Script:
        steps = ["See the new test fail.", "Round up in `page_count`."]
        plan = call("plan", files=[CHANGE.path], test="21 items need a third page.", steps=steps)
        yield use("I know how.", plan)


class Untested(HonestActor):
    """Mends the code and forgets the test, however often it is told."""

    def __init__(self) -> None:
        super().__init__((PAGES,))

    def change(self, talk: Talk) -> Script:
        yield use("Only the code.", EDITS[1])
        while True:
            yield use("I hand it in.", SUBMIT)
