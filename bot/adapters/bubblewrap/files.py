"""The file tools from outside: a request becomes a job, its outcome becomes an answer."""

import json
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from bot.stages.sandbox import (
    Exited,
    Job,
    Killed,
    Limits,
    SandboxOutcome,
    TimedOut,
    ToolError,
    ToolOk,
    Unavailable,
)

_SCRIPT = Path(__file__).with_name("toolbox.py")
_INSIDE = "/toolbox/toolbox.py"
_REPLY_BYTES = 512 * 1024


def toolbox_job(request: dict[str, object], workdir: Path, limits: Limits) -> Job:
    """A job that answers one request: `{"op": "view" | "search" | "edit" | "list", …}`."""
    return Job(
        argv=("python3", "-I", "-S", "-B", _INSIDE),
        workdir=workdir,
        limits=replace(limits, output_bytes=max(limits.output_bytes, _REPLY_BYTES)),
        stdin=json.dumps(request).encode(),
        read_only=request.get("op") != "edit",
        mounts=((_SCRIPT, _INSIDE),),
    )


def parse_reply(outcome: SandboxOutcome) -> ToolOk | ToolError:
    """Read the reply; whatever else happened becomes an error that says what to do."""
    match outcome:
        case Exited(code=0, output=output, truncated=False):
            return _read(output)
        case Exited(output=output):
            tail = output.decode(errors="replace")[-400:]
            return ToolError(f"The file tool failed; ask for less. {tail}")
        case TimedOut(seconds=seconds):
            return ToolError(f"Stopped after {seconds:.0f} s; narrow the path or the pattern.")
        case Killed(reason=reason):
            return ToolError(f"Stopped: {reason}.")
        case Unavailable(reason=reason, remedy=remedy):
            return ToolError(f"There is no sandbox: {reason}; {remedy}")
        case _:
            assert_never(outcome)


def _read(output: bytes) -> ToolOk | ToolError:
    try:
        reply = json.loads(output)
    except ValueError:
        return ToolError("The file tool gave no readable reply.")
    match reply:
        case {"ok": str(text)}:
            return ToolOk(text)
        case {"error": str(text)}:
            return ToolError(text)
        case _:
            return ToolError("The file tool gave no readable reply.")
