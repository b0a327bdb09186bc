"""A job in the sandbox: what goes in, what comes out, and what an absent sandbox says."""

import stat
from pathlib import Path

import pytest

from bot.adapters.bubblewrap import Bubblewrap
from bot.stages.sandbox import Exited, Job, Unavailable
from tests.adapters.sandboxes import SANDBOX, needs_sandbox, sh, text

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def test_the_exit_code_comes_back(tmp_path):
    outcome = sh(tmp_path, "exit 42")
    assert isinstance(outcome, Exited)
    assert outcome.code == 42


def test_a_signal_becomes_an_exit_code_above_128(tmp_path):
    outcome = sh(tmp_path, "kill -SEGV $$")
    assert isinstance(outcome, Exited)
    assert outcome.code == 128 + 11


def test_a_missing_command_ends_with_127(tmp_path):
    outcome = SANDBOX.run(Job(("no-such-command",), tmp_path))
    assert isinstance(outcome, Exited)
    assert outcome.code == 127


def test_standard_input_arrives_whole(tmp_path):
    assert text(sh(tmp_path, "wc -c", stdin=bytes(3_000_000))).strip() == "3000000"


def test_a_job_that_does_not_read_its_input_is_no_error(tmp_path):
    assert text(sh(tmp_path, "echo done", stdin=bytes(3_000_000))) == "done\n"


def test_files_written_inside_are_there_afterwards(tmp_path):
    (tmp_path / "in.txt").write_text("question")
    text(sh(tmp_path, "tr a-z A-Z < in.txt > out.txt; chmod 600 out.txt; rm in.txt"))
    assert (tmp_path / "out.txt").read_text() == "QUESTION"
    assert not (tmp_path / "in.txt").exists()


def test_a_work_tree_below_a_closed_directory_is_reached(tmp_path):
    tree = tmp_path / "closed" / "tree"
    tree.mkdir(parents=True)
    (tree / "file").write_text("here")
    tree.parent.chmod(0o700)
    assert text(sh(tree, "cat file")) == "here"


def test_python_is_the_interpreter_we_run_on_and_writes_no_bytecode(tmp_path):
    (tmp_path / "module.py").write_text(
        "import sys, json, ssl, sqlite3; print(sys.version_info[:2])"
    )
    assert "(3, " in text(sh(tmp_path, "python3 -c 'import module'"))
    assert not (tmp_path / "__pycache__").exists()


def test_the_user_has_a_name_and_the_machine_too(tmp_path):
    assert (
        text(sh(tmp_path, "id -un; id -gn; hostname; cat /etc/hosts")).split()[:3]
        == ["sandbox"] * 3
    )


def test_additions_to_the_environment_arrive(tmp_path):
    job = Job(("sh", "-c", 'echo "$CI" "$HOME" "$PWD"'), tmp_path, env=(("CI", "1"),))
    assert text(SANDBOX.run(job)) == "1 /tmp/home /work\n"


def test_a_mount_is_readable_and_not_writable(tmp_path):
    extra, tree = tmp_path / "extra", tmp_path / "tree"
    extra.mkdir()
    tree.mkdir()
    (extra / "data").write_text("given")
    (extra / "data").chmod(0o644)
    extra.chmod(0o755)
    script = "cat /given/deep/data; touch /given/deep/new || echo refused"
    seen = text(SANDBOX.run(Job(("sh", "-c", script), tree, mounts=((extra, "/given/deep"),))))
    assert seen.startswith("given")
    assert seen.endswith("refused\n")


@pytest.mark.parametrize("inside", ["relative", "/a/../etc", "/work", "/"])
def test_a_mount_over_what_the_sandbox_is_made_of_is_a_bug(tmp_path, inside):
    with pytest.raises(ValueError, match="not a place to mount"):
        SANDBOX.run(Job(("true",), tmp_path, mounts=((tmp_path, inside),)))


def test_odd_files_in_the_tree_do_not_disturb_the_next_job(tmp_path):
    script = (
        "mkfifo pipe; ln -s / root; ln -s loop loop; mkdir .git; printf x > 'a\nb'; chmod 0 .git"
    )
    text(sh(tmp_path, script))
    assert stat.S_ISFIFO((tmp_path / "pipe").lstat().st_mode)
    assert text(sh(tmp_path, "echo still here")) == "still here\n"


def test_a_sandbox_that_cannot_start_is_unavailable_and_not_a_failed_command(tmp_path):
    broken = Bubblewrap(interpreters=(Path("/no/such/interpreter"),))
    outcome = broken.run(Job(("true",), tmp_path))
    assert isinstance(outcome, Unavailable)
    assert "/no/such/interpreter" in outcome.reason
    assert outcome.remedy
    assert broken.check() is not None


def test_the_check_of_a_working_sandbox_finds_nothing(tmp_path):
    assert SANDBOX.check() is None
