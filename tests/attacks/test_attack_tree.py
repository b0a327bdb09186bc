"""What a job may plant in its work tree, and what it then hopes of git on the host."""

import os
import socket
from pathlib import Path

import pytest

from bot.adapters.git import GitError, GitMirrors
from bot.domain.policy import Policy
from bot.kernel.patch_gate import PatchAccepted, patch_gate
from bot.kernel.values import Kind
from bot.stages.workspace import GitFailed, Remote
from tests.adapters.repositories import REPO, place


@pytest.fixture
def here(tmp_path):
    return place(tmp_path)


@pytest.fixture
def tree(tmp_path):
    directory = tmp_path / "tree"
    directory.mkdir()
    return directory


def judged(here, tree, base):
    return patch_gate(
        here.mirror.changes(base, here.mirror.snapshot(tree, base)),
        Policy().patch_rules(Kind.FIX),
    )


NAMES = [
    b"a\nb.py",
    b"a\tb.py",
    b"a\rb.py",
    b"\x1b[2Ja.py",
    b"caf\xe9.py",
    "a\u202egpj.py".encode(),
    "\u200b.py".encode(),
    b"a:b.py",
    b"a\\b.py",
    b"a .",
    b"a. ",
    b"PROGRA~1",
    "\uff0egithub".encode(),
    b".GitModules",
    b".gitattributes",
]
HARMLESS_NAMES = [b"-x", b"--upload-pack=touch x", b"*", b"$(touch x)", b";touch x", b"'", b'"a"']


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_hostile_file_name_is_refused(here, tree, name):
    base = here.fetched({"a.py": b"x = 1\n"})
    here.mirror.export(base, tree)
    (tree / os.fsdecode(name)).write_bytes(b"x = 2\n")
    try:
        verdict = judged(here, tree, base)
    except GitError:
        return
    assert not isinstance(verdict, PatchAccepted)


@pytest.mark.parametrize("name", HARMLESS_NAMES, ids=ascii)
def test_a_name_like_an_option_or_a_shell_command_is_only_a_name(here, tree, tmp_path, name):
    base = here.fetched({"a.py": b"x = 1\n"})
    here.mirror.export(base, tree)
    (tree / os.fsdecode(name)).write_bytes(b"x = 2\n")
    verdict = judged(here, tree, base)
    assert isinstance(verdict, PatchAccepted)
    assert verdict.files == (os.fsdecode(name),)
    assert not list(tmp_path.rglob("x"))
    again = tmp_path / "again"
    again.mkdir()
    here.mirror.export(here.mirror.snapshot(tree, base), again)
    assert (again / os.fsdecode(name)).read_bytes() == b"x = 2\n"
    here.mirror.restore(tree, base)
    assert [one.name for one in tree.iterdir()] == ["a.py"]


def test_the_longest_names_a_file_system_takes_are_carried(here, tree):
    base = here.fetched({"a.py": b"x = 1\n"})
    here.mirror.export(base, tree)
    deep = tree
    for _ in range(12):
        deep = deep / ("d" * 250)
        deep.mkdir()
    (deep / ("f" * 255)).write_bytes(b"x = 2\n")
    listed = here.mirror.list_tree(here.mirror.snapshot(tree, base))
    assert max(len(entry.path) for entry in listed) > 3000
    here.mirror.restore(tree, base)
    assert [one.name for one in tree.iterdir()] == ["a.py"]


def test_a_hard_link_shares_nothing_with_what_is_written_over_it(here, tree, tmp_path):
    base = here.fetched({"a.py": b"x = 1\n"})
    here.mirror.export(base, tree)
    outside = tmp_path / "outside"
    outside.write_bytes(b"of the host")
    (tree / "a.py").unlink()
    (tree / "a.py").hardlink_to(outside)
    here.mirror.restore(tree, base)
    assert outside.read_bytes() == b"of the host"
    assert (tree / "a.py").read_bytes() == b"x = 1\n"


def test_a_directory_that_became_a_link_is_not_written_through(here, tree, tmp_path):
    base = here.fetched({"src/a.py": b"x = 1\n"})
    here.mirror.export(base, tree)
    outside = tmp_path / "outside"
    outside.mkdir()
    (tree / "src/a.py").unlink()
    (tree / "src").rmdir()
    (tree / "src").symlink_to(outside)
    here.mirror.restore(tree, base)
    assert list(outside.iterdir()) == []
    assert (tree / "src/a.py").read_bytes() == b"x = 1\n"


