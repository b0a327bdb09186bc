"""What must hold inside the sandbox; the ways out themselves are in `escapes.py`."""

import os
import socket
from pathlib import Path

import pytest

from bot.stages.sandbox import Exited, Job
from tests.adapters.escapes import KERNEL_FILES
from tests.adapters.sandboxes import SANDBOX, needs_sandbox, python, sh, text

pytestmark = [pytest.mark.sandbox, needs_sandbox]


@pytest.mark.parametrize("path", ["/usr/bin/evil", "/etc/evil", "/evil", "/dev/evil", "/root/evil"])
def test_nothing_outside_the_work_tree_can_be_written(tmp_path, path):
    outcome = sh(tmp_path, f"touch {path}")
    assert isinstance(outcome, Exited)
    assert outcome.code != 0
    assert not Path(path).exists()


def test_the_environment_holds_nothing_of_the_hosts(tmp_path, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-the-host")
    seen = text(sh(tmp_path, "env; cat /proc/self/environ /proc/[0-9]*/environ"))
    assert "key-of-the-host" not in seen
    assert "ANTHROPIC" not in seen


def test_the_parents_processes_are_not_to_be_seen(tmp_path):
    seen = text(sh(tmp_path, "cd /proc && ls -d [0-9]*; echo; cat /proc/[0-9]*/cmdline"))
    pids = [int(line) for line in seen.split("\n\n")[0].split()]
    assert max(pids) < 10


def test_the_job_is_an_unprivileged_user_without_capabilities(tmp_path):
    seen = text(sh(tmp_path, "id -u; grep -E 'Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs' /proc/self/status"))
    uid, *lines = seen.splitlines()
    assert uid == "1000"
    values = {line.split()[0]: int(line.split()[1], 16) for line in lines}
    assert values.pop("NoNewPrivs:") == 1
    assert set(values.values()) == {0}
    assert len(values) == 4


def test_no_descriptor_of_the_host_is_open(tmp_path):
    assert text(sh(tmp_path, "for f in /proc/self/fd/*; do echo ${f##*/}; done")).split() == [
        "0",
        "1",
        "2",
        "3",
    ]


def test_a_read_only_job_cannot_write_the_work_tree(tmp_path):
    outcome = SANDBOX.run(Job(("touch", "new"), tmp_path, read_only=True))
    assert isinstance(outcome, Exited)
    assert outcome.code != 0
    assert not (tmp_path / "new").exists()


def test_the_only_devices_are_those_that_give_or_take_bytes(tmp_path):
    devices = [f"/dev/{name}" for name in ("full", "null", "random", "urandom", "zero")]
    script = "find /dev -exec stat -c %F=%n {} + | grep special | cut -d= -f2"
    assert sorted(text(sh(tmp_path, script)).split()) == devices
    mounts = [line.split() for line in text(sh(tmp_path, "cat /proc/mounts")).splitlines()]
    assert sorted(at for _, at, _, how, *_ in mounts if "nodev" not in how.split(",")) == devices


def test_a_device_cannot_be_made(tmp_path):
    outcome = sh(tmp_path, "mknod disk b 254 0 2>&1 || mknod /tmp/kmsg c 1 11")
    assert isinstance(outcome, Exited)
    assert outcome.code != 0
    assert not (tmp_path / "disk").exists()


@pytest.mark.parametrize("name", KERNEL_FILES)
def test_what_tells_of_the_kernel_cannot_be_read(tmp_path, name):
    outcome = sh(tmp_path, f"head -c 20 /proc/{name}")
    assert isinstance(outcome, Exited)
    assert outcome.code != 0
    assert b"Permission denied" in outcome.output or b"No such file" in outcome.output


def test_no_file_of_proc_can_be_written(tmp_path):
    script = """
import os
made = []
for top, below, names in os.walk("/proc"):
    below[:] = [name for name in below if name not in ("task", "fd", "map_files")]
    for name in names:
        try:
            os.close(os.open(os.path.join(top, name), os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW))
            made.append(os.path.join(top, name))
        except OSError:
            pass
print(made)
"""
    assert text(python(tmp_path, script)).strip() == "[]"


def test_a_setting_of_the_kernel_can_be_read_and_not_changed(tmp_path):
    script = "cat /proc/sys/kernel/ngroups_max; echo 9 > /proc/sys/kernel/shmall"
    seen = text(sh(tmp_path, script))
    assert seen.split()[0].isdigit()
    assert "Read-only" in seen or "Permission denied" in seen


def test_the_kernel_ends_the_job_before_the_bot_when_memory_runs_out(tmp_path):
    script = "echo 0 > /proc/self/oom_score_adj; cat /proc/self/oom_score_adj"
    assert text(sh(tmp_path, script)).endswith("1000\n")


def test_a_job_with_network_does_not_reach_the_hosts_abstract_sockets(tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0sandbox-test-{os.getpid()}")
        server.listen()
        name = repr(server.getsockname())
        script = f"import socket; socket.socket(socket.AF_UNIX).connect({name}); print('reached')"
        for network in (True, False):
            seen = text(SANDBOX.run(Job(("python3", "-c", script), tmp_path, network=network)))
            assert "reached" not in seen
            assert ("not supported" if network else "refused") in seen


def test_handing_over_the_tree_does_not_follow_links_out_of_it(tmp_path):
    outside, tree = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    tree.mkdir()
    (outside / "file").write_text("mine")
    (tree / "dir").symlink_to(outside)
    (tree / "file").symlink_to(outside / "file")
    assert isinstance(sh(tree, "true"), Exited)
    assert outside.stat().st_uid == os.getuid()
    assert (outside / "file").stat().st_uid == os.getuid()
