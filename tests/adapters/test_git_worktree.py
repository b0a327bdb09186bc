"""Trees go out to plain directories and come back as they are."""

import os
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.git.links import stays_inside
from bot.kernel.patch_gate import Mode
from tests.adapters.repositories import contents, place


@pytest.fixture
def here(tmp_path):
    return place(tmp_path)


@pytest.fixture
def tree(tmp_path):
    directory = tmp_path / "tree"
    directory.mkdir()
    return directory


FILES = {
    "README": b"read me\n",
    "src/a.py": b"print(1)\n",
    "src/run": ("100755", b"#!/bin/sh\n"),
    "link": ("120000", b"src/a.py"),
    "src/up": ("120000", b"../README"),
    ".gitignore": b"*.log\nbuild/\n!keep.log\n",
    "kept.log": b"tracked although ignored",
    "crlf.txt": b"a\r\nb\r\n",
    ".gitattributes": b"* text=auto eol=crlf\n*.py filter=evil working-tree-encoding=UTF-16\n",
    "we\nird 'q\" \t$x": b"odd name",
    os.fsdecode(b"latin-\xe9"): b"not utf-8",
}


def test_a_tree_goes_out_as_it_is_without_any_git_directory(here, tree):
    base = here.fetched(FILES)
    here.mirror.export(base, tree)
    found = contents(tree)
    assert found.pop("link") == b"-> src/a.py"
    assert found.pop("src/up") == b"-> ../README"
    assert found.pop("src/run") == b"#!/bin/sh\n"
    assert found == {k: v for k, v in FILES.items() if isinstance(v, bytes)}
    assert stat.S_IMODE((tree / "src/run").stat().st_mode) == 0o755
    assert stat.S_IMODE((tree / "README").stat().st_mode) == 0o644
    assert not list(tree.rglob(".git"))


def test_an_untouched_directory_gives_back_the_same_tree(here, tree):
    base = here.fetched(FILES)
    here.mirror.export(base, tree)
    assert here.mirror.snapshot(tree, base) == here.mirror.tree_of(base)


def test_what_the_base_ignores_is_left_out_even_if_the_rules_on_disk_changed(here, tree):
    base = here.fetched({".gitignore": b"*.log\nbuild/\n!keep.log\n"})
    here.mirror.export(base, tree)
    (tree / ".gitignore").write_text("!*\n")
    (tree / "build").mkdir()
    (tree / "build/output").write_text("x")
    for name in ("noise.log", "keep.log", ":(top)odd", "new.py"):
        (tree / name).write_text("x")
    listed = here.mirror.list_tree(here.mirror.snapshot(tree, base))
    assert [entry.path for entry in listed] == [".gitignore", ":(top)odd", "keep.log", "new.py"]


def test_edits_removals_and_modes_come_back(here, tree):
    base = here.fetched(FILES)
    here.mirror.export(base, tree)
    (tree / "README").unlink()
    (tree / "src/a.py").write_text("print(2)\n")
    (tree / "src/run").chmod(0o644)
    (tree / "link").unlink()
    (tree / "link").write_text("a file now")
    changes = {c.path: c for c in here.mirror.changes(base, here.mirror.snapshot(tree, base))}
    assert set(changes) == {"README", "src/a.py", "src/run", "link"}
    assert changes["README"].new_mode is Mode.ABSENT
    assert changes["README"].after is None
    assert (changes["src/a.py"].before, changes["src/a.py"].after) == (b"print(1)\n", b"print(2)\n")
    assert (changes["src/run"].old_mode, changes["src/run"].new_mode) == (
        Mode.EXECUTABLE,
        Mode.REGULAR,
    )
    assert (changes["link"].old_mode, changes["link"].new_mode) == (Mode.SYMLINK, Mode.REGULAR)


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../etc/passwd", "../x", "src/../../x", "src/.."]
)
def test_a_link_that_could_lead_out_is_a_plain_file_and_stays_a_link_in_git(here, tree, target):
    base = here.fetched({"out": ("120000", target.encode()), "src/a": b"a"})
    here.mirror.export(base, tree)
    assert not (tree / "out").is_symlink()
    assert (tree / "out").read_text() == target
    assert here.mirror.snapshot(tree, base) == here.mirror.tree_of(base)
    here.mirror.restore(tree, base)
    assert not (tree / "out").is_symlink()


def test_restoring_undoes_everything_but_keeps_ignored_files(here, tree):
    base = here.fetched(FILES)
    here.mirror.export(base, tree)
    before = contents(tree)
    (tree / "noise.log").write_text("ignored")
    (tree / "new/deep").mkdir(parents=True)
    (tree / "new/deep/file").write_text("new")
    (tree / "README").unlink()
    (tree / "README").mkdir()
    (tree / "README/file.log").write_text("in the way")
    (tree / "src/a.py").write_text("changed")
    (tree / "src/run").chmod(0o644)
    (tree / "link").unlink()
    (tree / "link").symlink_to("/etc/passwd")
    here.mirror.restore(tree, base)
    after = contents(tree)
    assert after.pop("noise.log") == b"ignored"
    assert after == before
    assert (tree / "src/run").stat().st_mode & 0o100
    assert not (tree / "new").exists()
    assert here.mirror.snapshot(tree, base) == here.mirror.tree_of(base)


