"""Ordinary tools do their work inside: limits and filter are in nobody's way."""

import shutil
import sys
from pathlib import Path

import pytest

from bot.adapters.bubblewrap import Bubblewrap
from bot.stages.sandbox import Exited, Job, Limits
from tests.adapters.sandboxes import SANDBOX, needs_sandbox, python, sh, text

pytestmark = [pytest.mark.sandbox, needs_sandbox]
ROOMY = Limits(seconds=60)
RUST = next(Path.home().glob(".rustup/toolchains/stable-*"), Path("/usr"))


def needs(program: str, path: str = "/usr/local/bin:/usr/bin:/bin") -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program, path=path) is None, reason=f"no {program} here")


def done(outcome) -> str:
    assert isinstance(outcome, Exited), outcome
    assert outcome.code == 0, outcome.output.decode()
    return outcome.output.decode()


def test_pytest_runs_with_junit_and_temporary_files(tmp_path):
    tests = tmp_path / "tree"
    tests.mkdir()
    (tests / "test_it.py").write_text("def test_it(tmp_path): (tmp_path / 'x').write_text('y')\n")
    packages = next(Path(p) for p in sys.path if (Path(p) / "pytest").is_dir())
    job = Job(
        ("python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=out.xml"),
        tests,
        ROOMY,
        env=(("PYTHONPATH", "/packages"), ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")),
        mounts=((packages, "/packages"),),
    )
    assert "1 passed" in done(SANDBOX.run(job))
    assert 'tests="1"' in (tests / "out.xml").read_text()


def test_python_has_threads_processes_locks_and_shared_memory(tmp_path):
    script = """
import asyncio, multiprocessing, socket, subprocess, threading
from multiprocessing.shared_memory import SharedMemory
thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
with multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, -2]))
memory = SharedMemory(create=True, size=5000); memory.close(); memory.unlink()
print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout)
async def echo(reader, writer): writer.write(await reader.readline()); writer.close()
async def main():
    server = await asyncio.start_server(echo, "localhost", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    writer.write(b"loopback\\n")
    print(await reader.readline())
    writer.close(); server.close()
asyncio.run(main())
"""
    seen = text(python(tmp_path, script))
    assert [part in seen for part in ("thread", "[1, 2]", "child", "b'loopback")] == [True] * 4


def test_output_can_be_opened_by_name(tmp_path):
    assert text(sh(tmp_path, "echo a > /dev/stderr; echo b | tee /dev/stdout")) == "a\nb\nb\n"


@needs("git")
def test_git_makes_and_reads_a_commit(tmp_path):
    who = "-c user.name=a -c user.email=a@example.org"
    script = f"git init -q /tmp/r && cd /tmp/r && git {who} commit -q --allow-empty -m first"
    assert done(sh(tmp_path, f"{script} && git log --format=%s", ROOMY)) == "first\n"


@needs("node")
def test_node_starts_children_and_workers_and_sees_its_interfaces(tmp_path):
    (tmp_path / "it.js").write_text("""
const { spawnSync } = require("child_process"), { Worker } = require("worker_threads");
require("crypto").randomBytes(8);
console.log(spawnSync("echo", ["child"]).stdout.toString());
console.log(require("os").networkInterfaces().lo.length);
new Worker("console.log('worker')", { eval: true });
""")
    seen = done(sh(tmp_path, "node it.js", ROOMY))
    assert "child" in seen
    assert "worker" in seen


@needs("gcc")
@needs("make")
def test_a_c_program_with_threads_is_made_and_run(tmp_path):
    (tmp_path / "a.c").write_text(
        "#include <pthread.h>\n#include <stdio.h>\nvoid *f(void *x) { return x; }\n"
        'int main(void) { pthread_t t; pthread_create(&t, 0, f, 0); return puts("made") < 0; }\n'
    )
    (tmp_path / "Makefile").write_text("a: a.c\n\t@gcc -pthread -o a a.c\n")
    assert done(sh(tmp_path, "make -s -j2 && ./a", ROOMY)) == "made\n"


@needs("cargo", path=f"{RUST}/bin")
@needs("gcc")
def test_cargo_tests_a_crate(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "a"\nversion = "0.1.0"\n')
    (tmp_path / "src/lib.rs").write_text("#[test]\nfn it() { assert_eq!(1 + 1, 2) }\n")
    sandbox = Bubblewrap(interpreters=(Path(sys.base_prefix), RUST))
    job = Job(("cargo", "test", "--offline", "--quiet", "--lib"), tmp_path, ROOMY)
    assert "1 passed" in done(sandbox.run(job))


@needs("go")
def test_go_tests_a_module(tmp_path):
    (tmp_path / "go.mod").write_text("module a\n")
    (tmp_path / "a_test.go").write_text(
        'package a\nimport "testing"\nfunc TestA(t *testing.T) {}\n'
    )
    assert "ok" in done(sh(tmp_path, "go test ./...", ROOMY))
