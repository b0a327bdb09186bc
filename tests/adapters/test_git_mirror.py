"""A mirror and its remote: what it fetches, commits and pushes, and what it refuses."""

import base64
import os
import subprocess
import threading

import pytest

from bot.adapters.git import GitError, GitMirrors
from bot.adapters.git.command import GitCommand
from bot.kernel.values import Sha
from bot.stages.workspace import GitFailed, LeaseLost, Pushed, Remote, Signature
from tests.adapters.repositories import AUTHOR, REPO, WHEN, place


@pytest.fixture
def here(tmp_path):
    return place(tmp_path)


class TestFetching:
    def test_a_branch_and_a_commit_id_can_be_fetched_and_resolved(self, here):
        main = here.commit({"a": b"1"})
        other = here.commit({"a": b"2"}, branch="feature/x")
        assert here.mirror.resolve("main") is None
        assert here.mirror.fetch(here.remote, ("main", other)) is None
        assert here.mirror.resolve("main") == main
        assert here.mirror.resolve(other) == other
        assert here.mirror.resolve("feature/x") is None

    def test_a_forced_branch_is_followed(self, here):
        here.fetched({"a": b"1"})
        moved = here.fetched({"a": b"2"})
        assert here.mirror.resolve("main") == moved

    def test_a_branch_that_is_not_there_is_a_failure_that_says_so(self, here):
        here.commit({"a": b"1"})
        failed = here.mirror.fetch(here.remote, ("no-such",))
        assert isinstance(failed, GitFailed)
        assert "no-such" in failed.reason

    @pytest.mark.parametrize(
        "ref", ["--upload-pack=evil", "a..b", "", "a b", "x:y", "a\nb", "a.lock"]
    )
    def test_an_odd_name_is_no_branch(self, here, ref):
        assert isinstance(here.mirror.fetch(here.remote, (ref,)), GitFailed)
        assert here.mirror.resolve(ref) is None

    @pytest.mark.parametrize("url", ["ext::sh -c 'touch /tmp/evil'", "/tmp/x", "ssh://host/x"])
    def test_other_protocols_are_refused(self, tmp_path, url):
        mirror = GitMirrors(tmp_path / "mirrors").mirror(REPO)
        failed = mirror.fetch(Remote(url, "secret-token"), ("main",))
        assert isinstance(failed, GitFailed)
        assert "not allowed" in failed.reason

    def test_the_file_protocol_is_only_for_tests(self, here, tmp_path):
        here.commit({"a": b"1"})
        mirror = GitMirrors(tmp_path / "mirrors").mirror(REPO)
        failed = mirror.fetch(here.remote, ("main",))
        assert isinstance(failed, GitFailed)
        assert "not allowed" in failed.reason

    def test_credentials_in_the_url_are_refused_unseen(self, here):
        failed = here.mirror.fetch(Remote("https://user:pw-123@host/x", ""), ("main",))
        assert isinstance(failed, GitFailed)
        assert "pw-123" not in failed.reason

    @pytest.mark.parametrize("repo", ["x", "../x", "a/../b", "a/b/c", "a/.git", "-/..", "a/"])
    def test_an_odd_repository_name_opens_no_mirror(self, tmp_path, repo):
        with pytest.raises(GitError, match="not the name"):
            GitMirrors(tmp_path).mirror(repo)

    def test_a_repository_may_be_named_like_a_hidden_file(self, tmp_path):
        assert GitMirrors(tmp_path).mirror("octo/.github").resolve("main") is None

    def test_many_at_once_wait_for_each_other(self, here):
        here.commit({"a": b"1"})
        answers = []
        threads = [
            threading.Thread(
                target=lambda: answers.append(here.mirror.fetch(here.remote, ("main",)))
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [None] * 4


class TestTheToken:
    def test_it_travels_in_the_environment_of_git_alone(self, tmp_path):
        variables = GitCommand(tmp_path).variables("tok-123")
        header = base64.b64encode(b"x-access-token:tok-123").decode()
        assert [v for v in variables.values() if header in v] == [f"Authorization: Basic {header}"]
        assert not any("tok-123" in value for value in variables.values())
        assert not any(header in value for value in GitCommand(tmp_path).variables().values())

    def test_it_is_taken_out_of_what_git_complains(self, tmp_path):
        mirror = GitMirrors(tmp_path).mirror(REPO)
        failed = mirror.fetch(Remote("http://127.0.0.1:1/tok-123.git", "tok-123"), ("main",))
        assert isinstance(failed, GitFailed)
        assert "tok-123" not in failed.reason

    def test_it_is_not_in_the_mirror_afterwards(self, here):
        here.fetched({"a": b"1"})
        directory = here.mirror._git.directory
        files = [path for path in directory.rglob("*") if path.is_file()]
        assert files
        assert not any(here.remote.token.encode() in path.read_bytes() for path in files)

    def test_nothing_of_our_environment_reaches_git(self, tmp_path, monkeypatch):
        monkeypatch.setenv("GIT_DIR", "/elsewhere")
        monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
        variables = GitCommand(tmp_path).variables()
        assert "GIT_DIR" not in variables
        assert "ANTHROPIC_API_KEY" not in variables

    def test_hooks_and_filters_never_run(self, here, tmp_path):
        hook = here.mirror._git.directory / "hooks" / "reference-transaction"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        hook.chmod(0o755)
        here.fetched({"a": b"1"})
        assert not (tmp_path / "ran").exists()


class TestCommitting:
    def test_the_same_arguments_give_the_same_id(self, here):
        base = here.fetched({"a": b"1"})
        tree = here.mirror.tree_of(base)
        message = "Fix it ✓\n\nEvolve-Task: octo/widgets#1\n"
        one, two = (here.mirror.commit(tree, base, message, AUTHOR, WHEN) for _ in range(2))
        assert one == two
        shown = here.mirror._git.output("cat-file", "commit", one).decode()
        assert f"parent {base}\n" in shown
        assert f"author {AUTHOR.name} <{AUTHOR.email}> {WHEN} +0000\n" in shown
        assert shown.endswith(f"\n\n{message}")


class TestPushing:
    @pytest.fixture
    def ours(self, here):
        base = here.fetched({"a": b"1"})
        return here.mirror.commit(here.mirror.tree_of(base), base, "ours\n", AUTHOR, WHEN)

    def test_a_new_branch_is_made(self, here, ours):
        assert here.mirror.push(here.remote, ours, "evolve/1-1", None) == Pushed(ours)
        assert here.git("rev-parse", "refs/heads/evolve/1-1") == ours

    def test_pushing_again_finds_it_done(self, here, ours):
        here.mirror.push(here.remote, ours, "evolve/1-1", None)
        assert here.mirror.push(here.remote, ours, "evolve/1-1", None) == Pushed(ours)

    def test_a_branch_that_exists_already_is_not_overwritten(self, here, ours):
        theirs = here.commit({"a": b"theirs"}, branch="evolve/1-1")
        assert isinstance(here.mirror.push(here.remote, ours, "evolve/1-1", None), LeaseLost)
        assert here.git("rev-parse", "refs/heads/evolve/1-1") == theirs

    def test_the_lease_must_be_what_the_branch_is_at(self, here, ours):
        first = here.commit({"a": b"first"}, branch="evolve/1-1")
        lost = here.mirror.push(here.remote, ours, "evolve/1-1", Sha("1" * 40))
        assert isinstance(lost, LeaseLost)
        assert first in lost.reason
        assert here.mirror.push(here.remote, ours, "evolve/1-1", first) == Pushed(ours)

    def test_a_remote_that_refuses_says_why(self, here, ours):
        hook = here.directory / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho protected by a rule >&2\nexit 1\n")
        hook.chmod(0o755)
        failed = here.mirror.push(here.remote, ours, "evolve/1-1", None)
        assert isinstance(failed, GitFailed)
        assert "protected by a rule" in failed.reason

    def test_a_remote_that_is_away_is_a_failure(self, here, ours):
        away = Remote(f"{here.url}-away", "")
        assert isinstance(here.mirror.push(away, ours, "evolve/1-1", None), GitFailed)

    @pytest.mark.parametrize("branch", ["--delete", "a:b", "../x", "", "a b", "-x", "x.lock"])
    def test_an_odd_branch_is_refused(self, here, ours, branch):
        assert isinstance(here.mirror.push(here.remote, ours, branch, None), GitFailed)


def test_a_call_that_takes_too_long_is_ended(here, tmp_path):
    here.commit({"a": b"1"})
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "git").write_text("#!/bin/sh\nexec sleep 1000\n")
    (slow / "git").chmod(0o755)
    git = GitCommand(tmp_path)
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{slow}:{path}"
    try:
        done = git.call("fetch", seconds=0.2)
    finally:
        os.environ["PATH"] = path
    assert done.code == 124
    assert "took longer" in done.errors
    listed = subprocess.run(("ps", "-eo", "args"), capture_output=True, check=True).stdout
    assert b"sleep 1000\n" not in listed


class TestMergingTrees:
    def test_two_sides_that_fit_are_one_tree(self, here):
        ours, theirs = self.sides(here, {"a": b"1\n", "b": b"2\n"}, {"a": b"0\n", "c": b"3\n"})
        merged = here.mirror.merge_trees(ours, theirs)
        files = {one.path for one in here.mirror.list_tree(merged.tree)}
        assert (merged.conflicts, files) == ((), {"a", "b", "c"})

    def test_what_does_not_fit_is_named_and_holds_both_sides(self, here):
        ours, theirs = self.sides(here, {"a": b"ours\n"}, {"a": b"theirs\n"})
        merged = here.mirror.merge_trees(ours, theirs)
        text = here.mirror.read_file(merged.tree, "a")
        assert merged.conflicts == ("a",)
        assert text is not None
        assert b"<<<<<<<" in text
        assert b"ours\n" in text
        assert b"theirs\n" in text

    def test_commits_without_a_common_history_are_refused(self, here):
        ours = here.fetched({"a": b"1\n"})
        theirs = here.fetched({"b": b"1\n"})
        with pytest.raises(GitError, match="unrelated histories"):
            here.mirror.merge_trees(ours, theirs)

    def sides(self, here, ours, theirs):
        """Two children of one commit, in the mirror."""
        base = here.fetched({"a": b"0\n"})

        def child(files):
            tree = here.mirror.tree_of(here.fetched(files))
            return here.mirror.commit(tree, base, "a side", AUTHOR, WHEN)

        return child(ours), child(theirs)


def test_subjects_are_the_newest_first_without_merges_and_bots(here):
    first = here.commit({"a": b"1"})
    mirror = here.mirror
    mirror.fetch(here.remote, ("main",))
    tree, people = mirror.tree_of(first), Signature("Ada", "ada@example.com")
    second = mirror.commit(tree, first, "read dates\n\nbody", people, WHEN)
    bots = mirror.commit(tree, second, "feat: by a bot", AUTHOR, WHEN)
    third = mirror.commit(tree, bots, "no\ttab\x07", people, WHEN)
    assert mirror.subjects(third, 60)[:2] == ("no\ttab\x07", "read dates")
    assert len(mirror.subjects(third, 60)) == 3
    assert mirror.subjects(third, 1) == ("no\ttab\x07",)
