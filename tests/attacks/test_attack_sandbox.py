"""A job and the file tools, from inside the real sandbox, reaching for what is not theirs."""

from shlex import quote

import pytest

from bot.stages.model import ToolCall
from bot.stages.tools import OUTPUT_CHARS, Submitted, ToolResult, perform
from tests.adapters.escapes import ESCAPES, SECRET, at_home, work_tree
from tests.adapters.sandboxes import SANDBOX, needs_sandbox, sh, text

pytestmark = [pytest.mark.sandbox, needs_sandbox]


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", SECRET)
    (tmp_path / "secret").write_text(SECRET)
    directory = tmp_path / "tree"
    directory.mkdir()
    (directory / "a.py").write_text("x = 1\n")
    return directory


def used(tree, name: str, **arguments: object) -> ToolResult:
    result = perform(SANDBOX, tree, ToolCall("1", name, arguments))
    assert isinstance(result, ToolResult)
    assert len(result.text) < OUTPUT_CHARS + 200
    assert SECRET not in result.text
    return result


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """How each way out ended, all tried in one job."""
    tree = work_tree(tmp_path_factory.mktemp("above"))
    with pytest.MonkeyPatch.context() as patch, at_home(ESCAPES) as escapes:
        patch.setenv("ANTHROPIC_API_KEY", SECRET)
        lines = "".join(
            f"sh -c {quote(one.script)} >out{number} 2>&1; echo $?\n"
            for number, one in enumerate(escapes)
        )
        codes = text(sh(tree, lines)).split()
    assert len(codes) == len(ESCAPES)
    printed = [(tree / f"out{n}").read_text(errors="replace") for n in range(len(ESCAPES))]
    return dict(zip(ESCAPES, zip(map(int, codes), printed, strict=True), strict=True))


@pytest.mark.parametrize("escape", ESCAPES, ids=lambda one: f"{one.reach}: {one.script[:60]}")
def test_no_way_out_of_the_sandbox_opens(tried, escape):
    code, printed = tried[escape]
    assert not escape.got_out(code, printed), printed


def test_a_way_out_that_opened_would_be_noticed():
    assert ESCAPES[0].got_out(0, "")
    assert ESCAPES[0].got_out(1, f"... {SECRET}")
    assert not ESCAPES[0].got_out(2, "No such file")
    listed = next(one for one in ESCAPES if one.reach == "processes" and one.out)
    assert listed.got_out(0, "31\n")
    assert not listed.got_out(0, "3\n")


@pytest.mark.parametrize(
    ("tool", "target"),
    [
        ("view", "/etc/passwd"),
        ("view", "../secret"),
        ("view", "/proc/self/environ"),
        ("search", "/proc/1/root"),
        ("search", "../secret"),
        ("edit", "../secret"),
        ("edit", "/tmp"),
    ],
)
def test_no_file_tool_follows_a_link_out_of_the_repository(tree, tool, target):
    (tree / "link").symlink_to(target)
    arguments = {"path": "link", "pattern": ".", "old": "", "new": "x"}
    result = used(tree, tool, **arguments)
    assert "root:" not in result.text
    assert result.failed or result.text == "No match."
    assert (tree.parent / "secret").read_text() == SECRET


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "/work/../secret",
        "a.py/../../secret",
        "/proc/self/environ",
        "//etc/passwd",
        "\0",
        "a\0.py",
        ".git/hooks/pre-commit",
        ".GIT/config",
        "sub/.git/config",
        "x" * 300,
        "x/" * 3000,
        "\ud800",
        "~/x",
    ],
    ids=ascii,
)
def test_a_file_is_made_nowhere_but_in_the_repository(tree, path):
    before = {entry.name for entry in tree.parent.iterdir()}
    result = used(tree, "edit", path=path, old="", new="evil")
    assert result.failed or path == "~/x"
    assert {entry.name for entry in tree.parent.iterdir()} == before
    assert not (tree / ".git").exists()


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("view", {"op": "edit", "path": "a.py", "old": "x = 1", "new": "x = 2"}),
        ("search", {"op": "edit", "path": "a.py", "old": "x = 1", "new": "x = 2", "pattern": "1"}),
        ("view", {"op": "edit", "path": "new.py", "old": "", "new": "x"}),
        ("list", {"path": "."}),
        ("main", {}),
        ("__import__", {"path": "os"}),
        ("Run", {"command": "echo x > a.py"}),
        ("", {}),
        ("run\n", {"command": "echo x > a.py"}),
    ],
)
def test_a_tool_is_what_its_name_says_whatever_its_arguments_say(tree, tool, arguments):
    used(tree, tool, **arguments)
    assert (tree / "a.py").read_text() == "x = 1\n"
    assert [one.name for one in tree.iterdir()] == ["a.py"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("view", {}),
        ("view", {"path": None}),
        ("view", {"path": ["a.py"]}),
        ("view", {"path": {"a": 1}}),
        ("view", {"path": "a.py", "start": 10**30}),
        ("search", {"pattern": "("}),
        ("search", {"pattern": 7}),
        ("edit", {"path": "a.py", "old": 1, "new": "x"}),
        ("edit", {"path": "a.py", "old": "x = 1", "new": None}),
        ("edit", {"path": "a.py", "old": "", "new": "x"}),
        ("edit", {"path": "a.py", "old": "x = 1", "new": "\ud800"}),
        ("run", {}),
        ("run", {"command": ["sh", "-c", "id"]}),
        ("run", {"command": "   "}),
        ("run", {"command": "exit 3", "timeout_s": float("nan")}),
        ("run", {"command": "exit 3", "timeout_s": "1; id"}),
        ("run", {"command": "exit 3", "timeout_s": -5}),
        ("run", {"command": "exit 3", "timeout_s": 10**400}),
        ("submit", {}),
        ("submit", {"summary": "s", "risk": "none", "tests": []}),
        ("submit", {"summary": "s", "risk": ["low"], "tests": []}),
    ],
    ids=lambda value: ascii(value)[:50],
)
def test_wrong_arguments_are_an_error_for_the_model_and_nothing_else(tree, tool, arguments):
    assert used(tree, tool, **arguments).failed
    assert (tree / "a.py").read_text() == "x = 1\n"


def test_a_submission_is_words_however_its_tests_are_written():
    call = ToolCall("1", "submit", {"summary": "s", "risk": "low", "tests": [{"a": 1}, None, 3]})
    result = perform(SANDBOX, None, call)  # type: ignore[arg-type]
    assert isinstance(result, Submitted)
    assert all(isinstance(name, str) for name in result.submission.tests)


@pytest.mark.parametrize(
    "script",
    [
        "yes | head -c 3000000",
        "head -c 3000000 /dev/zero",
        "printf '\\033]0;owned\\007%.0s' $(seq 1 2000)",
        "python3 -c 'print(chr(0x202e) * 100000)'",
    ],
)
def test_a_flood_of_output_reaches_the_model_only_in_part(tree, script):
    used(tree, "run", command=script)


def test_a_program_left_in_the_tree_is_not_taken_for_one_of_the_systems(tree):
    for name in ("python3", "sh", "cat", "rm", "json.py", "os.py", "sitecustomize.py"):
        (tree / name).write_text("#!/bin/sh\necho owned\n")
        (tree / name).chmod(0o755)
    result = used(tree, "view", path="a.py")
    assert result.text.endswith("x = 1")
    assert "owned" not in used(tree, "run", command="python3 -I -c 'import json'; cat a.py").text
