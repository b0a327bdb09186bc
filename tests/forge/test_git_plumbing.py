"""Reading, comparing and merging in a bare repository."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from forge.git.diff import compare, diff
from forge.git.merging import CleanMerge, Conflict, Merged, rebase, squash, try_merge
from forge.git.objects import ZERO, Signature, TreeEntry
from forge.git.repository import BadPath, Repository, StaleRef

ADA = Signature("Ada", "ada@example.com", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
BOB = Signature("Bob", "bob@example.com", datetime(2026, 2, 2, 3, 4, 5, tzinfo=UTC))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "o" / "r.git")


def commit(
    repository: Repository, parent: str | None, files: dict[str, bytes | None], message: str = "m"
) -> str:
    changes = {
        path: None
        if content is None
        else TreeEntry("100644", "blob", repository.write_blob(content), None, path)
        for path, content in files.items()
    }
    tree = repository.write_tree(parent and parent + "^{tree}", changes)
    return repository.write_commit(tree, (parent,) if parent else (), message, ADA)


def test_a_commit_is_read_back_as_it_was_written(repository: Repository):
    sha = commit(repository, None, {"a.txt": b"1\n"}, "title\n\nbody é")
    read = repository.commit(sha)
    assert (read.author, read.message, read.title, read.parents) == (
        ADA,
        "title\n\nbody é",
        "title",
        (),
    )
    assert repository.read_file(sha, "a.txt") == b"1\n"
    assert repository.read_file(sha, "b.txt") is None
    assert repository.kind(sha) == "commit"
    assert repository.kind(ZERO) is None


def test_a_tree_refuses_a_path_that_would_leave_it_or_enter_the_git_directory(
    repository: Repository,
):
    for path in ("../x", ".git/config", "a/.GIT/config", "/etc/passwd"):
        with pytest.raises(BadPath):
            commit(repository, None, {path: b"x"})


def test_a_file_may_take_the_place_of_a_directory(repository: Repository):
    first = commit(repository, None, {"a/b": b"1"})
    second = commit(repository, first, {"a": b"2"})
    assert [entry.path for entry in repository.tree(second, recursive=True)] == ["a"]


def test_a_ref_moves_only_from_where_it_was_expected(repository: Repository):
    first = commit(repository, None, {"a": b"1"})
    second = commit(repository, first, {"a": b"2"})
    repository.update_ref("refs/heads/main", first, ZERO)
    with pytest.raises(StaleRef):
        repository.update_ref("refs/heads/main", second, ZERO)
    repository.update_ref("refs/heads/main", second, first)
    assert repository.refs() == {"refs/heads/main": second}
    assert repository.resolve("main") == repository.resolve(second[:10]) == second
    assert repository.resolve("nothing") is None
    assert repository.resolve("--all") is None


def test_a_diff_reports_each_kind_of_change_with_its_patch(repository: Repository):
    base = commit(
        repository, None, {"kept.py": b"a\nb\nc", "gone.py": b"g\n", "old.py": b"same\n" * 9}
    )
    head = commit(
        repository,
        base,
        {
            "kept.py": b"a\nB\nc",
            "gone.py": None,
            "old.py": None,
            "näw.py": b"same\n" * 9,
            "bin": b"\0\1",
            "empty": b"",
        },
    )
    changes = {change.path: change for change in diff(repository, base, head)}
    assert {path: change.status for path, change in changes.items()} == {
        "kept.py": "modified",
        "gone.py": "removed",
        "näw.py": "renamed",
        "bin": "added",
        "empty": "added",
    }
    assert changes["kept.py"].patch == (
        "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n\\ No newline at end of file"
    )
    assert (changes["kept.py"].additions, changes["kept.py"].deletions) == (1, 1)
    assert changes["näw.py"].previous_path == "old.py"
    assert changes["bin"].patch is None
    assert changes["gone.py"].deletions == 1


def test_a_file_that_became_a_link_does_not_shift_the_patches_of_others(repository: Repository):
    base = commit(repository, None, {"a": b"a\n", "z": b"z\n"})
    link = TreeEntry("120000", "blob", repository.write_blob(b"z"), None, "a")
    z = TreeEntry("100644", "blob", repository.write_blob(b"Z\n"), None, "z")
    tree = repository.write_tree(base + "^{tree}", {"a": link, "z": z})
    head = repository.write_commit(tree, (base,), "link", ADA)
    first, second = diff(repository, base, head)
    assert (first.path, first.status, first.mode) == ("a", "changed", "120000")
    assert second.patch == "@@ -1 +1 @@\n-z\n+Z"


def test_a_comparison_counts_both_sides_and_diffs_from_the_merge_base(repository: Repository):
    root = commit(repository, None, {"a": b"1\n"})
    base = commit(repository, root, {"b": b"1\n"})
    head = commit(repository, commit(repository, root, {"c": b"1\n"}), {"d": b"1\n"})
    found = compare(repository, base, head)
    assert found is not None
    assert (found.status, found.ahead, found.behind) == ("diverged", 2, 1)
    assert [change.path for change in found.files] == ["c", "d"]
    assert found.commits[-1].sha == head
    same = compare(repository, base, base)
    assert same is not None
    assert same.status == "identical"
    assert compare(repository, base, commit(repository, None, {"x": b""})) is None


def test_changes_to_different_files_merge_and_to_the_same_line_conflict(repository: Repository):
    root = commit(repository, None, {"a": b"1\n", "b": b"1\n"})
    one = commit(repository, root, {"a": b"2\n"})
    other = commit(repository, root, {"b": b"2\n"})
    rival = commit(repository, root, {"a": b"3\n"})
    clean = try_merge(repository, one, other)
    assert isinstance(clean, CleanMerge)
    assert repository.read_file(clean.tree, "a") == b"2\n"
    assert repository.read_file(clean.tree, "b") == b"2\n"
    assert try_merge(repository, one, rival) == Conflict(("a",))


def test_a_squash_has_one_parent_and_all_changes(repository: Repository):
    root = commit(repository, None, {"a": b"1\n"})
    head = commit(repository, commit(repository, root, {"b": b"1\n"}), {"c": b"1\n"})
    merged = squash(repository, root, head, "squashed", ADA, BOB)
    assert isinstance(merged, Merged)
    made = repository.commit(merged.sha)
    assert (made.parents, made.message, made.author, made.committer) == (
        (root,),
        "squashed",
        ADA,
        BOB,
    )
    assert len(diff(repository, root, merged.sha)) == 2


def test_a_rebase_keeps_the_commits_in_order_and_their_authors(repository: Repository):
    root = commit(repository, None, {"a": b"1\n"})
    base = commit(repository, root, {"z": b"1\n"})
    head = commit(repository, commit(repository, root, {"b": b"1\n"}, "one"), {"c": b""}, "two")
    merged = rebase(repository, base, head, BOB)
    assert isinstance(merged, Merged)
    log = repository.log(f"{base}..{merged.sha}")
    assert [(made.message, made.author, made.committer) for made in log] == [
        ("two", ADA, BOB),
        ("one", ADA, BOB),
    ]
    assert repository.read_file(merged.sha, "z") == b"1\n"
    rival = commit(repository, root, {"z": b"2\n"})
    assert rebase(repository, base, rival, BOB) == Conflict(("z",))


def test_what_is_packed_reads_as_what_is_loose(repository: Repository):
    """Loose files are read without git; it makes no difference where a thing lies."""
    blob = repository.write_blob(b"#!/bin/sh\n")
    pinned = TreeEntry("160000", "commit", "1" * 40, None, "vendor/lib")
    changes = {
        "bin/run": TreeEntry("100755", "blob", blob, None, "bin/run"),
        "bin/link": TreeEntry("120000", "blob", repository.write_blob(b"run"), None, "bin/link"),
        "vendor/lib": pinned,
    }
    first = commit(repository, None, {"a.txt": b"1\n", "é/b.txt": b"2\n"}, "one\n\ntext\n\nmore")
    tree = repository.write_tree(first + "^{tree}", changes)
    second = repository.write_commit(tree, (first,), "two", BOB, ADA)
    repository.update_ref("refs/heads/feature/x", second, ZERO)
    repository.update_ref("refs/tags/v1", first, ZERO)
    paths = ("a.txt", "é/b.txt", "bin/run", "bin/link", "bin", "vendor/lib", "bin/run/x", "none")
    names = ("refs/heads/feature/x", "refs/heads/feature", "refs/tags/v1", "refs/heads/../HEAD")

    def reading() -> list[object]:
        return [
            *(repository.commit(sha) for sha in (first, second)),
            *(repository.entry(where, p) for where in ("feature/x", second, "v1") for p in paths),
            *(repository.read_file(second, path) for path in paths),
            *(repository.ref(name) for name in names),
            *(repository.resolve(one) for one in ("feature/x", "v1", "x", first, first[:9], blob)),
        ]

    loose = reading()
    repository.git("pack-refs", "--all")
    repository.git("repack", "-a", "-d", "-q")
    assert not list(repository.path.glob("objects/??/*")), "all is packed"
    assert not (repository.path / "refs/heads/feature/x").exists()
    assert reading() == loose
