"""The model's tool calls: whatever it sends as arguments, only what was meant can happen."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.kernel.values import Risk
from bot.stages.model import ToolCall
from bot.stages.sandbox import Exited, Job, Limits, SandboxOutcome, ToolOk, Unavailable
from bot.stages.tools import (
    CHANGE_TOOLS,
    OUTPUT_CHARS,
    RUN_SECONDS,
    RUN_SECONDS_MOST,
    Submission,
    Submitted,
    ToolResult,
    perform,
    shorten,
)
from tests.adapters.sandboxes import SANDBOX, needs_sandbox

DONE = Exited(0, b"done", 0.1, truncated=False)


class Recorder:
    """A sandbox that writes down what it was asked, and does nothing."""

    def __init__(self, outcome: SandboxOutcome = DONE) -> None:
        self.jobs: list[Job] = []
        self.requests: list[dict[str, object]] = []
        self._outcome = outcome

    def run(self, job: Job) -> SandboxOutcome:
        self.jobs.append(job)
        return self._outcome

    def tool(self, request: dict[str, object], workdir: Path, limits: Limits) -> ToolOk:
        self.requests.append(request)
        return ToolOk("done")

    def check(self) -> None:
        return None


HERE = Path("/nowhere")


def asked(name: str, **arguments: object) -> ToolResult | Submitted:
    return perform(Recorder(), HERE, ToolCall("t1", name, arguments))


def seconds_for(wanted: object) -> float:
    """How long a command may run when the model asks for so many seconds."""
    recorder = Recorder()
    perform(recorder, HERE, ToolCall("t1", "run", {"command": "true", "timeout_s": wanted}))
    return recorder.jobs[0].limits.seconds


@pytest.mark.parametrize("name", ["view", "search", "edit"])
def test_the_model_cannot_choose_another_operation_than_the_tool_it_calls(name: str):
    recorder = Recorder()
    call = ToolCall("t1", name, {"op": "anything", "path": "a.py"})
    assert perform(recorder, HERE, call) == ToolResult("t1", "done", failed=False)
    assert recorder.requests == [{"op": name, "path": "a.py"}]


def test_a_tool_that_is_not_there_is_named_in_the_answer():
    assert asked("bash", command="id") == ToolResult("t1", "There is no tool `bash`.", failed=True)


@pytest.mark.parametrize("command", [None, 7, "", "  ", ["ls"], {"sh": "ls"}, True])
def test_what_is_no_command_is_not_run(command: object):
    recorder = Recorder()
    answer = perform(recorder, HERE, ToolCall("t1", "run", {"command": command}))
    assert isinstance(answer, ToolResult)
    assert answer.failed
    assert recorder.jobs == []


def test_a_command_runs_without_network_in_a_shell_of_the_sandbox():
    recorder = Recorder()
    perform(recorder, HERE, ToolCall("t1", "run", {"command": "ls -l", "network": True}))
    (job,) = recorder.jobs
    assert job.argv == ("/bin/sh", "-c", "ls -l")
    assert (job.network, job.mounts, job.env) == (False, (), ())


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (None, RUN_SECONDS),
        ("soon", RUN_SECONDS),
        ([], RUN_SECONDS),
        (float("nan"), RUN_SECONDS),
        (5, 5.0),
        (2.5, 2.5),
        (0, 1.0),
        (-3, 1.0),
        (10**6, RUN_SECONDS_MOST),
        (10**400, RUN_SECONDS_MOST),
        (-(10**400), 1.0),
        (float("inf"), RUN_SECONDS_MOST),
    ],
)
def test_the_time_of_a_command_is_always_bounded(wanted: object, given: float):
    assert seconds_for(wanted) == given


def test_a_command_that_fails_says_so_with_its_output():
    outcome = Exited(3, b"no such\xff file", 0.1, truncated=False)
    answer = perform(Recorder(outcome), HERE, ToolCall("t1", "run", {"command": "x"}))
    assert answer == ToolResult("t1", "exit code 3\nno such\N{REPLACEMENT CHARACTER} file", True)


def test_without_a_sandbox_nothing_runs_and_the_model_is_told():
    outcome = Unavailable("bubblewrap is missing", "install it")
    answer = perform(Recorder(outcome), HERE, ToolCall("t1", "run", {"command": "x"}))
    assert answer == ToolResult("t1", "no sandbox: bubblewrap is missing", failed=True)


def test_a_submission_holds_what_was_said_and_nothing_else():
    answer = asked("submit", summary=" done ", risk="low", tests=["a::b"], approved=True)
    assert answer == Submitted("t1", Submission("done", Risk.LOW, ("a::b",)))


@pytest.mark.parametrize("summary", [None, "", "  ", 7, ["done"]])
def test_a_submission_without_a_summary_is_none(summary: object):
    answer = asked("submit", summary=summary, risk="low", tests=[])
    assert isinstance(answer, ToolResult)
    assert "summary" in answer.text


@pytest.mark.parametrize("risk", [None, "", "none", "LOW", 0, ["low"], {}])
def test_a_submission_without_a_known_risk_is_none(risk: object):
    answer = asked("submit", summary="done", risk=risk, tests=[])
    assert isinstance(answer, ToolResult)
    assert "low, medium, high, breaking" in answer.text


@pytest.mark.parametrize("tests", [None, "a::b", 7, {"a": 1}])
def test_tests_that_are_no_list_are_no_tests(tests: object):
    answer = asked("submit", summary="done", risk="low", tests=tests)
    assert isinstance(answer, Submitted)
    assert answer.submission.tests == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
names = st.sampled_from([*(tool.name for tool in CHANGE_TOOLS), "bash", ""])
keys = st.sampled_from(["command", "timeout_s", "summary", "risk", "tests", "path", "op"])


@given(names, st.dictionaries(keys, json_values))
def test_no_arguments_whatever_break_a_tool(name: str, arguments: dict[str, object]):
    recorder = Recorder()
    answer = perform(recorder, HERE, ToolCall("t1", name, arguments))
    assert isinstance(answer, ToolResult | Submitted)
    assert all(1 <= job.limits.seconds <= RUN_SECONDS_MOST for job in recorder.jobs)


@given(st.text(max_size=200), st.integers(0, 30_000))
def test_a_long_output_keeps_its_head_and_its_tail(text: str, more: int):
    long = text + "x" * more + text[::-1]
    short = shorten(long)
    assert len(short) <= OUTPUT_CHARS + 60
    if len(long) <= OUTPUT_CHARS:
        assert short == long
    else:
        assert short.startswith(long[:100])
        assert short.endswith(long[-100:])
        assert "characters left out" in short


def test_an_empty_output_is_told_as_such_because_the_api_takes_no_empty_result():
    assert ToolResult("t1", "", failed=False).block()["content"] == "(no output)"


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret", "a/../../secret", "link"])
@pytest.mark.parametrize("name", ["view", "edit"])
@pytest.mark.sandbox
@needs_sandbox
def test_a_path_out_of_the_repository_leads_nowhere(tmp_path: Path, name: str, path: str):
    (tmp_path / "secret").write_text("TOP SECRET")
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "link").symlink_to(tmp_path / "secret")
    arguments = {"path": path, "old": "TOP", "new": "NOT"}
    answer = perform(SANDBOX, repository, ToolCall("t1", name, arguments))

    assert isinstance(answer, ToolResult)
    assert answer.failed
    assert "TOP SECRET" not in answer.text
    assert (tmp_path / "secret").read_text() == "TOP SECRET"


@pytest.mark.sandbox
@needs_sandbox
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["view", "search", "edit"]),
    arguments=st.dictionaries(
        st.sampled_from(["path", "pattern", "start", "end", "old", "new", "op"]), json_values
    ),
)
def test_the_file_tools_answer_any_arguments_in_the_real_sandbox(
    tmp_path: Path, name: str, arguments: dict[str, object]
):
    (tmp_path / "a.py").write_text("x = 1\n")
    answer = perform(SANDBOX, tmp_path, ToolCall("t1", name, arguments))
    assert isinstance(answer, ToolResult)
    assert answer.text
