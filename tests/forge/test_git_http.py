"""Clone, fetch and push with real git, as people and Apps do it."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from forge.faults import Faults
from forge.git.bridge import GitBridge
from forge.world.entities import Level, Role
from forge.world.people import create_repo, set_permission
from forge.world.protection import protect_branch
from tests.forge.client import Scene
from tests.forge.gitclient import Clone, clone, git


@pytest.fixture
def url(scene: Scene) -> str:
    return str(scene.get(scene.in_repo()).json()["clone_url"])


@pytest.fixture
def work(scene: Scene, url: str, tmp_path: Path) -> Clone:
    return clone(url, tmp_path / "work", scene.token)


def payload(scene: Scene, event: str) -> dict:
    assert scene.forge.wait_idle()
    return json.loads(next(got.body for got in scene.receiver.got if got.event == event))


def test_anybody_may_clone_a_public_repository(url: str, tmp_path: Path):
    assert (clone(url, tmp_path / "work", None).path / "README.md").read_text() == "# sums\n"


def test_an_app_pushes_a_branch_and_the_world_hears_of_it(scene: Scene, work: Clone):
    sha = work.commit({"a.py": "x = 1\n", "README.md": "# new\n"}, "add a")
    done = work.git("push", "--quiet", "origin", "HEAD:refs/heads/topic")
    assert done.code == 0, done.err
    assert scene.world.git(scene.repo).branch("topic") == sha
    push = payload(scene, "push")
    assert (push["ref"], push["after"], push["created"], push["forced"]) == (
        "refs/heads/topic",
        sha,
        True,
        False,
    )
    assert push["commits"][0]["added"] == ["a.py"]
    assert push["commits"][0]["modified"] == ["README.md"]
    assert push["sender"]["login"] == "helper[bot]"
    assert payload(scene, "check_suite")["action"] == "requested"


def test_a_large_compressed_push_arrives_whole(scene: Scene, work: Clone):
    noise = "".join(f"{number * 7919 % 10007}\n" for number in range(200_000))
    work.commit({"big.txt": noise})
    assert work.git("push", "origin", "HEAD:refs/heads/big").code == 0
    assert scene.world.git(scene.repo).read_file("big", "big.txt") == noise.encode()


def test_a_push_with_a_stale_lease_is_refused_and_with_a_good_one_done(
    scene: Scene, work: Clone, url: str, tmp_path: Path
):
    first = work.commit({"a": "1"})
    work.git("push", "origin", "HEAD:refs/heads/topic")
    other = clone(url, tmp_path / "other", scene.token)
    other.git("checkout", "--quiet", "topic")
    second = other.commit({"a": "2"})
    assert other.git("push", "origin", "topic").code == 0
    work.git("commit", "--quiet", "--amend", "-m", "rewritten")
    stale = work.git("push", f"--force-with-lease=topic:{first}", "origin", "HEAD:topic")
    assert stale.code != 0
    assert scene.world.git(scene.repo).branch("topic") == second
    good = work.git("push", f"--force-with-lease=topic:{second}", "origin", "HEAD:topic")
    assert good.code == 0, good.err


def test_no_token_gets_401_with_a_challenge_and_a_bad_one_too(scene: Scene, url: str):
    for header in ({}, {"Authorization": "Basic eDpnaHNfbm9uZQ=="}):
        answer = httpx.get(f"{url}/info/refs?service=git-receive-pack", headers=header)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Basic realm="GitHub"'


def test_an_expired_token_may_no_longer_push(scene: Scene, work: Clone):
    work.commit({"a": "1"})
    scene.clock.advance(hours=1)
    assert "could not read Username" in work.git("push", "origin", "HEAD:refs/heads/x").err


def test_a_token_that_may_only_read_gets_403_on_push(scene: Scene, url: str, tmp_path: Path):
    work = clone(url, tmp_path / "work", scene.token_with(contents=Level.READ))
    work.commit({"a": "1"})
    done = work.git("push", "origin", "HEAD:refs/heads/x")
    assert done.code != 0
    assert "403" in done.err
    assert "Write access to repository not granted." in done.err


def test_a_person_without_write_gets_403_on_push(scene: Scene, url: str, tmp_path: Path):
    work = clone(url, tmp_path / "work", scene.token_of(scene.eve))
    work.commit({"a": "1"})
    assert "denied to eve" in work.git("push", "origin", "HEAD:refs/heads/x").err


def test_a_private_repository_is_hidden_from_who_may_not_see_it(scene: Scene, tmp_path: Path):
    hidden = create_repo(scene.world, scene.ada, "hidden", {"a": "1"}, private=True)
    url = f"{scene.forge.web_url}/{hidden.full_name}.git"
    refs = f"{url}/info/refs?service=git-upload-pack"
    assert httpx.get(refs).status_code == 401
    eve = git("clone", url, str(tmp_path / "eve"), token=scene.token_of(scene.eve))
    assert "not found" in eve.err
    assert git("clone", url, str(tmp_path / "app"), token=scene.token).code != 0
    set_permission(scene.world, hidden, scene.eve, Role.READ)
    clone(url, tmp_path / "again", scene.token_of(scene.eve))


@pytest.mark.parametrize(
    ("push", "words"),
    [
        (("HEAD:main",), "Changes must be made through a pull request."),
        (("--force", "HEAD~2:main"), "Changes must be made through a pull request."),
        ((":main",), "deletion of the current branch prohibited"),
    ],
)
def test_a_protected_branch_takes_no_direct_push(
    scene: Scene, work: Clone, push: tuple[str, ...], words: str
):
    work.commit({"a": "1"})
    work.git("push", "origin", "HEAD:main")
    work.commit({"a": "2"})
    before = scene.world.git(scene.repo).branch("main")
    protect_branch(scene.world, scene.repo, "main", required_reviews=1)
    done = work.git("push", "origin", *push)
    assert done.code != 0
    assert words in done.err
    assert scene.world.git(scene.repo).branch("main") == before


def test_a_protected_branch_takes_no_forced_push_and_other_branches_do(scene: Scene, work: Clone):
    work.commit({"a": "1"})
    work.git("push", "origin", "HEAD:refs/heads/kept", "HEAD:refs/heads/free")
    protect_branch(scene.world, scene.repo, "kept")
    work.git("commit", "--quiet", "--amend", "-m", "rewritten")
    done = work.git("push", "--force", "origin", "HEAD:kept")
    assert "Cannot force-push to this protected branch" in done.err
    assert "Cannot delete this protected branch" in work.git("push", "origin", ":kept").err
    assert work.git("push", "--force", "origin", "HEAD:free").code == 0


def test_a_push_must_have_the_required_checks_of_the_branch(scene: Scene, work: Clone):
    protect_branch(scene.world, scene.repo, "main", required_checks=(("ci / test", None),))
    work.commit({"a": "1"})
    done = work.git("push", "origin", "HEAD:main")
    assert 'Required status check "ci / test" is expected.' in done.err


def test_an_app_without_the_workflows_permission_may_not_push_a_workflow(
    scene: Scene, work: Clone, url: str, tmp_path: Path
):
    work.commit({".github/workflows/ci.yml": "name: ci\n"})
    done = work.git("push", "origin", "HEAD:refs/heads/x")
    assert "refusing to allow a GitHub App to create or update workflow" in done.err
    person = Clone(work.path, scene.token_of(scene.bob))
    assert person.git("push", "origin", "HEAD:refs/heads/x").code == 0
    work.commit({"a": "1"})
    assert work.git("push", "origin", "HEAD:refs/heads/x").code == 0


def test_deleting_a_branch_is_told(scene: Scene, work: Clone):
    work.commit({"a": "1"})
    work.git("push", "origin", "HEAD:refs/heads/x")
    assert work.git("push", "origin", ":x").code == 0
    assert scene.forge.wait_idle()
    pushes = [json.loads(got.body) for got in scene.receiver.got if got.event == "push"]
    assert [push["deleted"] for push in pushes] == [False, True]


def test_nobody_pushes_to_the_refs_of_pull_requests(work: Clone):
    work.commit({"a": "1"})
    assert work.git("push", "origin", "HEAD:refs/pull/1/head").code != 0


def test_git_meets_the_faults_of_the_forge(scene: Scene):
    faults = Faults()
    faults.fail_before(503, method="GET", path=r"\.git/info/refs")
    faults.fail_after(502, method="GET", path=r"\.git/info/refs")

    async def three_times() -> list[int]:
        transport = httpx.ASGITransport(GitBridge(scene.world, faults))
        async with httpx.AsyncClient(transport=transport, base_url="http://git") as client:
            path = f"/{scene.repo.full_name}.git/info/refs?service=git-upload-pack"
            return [(await client.get(path)).status_code for _ in range(3)]

    assert asyncio.run(three_times()) == [503, 502, 200]
