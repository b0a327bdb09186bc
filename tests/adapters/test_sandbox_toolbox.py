"""The file tools, each run inside the sandbox as the model would use them."""

import os

import pytest

from bot.adapters.bubblewrap.files import parse_reply
from bot.stages.sandbox import Exited, Killed, TimedOut, ToolError, ToolOk, Unavailable
from tests.adapters.sandboxes import SANDBOX, SMALL, needs_sandbox

sandboxed = [pytest.mark.sandbox, needs_sandbox]


@pytest.fixture
def ask(tmp_path):
    def tool(op: str, **request: object) -> ToolOk | ToolError:
        return SANDBOX.tool({"op": op} | request, tmp_path, SMALL)

    return tool


def ok(answer) -> str:
    assert isinstance(answer, ToolOk), answer
    return answer.text


def refused(answer) -> str:
    assert isinstance(answer, ToolError), answer
    return answer.text


class TestView:
    pytestmark = sandboxed

    def test_lines_are_numbered(self, ask, tmp_path):
        (tmp_path / "a.py").write_text("one\ntwo\nthree\n")
        assert ok(ask("view", path="a.py")) == "     1\tone\n     2\ttwo\n     3\tthree"
        assert ok(ask("view", path="a.py", start=2, end=2)) == "     2\ttwo"
        assert ok(ask("view", path="/work/a.py", start=3, end=99)) == "     3\tthree"

    def test_a_range_outside_the_file_says_how_long_it_is(self, ask, tmp_path):
        (tmp_path / "a.py").write_text("one\n")
        assert "has 1 lines" in refused(ask("view", path="a.py", start=5))

    def test_a_long_file_says_where_to_go_on(self, ask, tmp_path):
        (tmp_path / "a.py").write_text("".join(f"line {i}\n" for i in range(1, 5001)))
        text = ok(ask("view", path="a.py"))
        assert len(text) < 10_000
        last = text.splitlines()[-1]
        assert "5000 lines in all; go on with start=" in last
        start = int(last.split("start=")[1].split()[0])
        assert ok(ask("view", path="a.py", start=start)).startswith(f"{start:>6}\tline {start}\n")

    def test_a_very_long_line_is_cut(self, ask, tmp_path):
        (tmp_path / "a.py").write_text("x" * 1_000_000)
        assert len(ok(ask("view", path="a.py"))) < 500

    @pytest.mark.parametrize("path", ["../x", "/etc/passwd", "/proc/self/environ", "a/../../etc"])
    def test_a_path_out_of_the_repository_is_refused(self, ask, path):
        assert "leads out of the repository" in refused(ask("view", path=path))

    def test_a_link_out_of_the_repository_is_refused(self, ask, tmp_path):
        (tmp_path / "innocent").symlink_to("/etc/passwd")
        (tmp_path / "dir").symlink_to("/etc")
        assert "leads out" in refused(ask("view", path="innocent"))
        assert "leads out" in refused(ask("view", path="dir/passwd"))
        assert "leads out" in refused(ask("edit", path="dir/new", old="", new="x"))

    def test_what_is_no_text_file_is_refused_with_its_kind(self, ask, tmp_path):
        (tmp_path / "binary").write_bytes(b"a\0b")
        (tmp_path / "latin").write_bytes(b"caf\xe9")
        os.mkfifo(tmp_path / "pipe")
        with (tmp_path / "huge").open("wb") as file:
            file.truncate(10 * 1024**2)
        for name, why in (
            ("binary", "binary"),
            ("latin", "not UTF-8"),
            ("pipe", "not a regular file"),
            ("huge", "too large"),
            ("no", "does not exist"),
        ):
            assert why in refused(ask("view", path=name))

    def test_a_directory_is_listed(self, ask, tmp_path):
        (tmp_path / "src").mkdir()
        (tmp_path / "src/a.py").write_text("")
        assert ok(ask("view", path="src")) == "src/a.py"
        assert ok(ask("list")) == "src/a.py"

    @pytest.mark.parametrize("request_", [{}, {"path": 7}, {"path": None}, {"path": ["a"]}])
    def test_a_missing_argument_is_named(self, ask, request_):
        assert "`path` must be given" in refused(ask("view", **request_))