@pytest.mark.parametrize("kind", ["fifo", "socket", "directory", "link loop"])
def test_something_odd_in_a_files_place_is_neither_opened_nor_kept(here, tree, kind, monkeypatch):
    base = here.fetched({"a.py": b"x = 1\n", "b.py": b"y = 1\n"})
    here.mirror.export(base, tree)
    monkeypatch.chdir(tree)
    Path("a.py").unlink()
    match kind:
        case "fifo":
            os.mkfifo("a.py")
        case "socket":
            listening = socket.socket(socket.AF_UNIX)
            listening.bind("a.py")
            listening.close()
        case "directory":
            Path("a.py").mkdir()
        case "link loop":
            Path("a.py").symlink_to("a.py")
    here.mirror.snapshot(tree, base)
    here.mirror.restore(tree, base)
    assert (tree / "a.py").read_bytes() == b"x = 1\n"


GIT_TRICKS = {
    ".gitattributes": b"* filter=evil diff=evil merge=evil export-subst\n*.py ident\n",
    ".git": b"gitdir: /tmp/elsewhere\n",
    "sub/.git": b"gitdir: ../..\n",
    ".gitmodules": b'[submodule "x"]\n\tpath = x\n\turl = ext::touch /tmp/x\n\tupdate = !touch x\n',
    ".gitconfig": b"[core]\n\tfsmonitor = touch x\n\tsshCommand = touch x\n",
    ".mailmap": b"a <b@c> <d@e>\n",
    ".gitignore": b"*\n!keep\n",
    "objects/info/alternates": b"/tmp/elsewhere\n",
    "hooks/post-checkout": b"#!/bin/sh\ntouch x\n",
    "HEAD": b"ref: refs/heads/evil\n",
}


@pytest.mark.parametrize("name", GIT_TRICKS)
def test_what_a_job_writes_for_git_runs_nothing_and_hides_nothing(here, tree, tmp_path, name):
    base = here.fetched({"a.py": b"x = '$Id$'\n"})
    here.mirror.export(base, tree)
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_bytes(GIT_TRICKS[name])
    (tree / "new.py").write_bytes(b"token = '$Format:%H$'\r\n")
    after = here.mirror.snapshot(tree, base)
    listed = {entry.path for entry in here.mirror.list_tree(after)}
    assert {"a.py", "new.py"} <= listed
    assert here.mirror.read_file(after, "new.py") == b"token = '$Format:%H$'\r\n"
    assert "new.py" in here.mirror.diff_text(base, after)
    assert not list(tmp_path.rglob("x"))
    git = {path for path in listed if ".git" in path.split("/")}
    assert git == set()


def test_attributes_in_the_repository_itself_hide_no_part_of_a_diff(here, tree):
    attributes = b"* -diff -text linguist-generated export-ignore\n*.py binary\n"
    base = here.fetched({".gitattributes": attributes, "a.py": b"x = 1\n"})
    here.mirror.export(base, tree)
    assert (tree / "a.py").read_bytes() == b"x = 1\n"
    (tree / "a.py").write_bytes(b"x = 'evil'\n")
    after = here.mirror.snapshot(tree, base)
    assert "+x = 'evil'" in here.mirror.diff_text(base, after)
    assert [one.path for one in here.mirror.changes(base, after)] == ["a.py"]


@pytest.mark.parametrize(
    "name",
    ["../x", "octo/..", "octo/.git", "octo", "octo/a/b", "octo/a b", "-o/n;x", "octo/\u0430", "/"],
)
def test_no_name_of_a_repository_leads_out_of_the_mirrors(tmp_path, name):
    with pytest.raises(GitError):
        GitMirrors(tmp_path / "mirrors").mirror(name)
    assert GitMirrors(tmp_path / "mirrors").mirror(REPO) is not None


@pytest.mark.parametrize(
    "ref",
    ["--upload-pack=touch x", "-x", "a..b", "a b", "a:b", "+a", "a@{1}", "a^", "a.lock", "", "*"],
)
def test_no_name_of_a_branch_is_read_as_more_than_a_name(here, ref):
    here.fetched({"a": b"a"})
    assert here.mirror.fetch(here.remote, (ref,)) is not None
    assert here.mirror.resolve(ref) is None


@pytest.mark.parametrize(
    "sha",
    ["HEAD", "main", "--all", "a" * 39, "A" * 40, "a" * 40 + "\n", "a" * 20 + ".." + "b" * 18],
)
def test_nothing_but_a_whole_id_is_taken_for_an_object(here, sha):
    here.fetched({"a": b"a"})
    with pytest.raises(GitError):
        here.mirror.list_tree(sha)


@pytest.mark.parametrize(
    "url", ["ext::sh -c touch% x", "file:///etc", "/etc", "ssh://h/x", "git://h/x", "-x"]
)
def test_only_http_is_spoken_with_a_remote(tmp_path, url):
    mirror = GitMirrors(tmp_path / "mirrors").mirror(REPO)
    assert isinstance(mirror.fetch(Remote(url, "a-token"), ("main",)), GitFailed)
    assert not list(tmp_path.rglob("x"))
