"""Trees in a mirror: read, compared, and laid over each other."""

import pytest

from bot.adapters.git import GitError
from bot.kernel.patch_gate import Mode
from bot.kernel.values import Sha
from tests.adapters.repositories import AUTHOR, WHEN, place


@pytest.fixture
def here(tmp_path):
    return place(tmp_path)


class TestReading:
    def test_a_file_is_read_or_is_not_there(self, here):
        sha = here.fetched({"dir/a": b"\x00\xff", "link": ("120000", b"dir/a")})
        assert here.mirror.read_file(sha, "dir/a") == b"\x00\xff"
        assert here.mirror.read_file(here.mirror.tree_of(sha), "dir/a") == b"\x00\xff"
        assert here.mirror.read_file(sha, "dir") is None
        assert here.mirror.read_file(sha, "no") is None
        assert here.mirror.read_file(sha, ":(glob)**/a") is None

    def test_a_tree_is_listed_with_modes_and_sizes(self, here):
        files = {"b": b"12345", "a/x": ("100755", b"1"), "l": ("120000", b"b")}
        sha = here.commit(files, submodules={"m": "1" * 40})
        assert here.mirror.fetch(here.remote, ("main",)) is None
        listed = here.mirror.list_tree(sha)
        assert [(e.path, e.mode, e.size) for e in listed] == [
            ("a/x", "100755", 1),
            ("b", "100644", 5),
            ("l", "120000", 1),
            ("m", "160000", 0),
        ]

    def test_a_line_knows_the_commit_that_wrote_it(self, here):
        first = here.fetched({"a": b"one\ntwo\n", "-x": b"odd\n"})
        tree = here.mirror.tree_of(here.fetched({"a": b"zero\none\ntwo\n", "-x": b"odd\n"}))
        second = here.mirror.commit(tree, first, "more", AUTHOR, WHEN + 60)
        told = here.mirror.line_origin(second, "a", 1)
        assert told is not None
        assert (told.commit, int(told.at.timestamp())) == (second, WHEN + 60)
        older = here.mirror.line_origin(second, "a", 3)
        assert older is not None
        assert older.commit == first
        odd = here.mirror.line_origin(second, "-x", 1)
        assert odd is not None
        assert odd.commit == first

    @pytest.mark.parametrize(("path", "line"), [("a", 9), ("no", 1), (":(glob)*", 1), ("a", 0)])
    def test_a_line_that_is_not_there_has_no_origin(self, here, path, line):
        sha = here.fetched({"a": b"one\n"})
        assert here.mirror.line_origin(sha, path, line) is None

    @pytest.mark.parametrize("sha", ["", "main", "--all", "HEAD^", "A" * 40, "1" * 39])
    def test_only_an_object_id_is_an_object_id(self, here, sha):
        with pytest.raises(GitError, match="not an object id"):
            here.mirror.list_tree(Sha(sha))

    def test_an_object_that_is_not_there_is_an_error(self, here):
        with pytest.raises(GitError):
            here.mirror.tree_of(Sha("1" * 40))


