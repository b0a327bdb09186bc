"""Commits that GitHub signs for the App, put on a branch with lease, on the forge."""

import pytest

from bot.kernel.values import Sha
from bot.stages.github import Merged, NotAllowed
from bot.stages.landing import FileWrite
from bot.stages.workspace import LeaseLost
from forge.world import protection, pushes
from tests.adapters.github_on_forge import Place, permit

BRANCH = "evolve/1-1"
MESSAGE = "fix: greet\n\nEvolve-Task: octo/hello#1"
GREETING = (FileWrite("README.md", "100644", b"hello, world\n"),)


def tip(at: Place, branch: str) -> Sha:
    return Sha(at.world.git(at.repo).branch(branch) or "")


def commit(
    at: Place,
    expected: Sha | None = None,
    parent: Sha | None = None,
    changes: tuple[FileWrite, ...] = GREETING,
    message: str = MESSAGE,
) -> Sha | LeaseLost:
    start = parent or tip(at, "main")
    return at.github.commit_signed(at.here, BRANCH, start, changes, message, expected)


def made(outcome: Sha | LeaseLost) -> Sha:
    assert not isinstance(outcome, LeaseLost)
    return outcome


def test_the_commit_is_verified_ours_and_on_the_new_branch(at: Place):
    sha = made(commit(at))
    assert tip(at, BRANCH) == sha
    git = at.world.git(at.repo)
    found = git.commit(sha)
    assert (found.parents, found.message) == ((tip(at, "main"),), MESSAGE)
    assert found.author.email == at.github.identity().signature().email
    assert "gpgsig" in git.git("cat-file", "commit", sha).decode()


def test_every_kind_of_file_arrives_as_it_is(at: Place):
    awkward = {
        "text": b"plain\n",
        "none": b"",
        "crlf": b"a\r\nb\r\n",
        "bom": b"\xef\xbb\xbfx",
        "bytes": bytes(range(256)),
        "sub/dir/ünïcode": "zwölf\u200b\n".encode(),
    }
    files = tuple(FileWrite(path, "100644", content) for path, content in awkward.items())
    run = FileWrite("run.sh", "100755", b"#!/bin/sh\n")
    gone = FileWrite("README.md", "100644", None)
    sha = made(commit(at, changes=(*files, run, gone)))
    git = at.world.git(at.repo)
    assert {path: git.read_file(sha, path) for path in awkward} == awkward
    assert git.read_file(sha, "README.md") is None
    entry = git.entry(sha, "run.sh")
    assert entry is not None
    assert entry.mode == "100755"


def test_the_same_step_twice_gives_the_same_commit(at: Place):
    sha = made(commit(at))
    assert commit(at) == sha
    second = made(commit(at, sha, sha, (FileWrite("b", "100644", b"b\n"),)))
    assert commit(at, sha, sha, (FileWrite("b", "100644", b"b\n"),)) == second


def test_a_branch_that_somebody_made_meanwhile_is_left_alone(at: Place):
    theirs = at.push(BRANCH)
    assert isinstance(commit(at), LeaseLost)
    assert tip(at, BRANCH) == theirs


def test_a_branch_that_somebody_moved_is_left_alone(at: Place):
    first = made(commit(at))
    files = {"theirs": "x\n"}
    theirs = pushes.push_commit_as(at.world, at.town.ada, at.repo, BRANCH, files, "mine")
    changes = (FileWrite("b", "100644", b"b\n"),)
    assert isinstance(commit(at, first, first, changes), LeaseLost)
    assert tip(at, BRANCH) == theirs


def test_a_branch_that_somebody_deleted_is_not_made_anew(at: Place):
    first = made(commit(at))
    pushes.delete_branch(at.world, at.town.ada, at.repo, BRANCH)
    assert isinstance(commit(at, first, first), LeaseLost)


def test_a_rebase_moves_the_branch_from_the_expected_commit_only(at: Place):
    old = made(commit(at))
    files = {"other": "x\n"}
    pushes.push_commit_as(at.world, at.town.ada, at.repo, "main", files, "base moved")
    new = made(commit(at, old))
    assert at.world.git(at.repo).commit(new).parents == (tip(at, "main"),)
    assert tip(at, BRANCH) == new
    theirs = at.push(BRANCH, "theirs\n")
    assert isinstance(commit(at, new, message="again"), LeaseLost)
    assert tip(at, BRANCH) == theirs


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["/git/trees$", "/git/commits$", "/git/refs$"])
def test_a_lost_answer_leaves_one_commit_on_the_branch(at: Place, when: str, step: str):
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="POST", path=step)
    sha = made(commit(at))
    assert tip(at, BRANCH) == sha
    assert at.world.git(at.repo).count(f"main..{BRANCH}") == 1


def test_a_branch_that_is_not_ours_is_not_written_to(at: Place):
    with pytest.raises(NotAllowed, match="no branch of ours"):
        at.github.commit_signed(at.here, "main", tip(at, "main"), GREETING, "m", tip(at, "main"))


def test_where_signatures_are_demanded_only_the_signed_commit_can_be_merged(at: Place):
    protection.protect_branch(at.world, at.repo, "main", signed=True)
    signed = made(commit(at))
    pull = at.github.ensure_pull(at.here, BRANCH, "main", "t", "b").number
    outcome = at.github.merge(at.here, pull, permit(signed), "m")
    assert isinstance(outcome, Merged)
    plain = at.push("evolve/1-2", "unsigned\n")
    pull = at.github.ensure_pull(at.here, "evolve/1-2", "main", "t", "b").number
    refused = at.github.merge(at.here, pull, permit(plain), "m")
    assert not isinstance(refused, Merged)
    assert "verified signatures" in refused.reason
