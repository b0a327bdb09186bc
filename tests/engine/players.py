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


class Untested(HonestActor):
    """Mends the code and forgets the test, however often it is told."""

    def __init__(self) -> None:
        super().__init__((PAGES,))

    def change(self, talk: Talk) -> Script:
        yield use("Only the code.", EDITS[1])
        while True:
            yield use("I hand it in.", SUBMIT)