def test_restoring_never_writes_through_a_link_put_in_the_place_of_a_directory(
    here, tree, tmp_path
):
    outside = tmp_path / "outside"
    outside.mkdir()
    base = here.fetched({"src/a.py": b"good", "src/deep/b.py": b"good"})
    (tree / "src").symlink_to(outside)
    here.mirror.restore(tree, base)
    assert list(outside.iterdir()) == []
    assert contents(tree) == {"src/a.py": b"good", "src/deep/b.py": b"good"}


def test_an_ignored_file_in_the_place_of_a_directory_gives_way(here, tree):
    base = here.fetched({".gitignore": b"/data\n", "data/kept": b"tracked"})
    (tree / "data").write_text("an ignored file")
    here.mirror.restore(tree, base)
    assert (tree / "data/kept").read_bytes() == b"tracked"


def test_submodules_stay_as_they_are(here, tree):
    pinned = "1" * 40
    base = here.commit({"a": b"a"}, submodules={"vendor/lib": pinned})
    assert here.mirror.fetch(here.remote, ("main",)) is None
    here.mirror.export(base, tree)
    assert (tree / "vendor/lib").is_dir()
    (tree / "vendor/lib/planted").write_text("not part of the repository")
    assert here.mirror.snapshot(tree, base) == here.mirror.tree_of(base)
    (tree / "vendor/lib/planted").unlink()
    (tree / "vendor/lib").rmdir()
    gone = here.mirror.changes(base, here.mirror.snapshot(tree, base))
    assert [(c.path, c.old_mode) for c in gone] == [("vendor/lib", Mode.SUBMODULE)]


@pytest.mark.parametrize(
    ("path", "target", "inside"),
    [
        ("a", b"b", True),
        ("a/b", b"../c", True),
        ("a/b", b"./../c/./d", True),
        ("a", b"b/c/../d", False),
        ("a", b"../b", False),
        ("a/b", b"../../c", False),
        ("a", b"/b", False),
        ("a", b"", False),
        ("p/q/r/l", b"../../..", True),
        ("m", b"p/q/r/l/../../..", False),
    ],
)
def test_which_links_stay_inside(path, target, inside):
    assert stays_inside(path, target) is inside


NAMES = st.binary(min_size=1, max_size=6).filter(
    lambda name: (
        not set(name) & {0, ord("/")}
        and name not in (b".", b"..")
        and name.lower() not in (b".git", b"git~1", b".gitig", b".gitmo")
    )
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: os.fsdecode(b"/".join(parts)))
TREES = st.dictionaries(PATHS, st.tuples(st.binary(max_size=20), st.booleans()), max_size=8)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=TREES, second=TREES)
def test_any_files_survive_the_round_trip(here, first, second):
    empty = here.fetched({})
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        trees = []
        for directory, wanted in ((Path(one), first), (Path(two), second)):
            _lay_out(directory, wanted)
            trees.append(here.mirror.snapshot(directory, empty))
        here.mirror.restore(Path(one), trees[1])
        assert contents(Path(one)) == contents(Path(two))
        assert here.mirror.snapshot(Path(one), empty) == trees[1]
        paths = tuple(entry.path for entry in here.mirror.list_tree(trees[0]))
        assert here.mirror.overlay(trees[1], trees[0], paths) == here.mirror.overlay(
            here.mirror.overlay(trees[1], trees[0], paths), trees[0], paths
        )
        changed = here.mirror.changes(trees[0], trees[1])
        assert bool(changed) == (trees[0] != trees[1])


def _lay_out(directory: Path, wanted: dict[str, tuple[bytes, bool]]) -> None:
    for path, (content, executable) in wanted.items():
        place_ = directory / path
        if any(parent.is_file() for parent in place_.parents) or place_.is_dir():
            continue
        place_.parent.mkdir(parents=True, exist_ok=True)
        place_.write_bytes(content)
        place_.chmod(0o755 if executable else 0o644)


LEFT_BEHIND = (
    ".pytest_cache/.gitignore",
    ".pytest_cache/v/cache/nodeids",
    "src/__pycache__/a.cpython-311.pyc",
    ".coverage",
    ".hypothesis/examples/1",
    ".evolve-report.xml",
    "out/re[po]rt 1.xml",
)
REPORT = ("out/re[po]rt 1.xml",)


def leave(tree: Path, *paths: str) -> None:
    for path in paths:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text("left behind")


def test_what_running_tests_leaves_behind_is_no_part_of_a_change(here, tree):
    """Many repositories do not ignore it, and a report's name is known to the policy alone."""
    base = here.fetched({"src/a.py": b"a"})
    here.mirror.export(base, tree)
    leave(tree, *LEFT_BEHIND)
    assert here.mirror.snapshot(tree, base, REPORT) == here.mirror.tree_of(base)
    leave(tree, "out/report 1.xml", "sub/.evolve-x", "coverage.py")
    after = here.mirror.list_tree(here.mirror.snapshot(tree, base, REPORT))
    paths = {entry.path for entry in after}
    assert paths == {"src/a.py", "out/report 1.xml", "sub/.evolve-x", "coverage.py"}


def test_a_leftover_that_the_base_holds_or_asks_to_keep_is_a_file_like_any_other(here, tree):
    base = here.fetched(dict.fromkeys(LEFT_BEHIND, b"tracked") | {".gitignore": b"!kept.pyc\n"})
    here.mirror.export(base, tree)
    leave(tree, *LEFT_BEHIND, "kept.pyc")
    changed = here.mirror.changes(base, here.mirror.snapshot(tree, base, REPORT))
    assert {change.path for change in changed} == {*LEFT_BEHIND, "kept.pyc"}
