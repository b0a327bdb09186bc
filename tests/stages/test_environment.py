"""The test environment: made once from the base, found again, read-only in every later job."""

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.adapters.bubblewrap import Bubblewrap
from bot.adapters.environments import EnvironmentCache
from bot.adapters.toolchains import interpreters, way_out
from bot.domain import policy
from bot.kernel.proof import Ran
from bot.kernel.values import Sha
from bot.stages.environment import (
    Mounts,
    Recipe,
    SetupFailed,
    Way,
    Workshop,
    configured,
    equip,
    recipe,
)
from bot.stages.model import ToolCall
from bot.stages.sandbox import (
    Exited,
    Job,
    Limits,
    SandboxOutcome,
    ToolError,
    ToolOk,
    Unavailable,
)
from bot.stages.suites import Lab, run_suite
from bot.stages.tools import ToolResult, perform
from bot.stages.workspace import Unusable
from tests.adapters.sandboxes import SANDBOX, needs_sandbox
from tests.stages import lab

pytestmark = [pytest.mark.sandbox, needs_sandbox]

REPO = "octo/widgets"
IGNORING = {".gitignore": "made/\nversion.txt\n.venv/\nreport.xml\n"}
MAKE = "mkdir made && echo fresh > made/thing && date +%s%N > made/when"


@dataclass(frozen=True, slots=True)
class Yard:
    """A repository, and a cache of environments."""

    shop: lab.Workshop
    cache: EnvironmentCache
    root: Path

    def workshop(self) -> Workshop:
        mirror, places = self.shop.mirror, self.shop.places
        return Workshop(REPO, mirror, SANDBOX, places, self.cache)

    def recipe(
        self, setup: str, files: Mapping[str, str] = IGNORING, test: policy.TestPolicy | None = None
    ) -> Recipe:
        return recipe(self.workshop(), self.shop.commit(files), setup, test or policy.TestPolicy())

    def equip(self, setup: str, files: Mapping[str, str] = IGNORING) -> Mounts:
        """The environment that this set-up makes; fails the test when it makes none."""
        made = equip(self.workshop(), self.recipe(setup, files))
        assert not isinstance(made, SetupFailed), made.reason
        return made

    def run(self, command: str, mounts: Mounts) -> str:
        """The output of a command in a fresh checkout with these mounts."""
        with self.shop.places.fresh("job") as directory:
            self.shop.mirror.export(self.shop.commit(IGNORING), directory)
            outcome = SANDBOX.run(Job(("/bin/sh", "-c", command), directory, mounts=mounts))
        assert isinstance(outcome, Exited), outcome
        return outcome.output.decode()


@pytest.fixture
def yard(shop: lab.Workshop, tmp_path: Path) -> Yard:
    root = tmp_path / "environments"
    return Yard(shop, EnvironmentCache(root, Way()), root)


def inside(mounts: Mounts) -> list[str]:
    return sorted(place for _, place in mounts)


def test_what_the_set_up_leaves_is_found_by_later_jobs_and_cannot_be_changed(yard: Yard):
    mounts = yard.equip(MAKE)
    assert inside(mounts) == ["/work/made"]
    assert yard.run("cat made/thing", mounts) == "fresh\n"
    spoilt = "echo x > made/thing; rm -rf made; mv made other; touch made/new; cat made/thing"
    assert yard.run(spoilt, mounts).endswith("fresh\n")
    assert yard.run("ls made; cat made/thing", mounts) == "thing\nwhen\nfresh\n"


def test_the_same_recipe_runs_once(yard: Yard):
    first = yard.run("cat made/when", yard.equip(MAKE))
    assert yard.run("cat made/when", yard.equip(MAKE)) == first


@pytest.mark.parametrize(
    "changed",
    [
        {"requirements.txt": "six\n"},
        {"deep/package-lock.json": "{}"},
        {"Cargo.LOCK": ""},
        {".python-version": "3.12"},
        {"tools/prepare": "true"},
    ],
)
def test_another_lockfile_manifest_or_named_script_makes_another_environment(
    yard: Yard, changed: dict[str, str]
):
    setup = f"test -e ./tools/prepare || true; {MAKE}"
    assert yard.recipe(setup, {**IGNORING, **changed}).key != yard.recipe(setup).key


