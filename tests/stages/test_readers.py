"""What triage and the proposer say is read with suspicion, field by field."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.proposing.evidence import FailingSnippet, SlowSnippet, Todo
from bot.domain.task import Estimate, Part
from bot.kernel.budget import Usage
from bot.kernel.values import Kind, Risk, Usd
from bot.memory.telemetry.what_works import WhatWorks
from bot.stages.model import Reply, ToolCall
from bot.stages.plan import NoPlan, Planned, read_plan
from bot.stages.propose import Idea, NoIdea, ranked, read_ideas
from bot.stages.triage import (
    DEAREST,
    PARTS_MOST,
    NothingNeeded,
    Question,
    TooBig,
    Unclear,
    WantsChange,
    read_triage,
)
from tests.adapters.databases import REPO

TRIAGE = {
    "verdict": "change",
    "kind": "fix",
    "plan": " Mend it. ",
    "impact": 4,
    "risk": "low",
    "estimate_usd": 0.25,
    "note": "",
}
IDEA = {
    "title": "Spaces become dashes",
    "body": "One would do.",
    "kind": "fix",
    "evidence_command": "python3 -c 'assert 0'",
    "impact": 2,
    "risk": "low",
    "estimate_usd": 0.1,
    "proves": "A test.",
}


FOUND = (Todo("a.py", 3, "TODO: mend"), Todo("b.py", 4, "TODO: tidy"))


def reply(*calls: tuple[str, Mapping[str, object]]) -> Reply:
    return Reply(
        message={"role": "assistant", "content": []},
        tool_calls=tuple(ToolCall(f"t{i}", name, said) for i, (name, said) in enumerate(calls)),
        text="",
        stop_reason="tool_use",
        usage=Usage(1, 1),
        model="claude-haiku-5-5",
        request_id="r",
    )


def triaged(**said: object):
    return read_triage(reply(("triage", TRIAGE | said)))


def idea(**said: object):
    (read,) = read_ideas(reply(("propose", IDEA | said)), FOUND)
    return read


def without(said: Mapping[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in said.items() if name != key}


def test_a_whole_verdict_becomes_an_estimate():
    expected = Estimate(Kind.FIX, 4, Risk.LOW, Usd.of("0.25"), "Mend it.")
    assert triaged() == WantsChange(expected)


@pytest.mark.parametrize(
    ("verdict", "read"), [("nothing_needed", NothingNeeded), ("question", Question)]
)
def test_a_verdict_against_a_change_needs_only_its_note(verdict: str, read: type):
    said = {"verdict": verdict, "note": " because "}
    assert read_triage(reply(("triage", said))) == read("because")


def part(title: str, body: str = "Do it.") -> dict[str, object]:
    return {"title": title, "body": body}


def test_what_is_too_big_comes_in_parts():
    split = triaged(verdict="too_big", note="Two things.", parts=[part(" Sum\n it "), part("Tell")])
    assert split == TooBig("Two things.", (Part("Sum it", "Do it."), Part("Tell", "Do it.")))


@pytest.mark.parametrize(
    "parts",
    [
        *(None, [], "one, two", {"title": "x"}, [part("one")]),
        *([part(str(n)) for n in range(PARTS_MOST + 1)], [part("one"), "two"]),
        *([part("one"), part(" ")], [part("one"), part("two", "")], [part("one"), part("ONE ")]),
        *([part("one"), part("two", "<!-- hidden -->")], [part("one"), {"title": 7, "body": []}]),
    ],
)
def test_what_is_too_big_without_parts_of_its_own_is_unclear(parts: object):
    assert isinstance(triaged(verdict="too_big", parts=parts), Unclear)


@pytest.mark.parametrize("note", [None, 7, ["x"], {"a": 1}])
def test_a_note_that_is_no_text_is_not_shown_to_people(note: object):
    assert triaged(verdict="question", note=note) == Question("")


@pytest.mark.parametrize("plan", [None, 7, ["x"], {"a": 1}])
def test_a_plan_that_is_no_text_is_no_plan(plan: object):
    read = triaged(plan=plan)
    assert isinstance(read, WantsChange)
    assert read.estimate.plan == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("verdict", value) for value in (None, "", "merge", 1, ["change"])),
        *(("kind", value) for value in (None, "", "hack", 1, ["fix"], {})),
        *(("risk", value) for value in (None, "", "none", "LOW", 0, ["low"])),
        *(("impact", value) for value in (None, 0, 6, -1, "4", 4.0, True, [4], 10**30)),
        *(("estimate_usd", value) for value in (None, "cheap", [], {}, "NaN", float("nan"))),
        *(("estimate_usd", value) for value in (float("inf"), 1e300)),
    ],
)
def test_a_field_that_cannot_be_read_makes_the_verdict_unclear(field: str, value: object):
    read = triaged(**{field: value})
    assert isinstance(read, Unclear)
    assert field.removesuffix("_usd") in read.reason


@pytest.mark.parametrize("field", ["verdict", "kind", "risk", "impact", "estimate_usd"])
def test_a_field_that_is_missing_makes_the_verdict_unclear(field: str):
    assert isinstance(read_triage(reply(("triage", without(TRIAGE, field)))), Unclear)


@pytest.mark.parametrize(
    ("said", "read"),
    [(-5, Usd()), (0, Usd()), (1e20, Usd.of(DEAREST)), (0.00001, Usd()), ("0.5", Usd.of("0.5"))],
)
def test_an_estimate_is_kept_within_reason(said: object, read: Usd):
    outcome = triaged(estimate_usd=said)
    assert isinstance(outcome, WantsChange)
    assert outcome.estimate.cost == read


@pytest.mark.parametrize(
    "calls",
    [(), (("submit", TRIAGE),), (("triage", TRIAGE), ("triage", TRIAGE))],
    ids=["none", "another", "two"],
)
def test_only_one_call_of_triage_is_a_verdict(calls):
    assert isinstance(read_triage(reply(*calls)), Unclear)


PLAN = {"files": ["a.py"], "test": "See 3.", "steps": ["Test <!-- x -->it.", " Mend\nit. "]}


def test_a_whole_plan_is_text_with_the_test_before_the_steps():
    plan = read_plan(reply(("plan", PLAN)))
    assert plan == Planned("Files: a.py\nTest first: See 3.\n1. Test it.\n2. Mend it.")


@pytest.mark.parametrize(
    "calls",
    [
        (),
        (("plan", PLAN), ("plan", PLAN)),
        *((("plan", PLAN | bad),) for bad in ({"steps": []}, {"steps": "x"}, {"test": " "})),
        *((("plan", without(PLAN, name)),) for name in ("test", "steps")),
    ],
)
def test_a_plan_without_a_test_or_steps_is_none(calls):
    assert isinstance(read_plan(reply(*calls)), NoPlan)


def test_a_whole_proposal_is_an_idea():
    estimate = Estimate(Kind.FIX, 2, Risk.LOW, Usd.of("0.1"), "One would do.")
    snippet = FailingSnippet("python3 -c 'assert 0'")
    assert idea() == Idea("Spaces become dashes", "One would do.", estimate, snippet, "A test.")


@pytest.mark.parametrize("field", ["title", "body", "proves"])
@pytest.mark.parametrize("value", [None, "", "  ", 7, ["x"], "<!-- hidden -->"])
def test_a_proposal_without_one_of_its_texts_is_none(field: str, value: object):
    read = idea(**{field: value})
    assert isinstance(read, NoIdea)
    assert field in read.reason


def test_an_idea_may_choose_what_a_tool_found():
    read = idea(evidence_command=None, finding=2)
    assert isinstance(read, Idea)
    assert read.evidence == FOUND[1]
    assert read.paths == ("b.py",)


@pytest.mark.parametrize("number", [0, -1, 3, 10**30, "1", 1.0, True, [1]])
def test_an_idea_that_points_at_no_finding_is_none(number: object):
    assert isinstance(idea(evidence_command=None, finding=number), NoIdea)


def test_an_idea_has_exactly_one_kind_of_evidence():
    assert isinstance(idea(finding=1), NoIdea)
    assert isinstance(idea(evidence_command=" "), NoIdea)
    assert isinstance(idea(evidence_command="x" * 3000), NoIdea)


def test_what_takes_long_is_said_with_how_long():
    read = idea(at_least_seconds=2)
    assert isinstance(read, Idea)
    assert read.evidence == SlowSnippet("python3 -c 'assert 0'", 2.0)


@pytest.mark.parametrize("seconds", [0, -1, 61, float("nan"), float("inf"), "2", True, [2]])
def test_a_length_that_cannot_be_read_is_none(seconds: object):
    assert isinstance(idea(at_least_seconds=seconds), NoIdea)


@pytest.mark.parametrize("value", [None, "soon", "NaN", [1]])
def test_a_proposal_whose_estimate_cannot_be_read_is_none(value: object):
    assert isinstance(idea(estimate_usd=value), NoIdea)


def test_several_ideas_are_read_in_their_order_and_no_endless_list():
    calls = [("propose", IDEA | {"title": f"idea {n}"}) for n in range(30)]
    read = read_ideas(reply(*calls), ())
    assert [one.title for one in read if isinstance(one, Idea)] == [f"idea {n}" for n in range(5)]


def test_what_is_worth_most_comes_first_and_what_cannot_be_read_last():
    calls = [
        ("propose", IDEA | {"title": "dear", "estimate_usd": 9}),
        ("propose", without(IDEA, "title")),
        ("propose", IDEA | {"title": "risky", "risk": "breaking"}),
        ("propose", IDEA | {"title": "good"}),
    ]
    order = ranked(read_ideas(reply(*calls), ()), WhatWorks(REPO))
    titles = [one.title if isinstance(one, Idea) else "" for one in order]
    assert titles == ["good", "risky", "dear", ""]


def test_who_calls_nothing_proposes_nothing():
    assert read_ideas(reply(), FOUND) == (NoIdea("it proposes nothing"),)


@pytest.mark.parametrize("value", [None, "2", 2.0, True, [2]])
def test_a_proposal_without_an_impact_is_none(value: object):
    assert isinstance(idea(impact=value), NoIdea)


@pytest.mark.parametrize("value", [None, "none", 1, ["low"]])
def test_a_proposal_without_a_risk_is_none(value: object):
    assert isinstance(idea(risk=value), NoIdea)


@pytest.mark.parametrize(("said", "read"), [(-3, 1), (0, 1), (5, 5), (99, 5)])
def test_an_impact_is_kept_between_one_and_five(said: int, read: int):
    outcome = idea(impact=said)
    assert isinstance(outcome, Idea)
    assert outcome.estimate.impact == read


def test_a_title_is_one_short_line():
    outcome = idea(title="A\n  long\ttitle " + "x" * 500)
    assert isinstance(outcome, Idea)
    assert outcome.title.startswith("A long title x")
    assert len(outcome.title) == 120


def test_what_is_hidden_in_a_proposal_does_not_reach_the_issue():
    outcome = idea(body="Good.<!-- @everyone -->\u200b\u202e")
    assert isinstance(outcome, Idea)
    assert outcome.body == "Good."


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*sorted(TRIAGE), "parts"]), json_values))
def test_no_verdict_whatever_breaks_the_reader(said: dict[str, object]):
    outcome = read_triage(reply(("triage", TRIAGE | said)))
    assert isinstance(outcome, WantsChange | NothingNeeded | Question | TooBig | Unclear)
    if isinstance(outcome, TooBig):
        assert 2 <= len({part.title.casefold() for part in outcome.parts}) <= PARTS_MOST
    if isinstance(outcome, WantsChange):
        assert 1 <= outcome.estimate.impact <= 5
        assert Usd() <= outcome.estimate.cost <= Usd.of(DEAREST)


@given(st.dictionaries(st.sampled_from([*IDEA, "finding", "at_least_seconds"]), json_values))
def test_no_proposal_whatever_breaks_the_reader(said: dict[str, object]):
    for outcome in read_ideas(reply(("propose", IDEA | said)), FOUND):
        assert isinstance(outcome, Idea | NoIdea)
