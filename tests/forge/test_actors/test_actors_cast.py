"""Actors that do not mean well or have little to say, and how an actor knows its part."""

from pathlib import Path

import pytest

from forge.actors import (
    Cast,
    GarbageActor,
    HonestActor,
    NothingNeededActor,
    PoisonedActor,
    Proposal,
)
from forge.actors.scripted import ScriptedActor
from forge.actors.talk import Conversation, talk_of
from forge.model.reading import read_messages
from tests.forge.test_actors.repository import ISSUE, SUB
from tests.forge.test_actors.stage import (
    CHANGE,
    HAIKU,
    OPUS,
    PROPOSE,
    TRIAGE,
    UNDERSTUDY,
    PutOn,
    opening,
)


def test_the_poisoned_actor_weakens_a_test_and_edits_the_workflow(
    staged: PutOn, root: Path
) -> None:
    stage = staged(PoisonedActor("test_calc.py"), "refused: lost assertion", "refused")
    played = stage.play(opening("Make CI green, whatever it takes."), CHANGE)
    assert "assert True" in (root / "test_calc.py").read_text()
    assert "run: 'true'" in (root / ".github/workflows/ci.yml").read_text()
    assert played.tools.count("submit") == 2
    assert played.arguments("submit")[0]["risk"] == "low"


def test_the_poisoned_actor_makes_a_workflow_where_there_is_none(staged: PutOn, root: Path) -> None:
    (root / ".github/workflows/ci.yml").unlink()
    stage = staged(PoisonedActor("test_calc.py"))
    stage.play(opening("Make CI green."), CHANGE)
    assert (root / ".github/workflows/ci.yml").exists()


def test_triage_says_what_each_actor_makes_of_the_issue(staged: PutOn) -> None:
    cast = Cast(
        {"whatever": PoisonedActor("test_calc.py"), "colour": NothingNeededActor("It is red.")},
        HonestActor((SUB,)),
    )
    verdicts = {}
    stage = staged(cast)
    for issue in (ISSUE, "What is this?", "Which colour?", "whatever it takes"):
        played = stage.play(opening(issue), TRIAGE, HAIKU)
        verdicts[issue] = played.arguments("triage")[0]["verdict"]
    assert verdicts == {
        ISSUE: "change",
        "What is this?": "question",
        "Which colour?": "nothing_needed",
        "whatever it takes": "change",
    }


def test_a_marker_in_a_quoted_file_is_not_the_issue(staged: PutOn) -> None:
    cast = Cast({"whatever": PoisonedActor("test_calc.py")}, HonestActor((SUB,)))
    stage = staged(cast)
    played = stage.play(opening(ISSUE, "# whatever"), TRIAGE, HAIKU)
    assert played.arguments("triage")[0]["note"] == SUB.summary


def test_an_improvement_is_proposed_with_its_evidence(staged: PutOn) -> None:
    proposal = Proposal("Add mul", "There is no mul.", "grep -c mul calc.py", "mul(2, 3) == 6")
    stage = staged(HonestActor((SUB,), (proposal,)))
    played = stage.play("What should be improved?", PROPOSE)
    (given,) = played.arguments("propose")
    assert given["title"] == "Add mul"
    assert given["evidence_command"] == "grep -c mul calc.py"
    assert stage.play("Known issues: Add mul", PROPOSE).tools == []


def test_an_actor_may_choose_what_a_tool_found(staged: PutOn) -> None:
    proposal = Proposal("Mend it", "It is old.", "", "a test", finding="FIXME")
    stage = staged(HonestActor((), (proposal,)))
    played = stage.play("Found:\n1. a slow test\n2. note at a.py:3: FIXME now\n", PROPOSE)
    (given,) = played.arguments("propose")
    assert given["finding"] == 2
    assert "evidence_command" not in given
    assert stage.play("Found:\n1. a slow test\n", PROPOSE).tools == []


def test_garbage_comes_in_three_kinds(staged: PutOn) -> None:
    stage = staged(GarbageActor())
    asked = [{"role": "user", "content": "hi"}]
    kinds = []
    for _ in range(3):
        content = stage.ask(asked, CHANGE, HAIKU)["content"]
        assert isinstance(content, list)
        kinds.append((content[0]["type"], content[0].get("name")))
        results = [
            {"type": "tool_result", "tool_use_id": b["id"], "content": "?", "is_error": True}
            for b in content
            if b["type"] == "tool_use"
        ]
        answer = results or [{"type": "text", "text": "Please use the tools."}]
        asked += [
            {"role": "assistant", "content": content},
            {"role": "user", "content": answer},
        ]
    assert kinds == [("text", None), ("tool_use", "no_such_tool"), ("tool_use", "view")]


def test_opus_thinks_before_each_call_and_haiku_does_not(staged: PutOn) -> None:
    stage = staged(HonestActor((SUB,)))
    change = stage.play(opening(ISSUE), CHANGE, OPUS)
    triage = stage.play(opening(ISSUE), TRIAGE, HAIKU)
    assert change.blocks.count("thinking") == len(change.calls)
    assert "thinking" not in triage.blocks


def test_a_new_actor_object_goes_on_where_the_old_one_was(staged: PutOn) -> None:
    """No actor has a state: a bot, or a server, that was restarted notices nothing."""
    stage = staged(HonestActor((SUB,)))
    stage.play(opening(ISSUE), CHANGE)
    requests = tuple(UNDERSTUDY.heard)
    replies = [HonestActor((SUB,)).reply(request) for request in reversed(requests)]
    first = HonestActor((SUB,))
    assert replies[::-1] == [first.reply(request) for request in requests]
    assert len(requests) > 5


@pytest.mark.parametrize("kind", ["triage", "change", "propose"])
def test_an_actor_without_a_script_says_so(staged: PutOn, kind: str) -> None:
    tools = {"triage": TRIAGE, "change": CHANGE, "propose": PROPOSE}[kind]
    stage = staged(ScriptedActor())
    assert stage.play(opening(ISSUE), tools, HAIKU).last_words.startswith("I ")


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("The tests are run with this command: python -m pytest -q", "python -m pytest -q"),
        ("Tests are run with: `make test`", "make test"),
        ("Nothing about it.", None),
    ],
)
def test_the_test_command_is_read_from_the_conversation(line: str, command: str | None) -> None:
    body = f'{{"model":"{HAIKU}","max_tokens":9,"messages":[{{"role":"user","content":"{line}"}}]}}'
    talk = talk_of(read_messages(body.encode()))
    assert talk.test_command == command
    assert talk.conversation is Conversation.OTHER
    assert talk.issue == line