def test_another_set_up_makes_another_environment(yard: Yard):
    assert yard.recipe(f"{MAKE} ").key != yard.recipe(MAKE).key


def test_other_files_make_no_new_environment(yard: Yard):
    files = {**IGNORING, "README.md": "news", "shelf/paging.py": lab.GOOD_CODE}
    assert yard.recipe(MAKE, files).key == yard.recipe(MAKE).key


def test_a_directory_inside_a_tracked_one_is_kept_where_it_is(yard: Yard):
    mounts = yard.equip("mkdir -p tests/made/deep && echo 1 > tests/made/deep/x")
    assert inside(mounts) == ["/work/tests/made"]
    assert yard.run("cat tests/made/deep/x; ls tests/run.py", mounts) == "1\ntests/run.py\n"


def test_files_are_kept_only_when_git_ignores_them(yard: Yard):
    """Any other would show in the checkout as a part of the change."""
    mounts = yard.equip("echo 7 > version.txt; echo 8 > shelf/version.txt; echo 9 > seen.txt")
    assert inside(mounts) == ["/work/shelf/version.txt", "/work/version.txt"]


def test_links_git_directories_and_changed_files_are_not_kept(yard: Yard):
    setup = "ln -s / root; ln -s /etc/passwd p; mkdir .git; echo x > shelf/paging.py; mkfifo f"
    assert yard.equip(setup) == ()


def test_the_report_is_never_part_of_the_environment(yard: Yard):
    """Read-only it could not be written anew, and each run would show the same tests."""
    test = policy.TestPolicy(report="made/report.xml")
    made = equip(yard.workshop(), yard.recipe(f"{MAKE}; mkdir kept", test=test))
    assert not isinstance(made, SetupFailed)
    assert inside(made) == ["/work/kept"]


def test_a_set_up_that_fails_tells_the_end_of_its_output_and_leaves_nothing(yard: Yard):
    failed = equip(yard.workshop(), yard.recipe(f"{MAKE}; echo no such package; exit 3"))
    assert isinstance(failed, SetupFailed)
    assert "exit code 3" in failed.reason
    assert "no such package" in failed.reason
    assert [path.suffix for path in (yard.root / REPO).iterdir()] == [".lock"]


def test_a_set_up_without_end_is_killed_in_its_own_time(yard: Yard):
    test = replace(policy.TestPolicy(), setup_seconds=0.3)
    failed = equip(yard.workshop(), yard.recipe("sleep 60", test=test))
    assert isinstance(failed, SetupFailed)
    assert "test.setup_seconds" in failed.reason


def test_a_failed_set_up_may_succeed_the_next_time(yard: Yard, tmp_path: Path):
    made = yard.recipe("false")
    assert isinstance(equip(yard.workshop(), made), SetupFailed)
    assert equip(yard.workshop(), replace(made, setup=MAKE)) != ()


def test_a_set_up_that_leaves_too_much_apart_is_refused(yard: Yard):
    with pytest.raises(Unusable, match="more than 200"):
        equip(yard.workshop(), yard.recipe("for i in $(seq 201); do mkdir d$i; done"))
    assert not list(yard.root.rglob("content.json"))


def test_the_suites_and_the_model_see_the_environment(yard: Yard):
    mounts = yard.equip(MAKE)
    suite = lab.suite_of(f"cat made/thing && {lab.COMMAND}")
    trial = run_suite(
        Lab(yard.shop.mirror, SANDBOX, yard.shop.places, suite, mounts), "any", yard.shop.commit()
    )
    assert isinstance(trial.suite, Ran)
    with yard.shop.places.fresh("bench") as bench:
        call = ToolCall("1", "run", {"command": "cat made/thing"})
        done = perform(SANDBOX, bench, call, mounts)
    assert isinstance(done, ToolResult)
    assert done.text == "exit code 0\nfresh\n"


