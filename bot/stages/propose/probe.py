"""Which lines of a Python repository its own suite runs: two scripts that run inside the sandbox.

The first is found by every Python process of the suite as `sitecustomize`, and notes each line the
first time it runs: with `sys.monitoring` (Python 3.12 or newer), where a line that was noted costs
nothing more, else with a trace function, which is slower. The second, run by the same Python,
prints the functions, and the parts of functions, of which no line was noted. Both run beside
hostile code, which may forge what they say; so what they print is only a finding, never a proof.
"""

PROBE = r"""
import os, sys, threading

ROOT, TOOL, KNOWN = "/work/", 4, set()

def _note(code, number):
    path = os.path.join("/work", code.co_filename)
    if path.startswith(ROOT) and (path, number) not in KNOWN:
        KNOWN.add((path, number))
        try:
            os.write(NOTED, f"{path}\t{number}\n".encode(errors="replace"))
        except OSError:
            pass

def _local(frame, event, _):
    if event == "line":
        _note(frame.f_code, frame.f_lineno)
    return _local

def _calls(frame, event, _):
    return _local if os.path.join("/work", frame.f_code.co_filename).startswith(ROOT) else None

def _start():
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        threading.settrace(_calls)
        sys.settrace(_calls)
        return

    def line(code, number):
        _note(code, number)
        return monitoring.DISABLE

    monitoring.use_tool_id(TOOL, "evolve")
    monitoring.register_callback(TOOL, monitoring.events.LINE, line)
    monitoring.set_events(TOOL, monitoring.events.LINE)

try:
    NOTED = os.open("/tmp/evolve/noted", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(NOTED, f"=\t{sys.executable}\n".encode(errors="replace"))
    _start()
except (ValueError, OSError):
    pass
"""

REPORT = r"""
import os, re, types

LEAST, MOST = 3, 60
SKIPPED = re.compile(r"(^|/)(\.[^/]*|node_modules|site-packages|tests?|testing|conftest\.py"
                     r"|test_[^/]*|[^/]*_test\.py)(/|$)")
noted = {}
try:
    with open("/tmp/evolve/noted", errors="replace") as lines:
        for line in lines:
            path, _, number = line.rstrip("\n").rpartition("\t")
            if number.isdecimal():
                noted.setdefault(os.path.normpath(path), set()).add(int(number))
except OSError:
    pass

def functions(code):
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            if one.co_flags & 2 and not one.co_name.startswith("<"):
                yield one
            yield from functions(one)

def missing(code, seen):
    lines = sorted({at for _, _, at in code.co_lines() if at} - {code.co_firstlineno})
    if len(lines) < LEAST:
        return
    if not seen & set(lines):
        yield lines[0], lines[-1], "whole", len(lines)
        return
    run = []
    for line in [*lines, None]:
        if line is not None and line not in seen:
            run.append(line)
        elif run:
            yield run[0], run[-1], "part", len(run)
            run = []

found = []
for path, seen in noted.items():
    short = path.removeprefix("/work/")
    if not path.startswith("/work/") or SKIPPED.search(short) or not path.endswith(".py"):
        continue
    try:
        with open(path, "rb") as file:
            module = compile(file.read(), path, "exec")
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        continue
    for code in functions(module):
        name = getattr(code, "co_qualname", code.co_name)
        for first, last, extent, count in missing(code, seen):
            found.append((-count, short, name, first, last, extent))
for _, *row in sorted(found)[:MOST]:
    print("uncovered", *row, sep="\t")
print("measured", len(noted))
"""

COMMAND = (
    'mkdir -p /tmp/evolve && printf %s "$EVOLVE_PROBE" > /tmp/evolve/sitecustomize.py'
    ' && printf %s "$EVOLVE_REPORT" > /tmp/evolve/report.py || exit 97;'
    ' PYTHONPATH="/tmp/evolve${PYTHONPATH:+:$PYTHONPATH}" sh -c "$EVOLVE_SUITE" >/dev/null 2>&1;'
    " code=$?; python=$(sed -n 's/^=\\t//p' /tmp/evolve/noted | head -n 1);"
    ' "${python:-python3}" -I -W ignore /tmp/evolve/report.py; exit $code'
)
"""Runs the suite under the probe, prints the report, and ends as the suite did."""


def probe_variables(suite: str) -> tuple[tuple[str, str], ...]:
    """What `COMMAND` needs: the scripts, and the suite's own command."""
    return (("EVOLVE_PROBE", PROBE), ("EVOLVE_REPORT", REPORT), ("EVOLVE_SUITE", suite))
