"""One turn of the conversation: it starts from a named tree, so a repeated turn does no harm."""

import pytest

from bot.cli.demo.sample import FILES
from bot.kernel.budget import Usage
from bot.kernel.values import Sha
from bot.stages.implement import CUT_OFF, NUDGE, Bench, Turn, act, answered
from bot.stages.model import Reply, ToolCall
from tests.adapters.sandboxes import SANDBOX, needs_sandbox
from tests.stages.lab import GOOD_CODE, Workshop

pytestmark = [pytest.mark.sandbox, needs_sandbox]

SUBMIT = ToolCall("s", "submit", {"summary": "done", "risk": "low", "tests": []})
EDIT = ToolCall(
    "e",
    "edit",
    {
        "path": "shelf/paging.py",
        "old": "return items // per_page\n\n",
        "new": "return -(-items // per_page)\n\n",
    },
)


def reply(*calls: ToolCall, stop_reason: str = "tool_use") -> Reply:
    message = {"role": "assistant", "content": [{"type": "text", "text": "…"}]}
    return Reply(message, calls, "", stop_reason, Usage(1, 1), "claude-sonnet-5-5", "r")


def run(command: str) -> ToolCall:
    return ToolCall("r", "run", {"command": command})


class Desk:
    """A workshop with a bench on its first commit."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop
        self.base = shop.commit()
        self.tree = shop.mirror.tree_of(self.base)

    def act(self, tree: Sha, *calls: ToolCall, stop_reason: str = "tool_use") -> Turn:
        bench = Bench("task-1-1", self.base, leftovers=("report.xml",))
        answer = reply(*calls, stop_reason=stop_reason)
        return act(SANDBOX, self.shop.mirror, self.shop.places, bench, tree, answer)

    def read(self, tree: Sha, path: str) -> str:
        raw = self.shop.mirror.read_file(tree, path)
        assert raw is not None
        return raw.decode()


@pytest.fixture
def desk(shop: Workshop) -> Desk:
    return Desk(shop)


def test_a_turn_leads_from_one_tree_to_the_next(desk: Desk):
    turn = desk.act(desk.tree, EDIT)
    assert desk.read(turn.tree, "shelf/paging.py") == GOOD_CODE
    assert turn.submitted is None
    assert [result.failed for result in turn.results] == [False]


def test_a_turn_that_is_repeated_after_a_crash_gives_the_same_tree(desk: Desk):
    call = run("echo one >> notes.txt")
    once = desk.act(desk.tree, call)
    again = desk.act(desk.tree, call)
    assert once.tree == again.tree
    assert desk.read(again.tree, "notes.txt") == "one\n"


def test_a_turn_starts_from_its_tree_whatever_lies_in_the_directory(desk: Desk):
    ahead = desk.act(desk.tree, EDIT, run("rm README.md; echo x > extra.txt"))
    back = desk.act(desk.tree, run("cat README.md"))
    assert back.tree == desk.tree != ahead.tree
    assert FILES["README.md"] in back.results[0].text


def test_the_calls_of_a_turn_see_each_others_work(desk: Desk):
    turn = desk.act(desk.tree, EDIT, run("grep -c -- '-(-items' shelf/paging.py"))
    assert "1" in turn.results[1].text


def test_a_run_of_the_tests_leaves_nothing_in_the_change(desk: Desk):
    turn = desk.act(desk.tree, run("mkdir .pytest_cache; echo '*' > .pytest_cache/.gitignore"))
    again = desk.act(turn.tree, run("echo x > report.xml; echo x > .coverage"))
    assert desk.tree == turn.tree == again.tree


def test_nothing_runs_after_submit(desk: Desk):
    turn = desk.act(desk.tree, SUBMIT, run("echo late > late.txt"))
    assert turn.submitted is not None
    assert turn.submitted.call == "s"
    assert turn.tree == desk.tree
    assert [result.text for result in turn.results] == ["Nothing runs after `submit`."]


def test_of_an_answer_that_was_cut_off_nothing_runs(desk: Desk):
    turn = desk.act(desk.tree, EDIT, SUBMIT, stop_reason="max_tokens")
    assert turn.tree == desk.tree
    assert turn.submitted is None
    assert {result.text for result in turn.results} == {CUT_OFF}


@pytest.mark.parametrize(
    "mess",
    ["mkdir -p $(yes d | head -300 | tr '\\n' '/')x", "head -c 70000000 /dev/zero > big"],
    ids=["too deep", "too big"],
)
def test_a_turn_that_leaves_what_cannot_be_worked_with_is_undone_and_told(desk: Desk, mess: str):
    messy = desk.act(desk.tree, EDIT, run(mess), SUBMIT)
    assert messy.tree == desk.tree
    assert messy.submitted is None
    assert len(messy.results) == 3, "each call has its answer"
    assert all(result.failed and "Undone" in result.text for result in messy.results)

    after = desk.act(desk.tree, EDIT)
    assert desk.read(after.tree, "shelf/paging.py") == GOOD_CODE


def test_a_git_directory_that_the_model_makes_is_not_taken_along(desk: Desk):
    turn = desk.act(desk.tree, run("mkdir -p .git/hooks; echo x > .git/config; echo y > z.txt"))
    paths = {entry.path for entry in desk.shop.mirror.list_tree(turn.tree)}
    assert "z.txt" in paths
    assert not any(path.startswith(".git/") for path in paths)


def test_every_call_gets_its_result_in_the_conversation():
    first = ({"role": "user", "content": [{"type": "text", "text": "go"}]},)
    answer = reply(run("true"))
    later = answered(first, answer, ())
    assert later[:2] == (*first, answer.message)
    assert later[2] == {"role": "user", "content": [{"type": "text", "text": NUDGE}]}