def test_the_place_of_an_environment_is_no_change(yard: Yard):
    """Where a directory is mounted an empty one stays behind, which git does not see."""
    mounts = yard.equip("mkdir seen && echo 1 > seen/x && echo 2 > version.txt")
    base = yard.shop.commit(IGNORING)
    with yard.shop.places.fresh("bench") as bench:
        yard.shop.mirror.export(base, bench)
        SANDBOX.run(Job(("true",), bench, mounts=mounts))
        assert (bench / "seen").is_dir()
        assert yard.shop.mirror.snapshot(bench, base) == yard.shop.mirror.tree_of(base)


def test_a_link_on_the_way_to_an_environment_leads_nowhere(yard: Yard, tmp_path: Path):
    mounts = yard.equip("mkdir -p tests/made")
    outside = tmp_path / "outside"
    outside.mkdir()
    for way in (outside, Path("/oldroot") / outside.relative_to("/")):
        with yard.shop.places.fresh("bench") as bench:
            (bench / "tests").symlink_to(way)
            outcome = SANDBOX.run(Job(("true",), bench, mounts=mounts))
        assert not isinstance(outcome, Exited)
        assert list(outside.iterdir()) == []


def test_the_oldest_unused_environments_go_when_there_is_too_much(yard: Yard):
    small = EnvironmentCache(yard.root, Way(), most_bytes=1)
    shop = replace(yard.workshop(), environments=small)
    first, second, third = (yard.recipe(f"mkdir made; echo {n} > made/x") for n in "123")
    for made in (first, second):
        assert not isinstance(equip(shop, made), SetupFailed)
    long_ago = 0, 0
    os.utime(yard.root / REPO / first.key / "content.json", long_ago)
    assert not isinstance(equip(shop, third), SetupFailed)
    kept = [made for made in (first, second, third) if small.find(REPO, made.key)]
    assert kept == [second, third], "what was used within a day may be in use now"


def test_what_a_crash_left_half_made_is_not_found_and_goes(yard: Yard):
    half = yard.root / REPO / ".building-0"
    half.mkdir(parents=True)
    os.utime(half, (0, 0))
    yard.equip(MAKE)
    assert not half.exists()


def test_proxies_with_a_password_stay_out_of_the_sandbox():
    way = way_out(
        {
            "HTTPS_PROXY": "http://someone:secret@proxy:1",
            "http_proxy": "http://proxy:2",
            "GITHUB_TOKEN": "secret",
            "PIP_CERT": "/no/such/file",
        }
    )
    assert way.variables == (("http_proxy", "http://proxy:2"),)


def test_certificates_of_this_machine_are_brought_along(tmp_path: Path):
    bundle = tmp_path / "ca.pem"
    bundle.write_text("a certificate")
    way = way_out({"SSL_CERT_FILE": str(bundle)})
    assert way.mounts == ((bundle, "/certificates/SSL_CERT_FILE.pem"),)
    assert way.variables == (("SSL_CERT_FILE", "/certificates/SSL_CERT_FILE.pem"),)


