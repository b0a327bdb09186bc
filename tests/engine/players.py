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


class Reader(Hasty):
    """Reads far more than it needs before it makes the change."""

    TURNS = 14

    def change(self, talk: Talk) -> Script:
        page = call("view", path="big.txt")
        for _ in range(self.TURNS):
            yield use("I read on.", page, page, page, page)
        yield from super().change(talk)


class Slip(Hasty):
    """Hands in a change that leaves a test red, reads why, mends it and hands it in again."""

    def change(self, talk: Talk) -> Script:
        yield use("The test first.", EDITS[0])
        red = (yield use("Is it red? Then I hand it in.", SUBMIT)).first
        if not red.failed or "not proven" not in red.text:
            yield say("Nobody told me what is wrong.")
            return
        yield use("Now I see.", EDITS[1])
        yield use("Mended.", SUBMIT)
        yield say("It is as good as I can make it.")


class Particular(Hasty):
    """As a reviewer, sends back what says nothing about full pages; as an author, adds that."""

    def change(self, talk: Talk) -> Script:
        yield use("I know this one.", *EDITS)
        verdict = (yield use("That is all.", SUBMIT)).first
        if verdict.failed and "A reviewer sends it back" in verdict.text:
            yield use("True.", MORE_TESTS)
            yield use("Here it is.", SUBMIT)
        yield say("It is as good as I can make it.")

    def review(self, talk: Talk) -> Script:
        missing = "test_full_pages_stay_as_they_were" not in talk.opening
        verdict, reason = ("send_back", MISSING) if missing else ("accept", "It is fine.")
        yield use("I look at the tests.", call("review", verdict=verdict, reason=reason))


MISSING = "Nothing shows that full pages are counted as before."
MORE_TESTS = call(
    "edit",
    path=TEST.path,
    old="def test_nothing_takes_no_page():",
    new="def test_full_pages_stay_as_they_were():\n    assert page_count(30, 10) == 3\n\n\n"
    "def test_nothing_takes_no_page():",
)


class Stubborn(Particular):
    """As a reviewer, never content; as an author, hands the same in again."""

    def change(self, talk: Talk) -> Script:
        yield use("I know this one.", *EDITS)
        while True:
            yield use("That is all.", SUBMIT)

    def review(self, talk: Talk) -> Script:
        verdict = call("review", verdict="send_back", reason=MISSING)
        yield use("I am never content.", verdict)


class Overtaxed(Hasty):
    """Cannot do it; whoever takes over finds the files as they were left, and ends the work."""

    def change(self, talk: Talk) -> Script:
        if "Others tried" in talk.opening:
            yield use("What is missing is the change.", EDITS[1])
            yield use("That is all.", SUBMIT)
            yield say("It is as good as I can make it.")
            return
        yield use("Only the test.", EDITS[0])
        while True:
            yield use("I hand it in.", SUBMIT)


class Untested(HonestActor):
    """Mends the code and forgets the test, however often it is told."""

    def __init__(self) -> None:
        super().__init__((PAGES,))

    def change(self, talk: Talk) -> Script:
        yield use("Only the code.", EDITS[1])
        while True:
            yield use("I hand it in.", SUBMIT)