class TestComparing:
    def test_a_rename_is_one_change_with_both_paths(self, here):
        content = b"".join(b"line %d\n" % i for i in range(30))
        one = here.fetched({"old.py": content})
        two = here.fetched({"new.py": content + b"more\n"})
        (change,) = here.mirror.changes(one, two)
        assert (change.old_path, change.path) == ("old.py", "new.py")
        assert (change.before, change.after) == (content, content + b"more\n")
        assert "rename from old.py" in here.mirror.diff_text(one, two)

    def test_submodules_and_new_files_have_their_modes(self, here):
        one = here.fetched({"a": b"1"})
        two = here.commit({"a": b"1", "b": b"2"}, submodules={"m": "1" * 40})
        assert here.mirror.fetch(here.remote, ("main",)) is None
        new, module = here.mirror.changes(one, two)
        assert (new.old_mode, new.new_mode, new.before, new.after) == (
            Mode.ABSENT,
            Mode.REGULAR,
            None,
            b"2",
        )
        assert (module.new_mode, module.after) == (Mode.SUBMODULE, None)

    def test_attributes_of_the_repository_cannot_hide_a_change(self, here):
        one = here.fetched({".gitattributes": b"* -diff\n", "a": b"1\n"})
        two = here.fetched({".gitattributes": b"* -diff\n", "a": b"2\n"})
        assert "+2" in here.mirror.diff_text(one, two)

    def test_more_than_a_gate_can_judge_is_an_error_and_not_a_part(self, here):
        one = here.fetched({"a": b"1"})
        two = here.fetched({"a": b"1", "big": bytes(9 * 1024**2)})
        with pytest.raises(GitError, match="more than a change may hold"):
            here.mirror.changes(one, two)

    def test_a_fingerprint_is_the_same_wherever_the_change_is_made(self, here):
        shapes = (
            (b"", b"old"),
            (b"", b"new"),
            (b"moved down\n" * 9, b"old"),
            (b"moved down\n" * 9, b"new"),
        )
        one, two, three, four = (
            here.fetched({"a": above + line + b"\n", "b": b"binary\0" + line})
            for above, line in shapes
        )
        assert here.mirror.diff_hash(one, two) == here.mirror.diff_hash(three, four)
        elsewhere = here.fetched({"a": b"old\n", "c": b"binary\0new"})
        assert here.mirror.diff_hash(one, two) != here.mirror.diff_hash(one, elsewhere)

    def test_a_change_of_mode_or_of_white_space_is_another_change(self, here):
        base = here.fetched({"a": b"if x:\n"})
        others = (
            {"a": ("100755", b"if x:\n")},
            {"a": b" if x:\n"},
            {"a": b"if x: \n"},
            {"a": b"if x:"},
        )
        hashes = {here.mirror.diff_hash(base, here.fetched(other)) for other in others}
        assert len(hashes) == 4

    def test_the_common_ancestor_of_two_branches_is_found(self, here):
        base = here.fetched({"a": b"1"})
        tree = here.mirror.tree_of(base)
        one, two = (here.mirror.commit(tree, base, text, AUTHOR, WHEN) for text in ("one", "two"))
        assert here.mirror.merge_base(one, two) == base
        assert here.mirror.merge_base("main", one) == base
        assert here.mirror.merge_base("no-such", one) is None
        unrelated = here.fetched({"b": b"2"})
        assert here.mirror.merge_base(unrelated, one) is None

    def test_a_fingerprint_names_the_change(self, here):
        one, two = here.fetched({"a": b"1"}), here.fetched({"a": b"2"})
        assert here.mirror.diff_hash(one, two) == here.mirror.diff_hash(
            one, here.mirror.tree_of(two)
        )
        assert here.mirror.diff_hash(one, two) != here.mirror.diff_hash(two, one)


class TestOverlays:
    def test_paths_are_taken_from_the_other_tree(self, here):
        new = here.fetched({"src": b"new", "tests/a": b"new", "tests/b": b"new", "tests/c": b"new"})
        old = here.fetched({"src": b"old", "tests/a": b"old", "tests/b": b"old"})
        mixed = here.mirror.overlay(new, old, ("tests/a", "tests/c"))
        read = {e.path: here.mirror.read_file(mixed, e.path) for e in here.mirror.list_tree(mixed)}
        assert read == {"src": b"new", "tests/a": b"old", "tests/b": b"new"}

    def test_a_file_gets_other_contents_and_keeps_its_mode(self, here):
        old = here.fetched({"src/a": b"a", "src/b": b"b"})
        new = here.mirror.replaced(old, {"src/a": b"\0other\r\n"})
        read = {e.path: here.mirror.read_file(new, e.path) for e in here.mirror.list_tree(new)}
        assert read == {"src/a": b"\0other\r\n", "src/b": b"b"}
        assert {e.mode for e in here.mirror.list_tree(new)} == {"100644"}
        assert here.mirror.replaced(old, {}) == here.mirror.tree_of(old)

    @pytest.mark.parametrize("path", ["src", "src/c", "../a", ".git/config", ""])
    def test_only_a_file_that_is_there_gets_other_contents(self, here, path):
        old = here.fetched({"src/a": b"a"})
        with pytest.raises(GitError, match="has no file"):
            here.mirror.replaced(old, {path: b"x"})

    def test_a_directory_is_taken_whole(self, here):
        new = here.fetched({"src": b"new", "tests/a": b"new", "tests/c": b"new"})
        old = here.fetched({"src": b"old", "tests/a": b"old"})
        mixed = here.mirror.overlay(new, old, ("tests",))
        assert [e.path for e in here.mirror.list_tree(mixed)] == ["src", "tests/a"]

    def test_a_file_and_a_directory_of_one_name_make_room_for_each_other(self, here):
        file, directory = here.fetched({"x": b"file"}), here.fetched({"x/y": b"deep"})
        mixed = here.mirror.overlay(file, directory, ("x/y",))
        assert [e.path for e in here.mirror.list_tree(mixed)] == ["x/y"]
        mixed = here.mirror.overlay(directory, file, ("x",))
        assert [e.path for e in here.mirror.list_tree(mixed)] == ["x"]