@pytest.mark.parametrize(
    ("place", "lent"),
    [("opt/node", True), ("home/someone/.cargo", False), ("state", False)],
)
def test_a_toolchain_is_lent_unless_its_place_holds_more(
    place: str, lent: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / place / "bin" / "node"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setenv("HOME", str(tmp_path / "home" / "someone"))
    found = interpreters(tmp_path / "state" / "evolve")
    assert found == (Path(sys.base_prefix), *([tmp_path / place] if lent else []))


@pytest.mark.parametrize(
    ("default", "lent"), [("stable-x", True), ("../../secrets", False), ("gone", False)]
)
def test_the_default_toolchain_of_rustup_is_lent_although_it_lies_in_a_home(
    default: str, lent: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home, bin_ = tmp_path / "home", tmp_path / "home" / ".cargo" / "bin"
    for place in (".rustup/toolchains/stable-x", "secrets"):
        (home / place / "bin").mkdir(parents=True)
        (home / place / "bin" / "cargo").touch()
    bin_.mkdir(parents=True)
    (bin_ / "rustup").write_text("#!/bin/sh\n")
    (bin_ / "rustup").chmod(0o755)
    (bin_ / "cargo").symlink_to("rustup")
    (home / ".rustup" / "settings.toml").write_text(f'default_toolchain = "{default}"\n')
    monkeypatch.setenv("PATH", str(bin_))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("RUSTUP_HOME", raising=False)
    found = interpreters(tmp_path / "state" / "evolve")
    toolchain = home / ".rustup" / "toolchains" / "stable-x"
    assert found == (Path(sys.base_prefix), *([toolchain] if lent else []))


def test_a_set_up_sees_no_secret_of_ours(yard: Yard, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-secret")
    mounts = yard.equip("mkdir made; env > made/env; cat /proc/*/environ >> made/env 2>&1; true")
    assert "a-secret" not in yard.run("cat made/env", mounts)


def test_what_is_configured_is_not_detected(yard: Yard):
    base = yard.shop.commit({"requirements.txt": "six\n"})
    own = policy.TestPolicy(command="make test")
    assert configured(yard.shop.mirror, base, own) == (own, "")


def test_a_repository_with_nothing_to_detect_keeps_the_default(yard: Yard):
    base: Sha = yard.shop.commit()
    assert configured(yard.shop.mirror, base, policy.TestPolicy()) == (policy.TestPolicy(), "")
    assert policy.TestPolicy().suite == "python3 -m pytest -q --junitxml=.evolve-report.xml"


def test_what_is_detected_is_told_and_a_configured_set_up_stays(yard: Yard):
    base = yard.shop.commit({"requirements.txt": "six\n"})
    test, told = configured(yard.shop.mirror, base, policy.TestPolicy(setup="make deps"))
    assert test.setup == "make deps"
    assert test.suite.startswith(".venv/bin/python -m pytest")
    assert told.startswith("detected: pip; tests: .venv/bin/python -m pytest")


@dataclass(frozen=True, slots=True)
class Offline:
    """The sandbox of a machine whose network is gone."""

    sandbox: Bubblewrap

    def run(self, job: Job) -> SandboxOutcome:
        return self.sandbox.run(replace(job, network=False))

    def tool(self, request: dict[str, object], workdir: Path, limits: Limits) -> ToolOk | ToolError:
        return self.sandbox.tool(request, workdir, limits)

    def check(self) -> Unavailable | None:
        return self.sandbox.check()


def reachable(host: str) -> bool:
    try:
        socket.create_connection((host, 443), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.timeout(120)
def test_a_virtual_environment_is_made_from_pypi_once_and_then_needs_no_network(
    yard: Yard, tmp_path: Path
):
    if not reachable("pypi.org"):
        pytest.skip("PyPI cannot be reached from here")
    online = EnvironmentCache(yard.root, way_out(os.environ))
    setup = "python3 -m venv .venv && .venv/bin/pip install -q --retries 0 six"
    made = yard.recipe(setup, {**IGNORING, "requirements.txt": "six\n"})
    mounts = equip(replace(yard.workshop(), environments=online), made)
    assert not isinstance(mounts, SetupFailed), mounts.reason
    assert inside(mounts) == ["/work/.venv"]
    asked = "import six, sys; print(six.__name__, sys.prefix)"
    assert yard.run(f'.venv/bin/python -c "{asked}"', mounts) == "six /work/.venv\n"

    offline = replace(yard.workshop(), sandbox=Offline(SANDBOX))
    again = equip(offline, made)
    assert again == mounts
    assert yard.run(f'.venv/bin/python -c "{asked}"', mounts) == "six /work/.venv\n"
    cold = EnvironmentCache(tmp_path / "cold", way_out(os.environ))
    failed = equip(replace(offline, environments=cold), made)
    assert isinstance(failed, SetupFailed), "so it was the cache that made it unnecessary"
