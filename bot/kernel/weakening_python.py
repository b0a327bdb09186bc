"""Weakened Python tests, seen in the syntax tree. An old test may gain checks and a tail."""

import ast
from collections import Counter
from collections.abc import Iterator
from copy import copy
from hashlib import sha256

from bot.kernel.values import Breach

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = ("body", "orelse", "finalbody")
_DISABLING = frozenset({"skipif", "skipIf", "skipUnless", "skipTest", "SkipTest", "xfail", "_exit"})
_DISABLING |= {"expectedFailure", "importorskip", "__test__", "load_tests", "collect_ignore"}
_DISABLING |= {"collect_ignore_glob", "pytest_generate_tests", "pytest_collection_modifyitems"}


def python_weakened(path: str, before: str, after: str) -> tuple[Breach, ...]:
    """Compare two versions of one test file; the empty string is no file."""
    try:
        trees = ast.parse(before), ast.parse(after)
        old, new = (_definitions(tree.body) for tree in trees)
        breaches = [*_skipped("this file", *trees), *_compare(old, new)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return (Breach("unparsable", f"{path} cannot be parsed, before or after: mend its syntax"),)
    return tuple(Breach(one.rule, f"{path}: {one.detail}") for one in breaches)


def _definitions(body: list[ast.stmt], prefix: str = "") -> dict[str, ast.AST]:
    """What a scope defines, by qualified name, the last one winning, as when Python runs it."""
    found: dict[str, ast.AST] = {}
    for node in body:
        inner: dict[str, ast.AST] = {}
        match node:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                inner[prefix + name] = node
            case ast.ClassDef(name):
                inner = {prefix + name: node, **_definitions(node.body, f"{prefix}{name}.")}
            case ast.Import(names) | ast.ImportFrom(names=names):
                for one in names:
                    origin = getattr(node, "module", ""), getattr(node, "level", 0), one.name
                    inner[prefix + (one.asname or one.name)] = ast.Constant(str(origin))
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
                for target in ast.walk(node):
                    if isinstance(getattr(target, "ctx", None), ast.Store | ast.Del):
                        key, value = prefix + ast.unparse(target), getattr(node, "value", node)
                        chain = [ast.dump(one) for one in (found.get(key), value) if one]
                        joined = ast.Constant(sha256("".join(chain).encode()).hexdigest())
                        inner[key] = joined if key in found else value
            case _ if hasattr(node, "body"):  # under a condition a definition may not happen
                for block in _BLOCKS:
                    below = f"{prefix}<{block} {_header(node)}>."
                    inner |= _definitions(getattr(node, block, []), below)
        gone = tuple(f"{name}." for name in inner)
        found = {key: value for key, value in found.items() if not f"{key}.".startswith(gone)}
        found |= inner
    return found


def _compare(old: dict[str, ast.AST], new: dict[str, ast.AST]) -> Iterator[Breach]:
    for name, was in old.items():
        now = new.get(name)
        is_test = isinstance(was, Function) and name.rpartition(".")[2].startswith("test")
        if is_test and not isinstance(now, Function):
            yield Breach("test-deleted", f"bring {name} back under its name")
        elif isinstance(was, Function) and isinstance(now, Function) and is_test:
            yield from _function(name, was, now)
        elif isinstance(was, Function):  # a helper or fixture may change, but not check less
            if Counter(_checks(was)) - Counter(_checks(now)):
                yield Breach("assertion-removed", f"bring the checks in {name} back")
        elif isinstance(was, ast.ClassDef):
            if isinstance(now, ast.ClassDef) and _header(was) != _header(now):
                yield Breach("test-rewritten", f"keep the bases and decorators of {name}")
        elif now is not None and not _holds(was, now):
            yield Breach("test-rewritten", f"keep what {name} stands for: tests rely on it")
    for name in new.keys() - old.keys():
        owner, _, method = name.rpartition(".")
        if owner in old and not isinstance(old[owner], ast.ClassDef):
            yield Breach("test-rewritten", f"do not put {method} into {owner}: tests rely on it")
        elif owner in old and method in {"__init__", "__new__"}:
            yield Breach("test-skipped", f"a constructor keeps {owner} from being collected")


def _holds(old: ast.AST, new: ast.AST) -> bool:
    """Whether the new value is the old one, or a literal list or set with more in it."""
    match old, new:
        case (ast.List(a), ast.List(b)) | (ast.Tuple(a), ast.Tuple(b)) | (ast.Set(a), ast.Set(b)):
            return Counter(map(ast.dump, a)) <= Counter(map(ast.dump, b))
    return ast.dump(old) == ast.dump(new)


def _header(node: ast.stmt) -> str:
    """A compound statement without its blocks; the handlers of a try belong to its head."""
    head = copy(node)
    for block in _BLOCKS:
        if hasattr(head, block):
            setattr(head, block, [])
    return ast.dump(head)


def _name(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _is_check(node: ast.AST) -> bool:
    called = isinstance(node, ast.Call) and _name(node.func).lower().startswith(("assert", "fail"))
    return isinstance(node, ast.Assert) or called


def _checks(tree: ast.AST | None) -> Iterator[str]:
    return (ast.dump(node) for node in (ast.walk(tree) if tree else ()) if _is_check(node))


def _function(name: str, was: Function, now: Function) -> Iterator[Breach]:
    """Judge an existing test: all its statements in order, others only behind them."""
    old = [ast.dump(node) for node in was.body if not _is_silent(node)]
    new = [(ast.dump(node), node) for node in now.body if not _is_silent(node)]
    kept = [text for text, node in new if text in old or not _only_asserts(node)]
    keep = f"keep {name} as it was and add a test beside it"
    if Counter(_checks(was)) - Counter(_checks(now)):
        fewer = len([*_checks(now)]) < len([*_checks(was)])
        yield Breach("assertion-removed" if fewer else "assertion-loosened", keep)
    elif kept[: len(old)] != old:
        yield Breach("test-rewritten", keep)
    before, after = ({getattr(one, "arg", "") for one in ast.walk(f.args)} for f in (was, now))
    used = {_name(node) for node in ast.walk(was)} - {""}
    if type(was) is not type(now) or before - after or (after - before) & used:
        yield Breach("test-rewritten", f"{keep}: its arguments changed")
    yield from _skipped(name, was, now)
    yield from _decorators(name, was, now)


def _is_silent(node: ast.stmt) -> bool:
    """Docstrings, ``pass`` and ``...``."""
    bare = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return bare or isinstance(node, ast.Pass)


def _only_asserts(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assert) and ast.NamedExpr not in map(type, ast.walk(node))


def _decorators(name: str, was: Function, now: Function) -> Iterator[Breach]:
    """Decorators stay, but marks that disable may go and parametrize may gain cases."""
    old, new = (
        [one for one in f.decorator_list if _parametrizes(one) or not _marks(one)]
        for f in (was, now)
    )
    if len(old) != len(new):
        yield Breach("test-rewritten", f"keep the decorators of {name}")
    for one, other in zip(old, new, strict=False):
        match one, other:
            case ast.Call(a, [x, cases]), ast.Call(b, [y, more]) if _parametrizes(one):
                same = ast.dump(ast.Tuple([a, x])) == ast.dump(ast.Tuple([b, y]))
                if not same or one.keywords or other.keywords or not _holds(cases, more):
                    yield Breach("cases-removed", f"keep every case of {name}")
            case _ if ast.dump(one) != ast.dump(other):
                yield Breach("test-rewritten", f"keep the decorators of {name}")


def _parametrizes(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and _name(decorator.func) == "parametrize"


def _marks(tree: ast.AST) -> Counter[str]:
    """Everything that can keep a test from running or counting, with its condition."""
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        subject = node.func if isinstance(node, ast.Call) else node
        owner = _name(getattr(subject, "value", subject))
        names = {_name(subject), getattr(node, "name", "")}
        plain = names & {"skip", "exit"} and owner in {"pytest", "mark", "unittest", "skip"}
        if names & _DISABLING or plain:
            found[node.name if isinstance(node, Function) else ast.dump(node)] += 1
    return found


def _skipped(where: str, was: ast.AST, now: ast.AST) -> Iterator[Breach]:
    if _marks(now) - _marks(was):
        yield Breach("test-skipped", f"{where}: no test may be skipped or expected to fail")