class TestSearch:
    pytestmark = sandboxed

    def test_matches_have_path_and_line(self, ask, tmp_path):
        (tmp_path / "b.py").write_text("x\ndef found(): pass\n")
        (tmp_path / "a.py").write_text("found = 1\n")
        assert (
            ok(ask("search", pattern=r"fou\w+")) == "a.py:1: found = 1\nb.py:2: def found(): pass"
        )
        assert ok(ask("search", pattern="found", path="b.py")) == "b.py:2: def found(): pass"

    def test_no_match_is_an_answer_and_a_bad_pattern_an_error(self, ask):
        assert ok(ask("search", pattern="nothing")) == "No match."
        assert "Not a regular expression" in refused(ask("search", pattern="("))

    def test_many_matches_are_bounded(self, ask, tmp_path):
        (tmp_path / "a").write_text("hit\n" * 100_000)
        text = ok(ask("search", pattern="hit"))
        assert len(text) < 10_000
        assert "narrow" in text.splitlines()[-1]

    def test_links_and_binary_files_are_passed_over(self, ask, tmp_path):
        (tmp_path / "link").symlink_to("/etc/passwd")
        (tmp_path / "binary").write_bytes(b"root\0")
        (tmp_path / "loop").symlink_to(".")
        os.mkfifo(tmp_path / "pipe")
        assert ok(ask("search", pattern="root")) == "No match."


class TestEdit:
    pytestmark = sandboxed

    def test_the_one_occurrence_is_replaced_and_nothing_else(self, ask, tmp_path):
        (tmp_path / "a.py").write_bytes(b"one\r\ntwo\nthree")
        (tmp_path / "a.py").chmod(0o755)
        assert ok(ask("edit", path="a.py", old="two", new="2\u2713")) == "Replaced in a.py, line 2."
        assert (tmp_path / "a.py").read_bytes() == "one\r\n2\u2713\nthree".encode()
        assert (tmp_path / "a.py").stat().st_mode & 0o100

    def test_text_that_is_not_there_or_there_twice_changes_nothing(self, ask, tmp_path):
        (tmp_path / "a.py").write_text("x\nx\n")
        assert "does not occur" in refused(ask("edit", path="a.py", old="y", new="z"))
        assert "occurs 2 times" in refused(ask("edit", path="a.py", old="x", new="z"))
        assert (tmp_path / "a.py").read_text() == "x\nx\n"

    def test_an_empty_old_text_creates_a_file_with_its_directories(self, ask, tmp_path):
        assert ok(ask("edit", path="src/new.py", old="", new="x\n")) == "Created src/new.py."
        assert (tmp_path / "src/new.py").read_text() == "x\n"

    def test_a_file_that_exists_is_not_created_again(self, ask, tmp_path):
        (tmp_path / "a.py").write_text("x")
        assert "exists" in refused(ask("edit", path="a.py", old="", new="y"))
        assert (tmp_path / "a.py").read_text() == "x"

    def test_a_git_directory_is_not_made(self, ask, tmp_path):
        assert ".git" in refused(ask("edit", path="sub/.Git/config", old="", new="x"))
        assert not (tmp_path / "sub").exists()

    def test_an_operation_that_does_not_exist_is_named_with_those_that_do(self, ask):
        assert "view, search, edit, list" in refused(ask("delete", path="a"))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Exited(0, b"no json", 1.0, truncated=False), "no readable reply"),
        (Exited(0, b'{"ok": 7}', 1.0, truncated=False), "no readable reply"),
        (Exited(0, b"[]", 1.0, truncated=False), "no readable reply"),
        (Exited(0, b'{"ok": "x"}', 1.0, truncated=True), "ask for less"),
        (Exited(1, b"Traceback", 1.0, truncated=False), "Traceback"),
        (TimedOut(b"", 60.0), "Stopped after 60 s"),
        (Killed("too much memory", b"", 1.0), "too much memory"),
        (Unavailable("no bwrap", "install it"), "install it"),
    ],
)
def test_every_way_a_tool_can_end_becomes_an_answer(outcome, said):
    answer = parse_reply(outcome)
    assert isinstance(answer, ToolError)
    assert said in answer.text


def test_replies_are_read():
    assert parse_reply(Exited(0, b'{"ok": "x"}', 1.0, truncated=False)) == ToolOk("x")
    assert parse_reply(Exited(0, b'{"error": "x"}', 1.0, truncated=False)) == ToolError("x")
