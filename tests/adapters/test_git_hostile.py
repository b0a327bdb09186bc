"""Hostile directories and hostile trees: what is planted in them is never followed or opened."""

import os

import pytest

from bot.adapters.git import GitError
from bot.adapters.trees import TreeRefused
from bot.kernel.patch_gate import Mode, PatchRefused, PatchRules, patch_gate
from bot.kernel.values import Kind
from tests.adapters.repositories import contents, place


@pytest.fixture
def here(tmp_path):
    return place(tmp_path)


@pytest.fixture
def tree(tmp_path):
    directory = tmp_path / "tree"
    directory.mkdir()
    return directory


def test_a_planted_link_is_recorded_as_a_link_and_never_followed(here, tree, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("the key of the host")
    base = here.fetched({"a": b"a"})
    here.mirror.export(base, tree)
    (tree / "leak").symlink_to(secret / "key")
    (tree / "dir").symlink_to(secret)
    changes = here.mirror.changes(base, here.mirror.snapshot(tree, base))
    assert {c.path: c.new_mode for c in changes} == {"leak": Mode.SYMLINK, "dir": Mode.SYMLINK}
    assert not any(b"the key of the host" in (c.after or b"") for c in changes)


def test_a_nested_git_directory_is_never_entered(here, tree, tmp_path):
    base = here.fetched({"sub/a": b"a"})
    here.mirror.export(base, tree)
    ran = tmp_path / "ran"
    for git in (tree / ".git", tree / "sub/.GIT"):
        git.mkdir()
        (git / "HEAD").write_text("ref: refs/heads/main\n")
        (git / "config").write_text(f"[core]\n\tfsmonitor = touch {ran}\n")
    (tree / "sub/b").write_text("b")
    listed = here.mirror.list_tree(here.mirror.snapshot(tree, base))
    assert [entry.path for entry in listed] == ["sub/a", "sub/b"]
    assert not ran.exists()
    here.mirror.restore(tree, base)
    assert contents(tree) == {"sub/a": b"a"}
    assert not (tree / ".git").exists()


def test_pipes_and_sockets_are_not_opened(here, tree):
    base = here.fetched({"a": b"a"})
    here.mirror.export(base, tree)
    os.mkfifo(tree / "pipe")
    (tree / "a").unlink()
    os.mkfifo(tree / "a")
    assert here.mirror.list_tree(here.mirror.snapshot(tree, base)) == ()
    here.mirror.restore(tree, base)
    assert contents(tree) == {"a": b"a"}
    assert not (tree / "pipe").exists()


def test_a_directory_nested_without_end_is_refused(here, tree):
    base = here.fetched({"a": b"a"})
    deep = os.open(tree, os.O_RDONLY)
    for _ in range(200):
        os.mkdir("d", dir_fd=deep)
        below = os.open("d", os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = below
    os.close(deep)
    with pytest.raises(TreeRefused, match="nested"):
        here.mirror.snapshot(tree, base)


def test_a_huge_file_is_refused_and_not_read(here, tree):
    base = here.fetched({"a": b"a"})
    with (tree / "sparse").open("wb") as file:
        file.truncate(200 * 1024**3)
    with pytest.raises(TreeRefused, match="larger"):
        here.mirror.snapshot(tree, base)


@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "."])
def test_a_hostile_tree_is_not_written(here, tree, tmp_path, name):
    blob = here.blob(b"evil")
    inner = here.git("mktree", stdin=f"100644 blob {blob}\thooks\n".encode())
    hostile = bytes.fromhex(inner)
    raw = b"40000 " + name.encode() + b"\0" + hostile
    sha = here.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", stdin=raw)
    here.commit_tree(sha)
    assert here.mirror.fetch(here.remote, ("main",)) is not None
    here.mirror._git.output("hash-object", "-w", "--stdin", stdin=b"evil")
    here.mirror._git.output("mktree", "--missing", stdin=f"100644 blob {blob}\thooks\n".encode())
    arguments = ("hash-object", "-w", "-t", "tree", "--literally", "--stdin")
    here.mirror._git.output(*arguments, stdin=raw)
    with pytest.raises(GitError, match="not allowed"):
        here.mirror.export(sha, tree)
    assert list(tree.iterdir()) == []


def test_a_name_outside_utf8_reaches_the_gate_and_is_refused_there(here, tree):
    base = here.fetched({"a": b"a"})
    here.mirror.export(base, tree)
    (tree / os.fsdecode(b"caf\xe9.py")).write_bytes(b"x = 1\n")
    changes = here.mirror.changes(base, here.mirror.snapshot(tree, base))
    assert isinstance(patch_gate(changes, PatchRules(Kind.FIX)), PatchRefused)
