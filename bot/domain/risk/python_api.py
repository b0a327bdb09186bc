"""The public surface of a Python module, from its syntax tree."""

import ast
from collections.abc import Iterable, Iterator
from enum import StrEnum

from bot.domain.risk.surface import Elsewhere, Parameter, Place, Shape, Shown, Signature

_TELLING = {"property", "cached_property", "staticmethod", "classmethod"} | {
    "contextmanager",
    "asynccontextmanager",
}
"""Decorators that say how the thing is used; others are the author's own business."""
_RECORDS = ("dataclass", "define", "frozen", "mutable", "attrs")


class Imports(StrEnum):
    """Which names that a module imports it also offers."""

    NONE = "none"
    OWN = "own"
    """Those from its own package: what an `__init__.py` is there for."""
    ALL = "all"
    """Every one: whatever is bound can be imported from here."""


def python_surface(text: str, imports: Imports) -> dict[str, Shape] | None:
    """What may be imported, and its members; None for what this Python cannot parse."""
    try:
        module = ast.parse(text)
        found = dict(_names(module.body, "", imports))
        exported = _exported(module.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if exported is None:
        return {name: shape for name, shape in found.items() if _public(name)}
    bound = found | {name: Elsewhere() for name in exported if name not in found}
    return {name: shape for name, shape in bound.items() if name.partition(".")[0] in exported}


def _public(name: str) -> bool:
    return not any(part[:1] == "_" != part[-1:] for part in name.split("."))


def _names(body: Iterable[ast.stmt], inside: str, imports: Imports) -> Iterator[tuple[str, Shape]]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _function(node, inside)
            case ast.ClassDef():
                yield from _class(node, inside)
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from ((f"{inside}{name}", Shown("value")) for name in _targets(target))
            case ast.AnnAssign(target=target):
                yield from ((f"{inside}{name}", Shown("value")) for name in _targets(target))
            case ast.Import(names=names) if imports is Imports.ALL:
                for name in names:
                    yield (name.asname or name.name).partition(".")[0], Elsewhere()
            case ast.ImportFrom(names=names, level=level):
                if imports is Imports.ALL or (imports is Imports.OWN and level):
                    yield from ((name.asname or name.name, Elsewhere()) for name in names)
            case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
                yield from _names(_nested(node), inside, imports)
            case _:
                pass


def _nested(node: ast.If | ast.Try | ast.With | ast.For | ast.While) -> Iterator[ast.stmt]:
    yield from node.body
    match node:
        case ast.Try(handlers=handlers, orelse=orelse, finalbody=final):
            for handler in handlers:
                yield from handler.body
            yield from (*orelse, *final)
        case ast.If(orelse=orelse) | ast.For(orelse=orelse) | ast.While(orelse=orelse):
            yield from orelse
        case _:
            pass


def _targets(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _targets(element)
        case _:
            pass


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, inside: str
) -> Iterator[tuple[str, Shape]]:
    marks = [_last_name(mark) for mark in node.decorator_list]
    if "overload" in marks or "setter" in marks or "deleter" in marks:
        return
    how = "async" if isinstance(node, ast.AsyncFunctionDef) else ""
    how = " ".join((*sorted(_TELLING.intersection(marks)), *filter(None, (how,))))
    yield f"{inside}{node.name}", _signature(node.args, how, node.returns)


def _signature(args: ast.arguments, how: str, returns: ast.expr | None) -> Signature:
    found = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(found) - len(args.defaults))
    defaults.extend(args.defaults)
    positional = [
        _parameter(one, default, Place.BY_POSITION if at < len(args.posonlyargs) else Place.EITHER)
        for at, (one, default) in enumerate(zip(found, defaults, strict=True))
    ]
    named = [
        _parameter(one, default, Place.BY_NAME)
        for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
    ]
    return Signature(
        (*positional, *named),
        how,
        rest=args.vararg is not None,
        more=args.kwarg is not None,
        returns=_text(returns) or "",
    )


def _parameter(one: ast.arg, default: ast.expr | None, place: Place) -> Parameter:
    return Parameter(one.arg, place, _text(default), _text(one.annotation) or "")


def _class(node: ast.ClassDef, inside: str) -> Iterator[tuple[str, Shape]]:
    name = f"{inside}{node.name}"
    yield name, Shown("class")
    for base in node.bases:
        yield f"{name}.({ast.unparse(base).replace('.', ':')})", Shown("base")
    yield from _names(node.body, f"{name}.", Imports.NONE)
    marks = {_last_name(mark) for mark in node.decorator_list}
    record = marks.intersection(_RECORDS) or any(_last_name(b) == "NamedTuple" for b in node.bases)
    if record and not any(getattr(one, "name", "") == "__init__" for one in node.body):
        yield f"{name}.__init__", Signature(tuple(_fields(node)))


def _fields(node: ast.ClassDef) -> Iterator[Parameter]:
    place = Place.BY_NAME if "kw_only=True" in _marks(node) else Place.EITHER
    for one in node.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name):
            continue
        kind, value = ast.unparse(one.annotation), _text(one.value)
        if "KW_ONLY" in kind:
            place = Place.BY_NAME
        elif "ClassVar" not in kind and "init=False" not in (value or ""):
            given = value is not None and not (
                value.startswith("field(") and "default" not in value
            )
            yield Parameter(one.target.id, place, value if given else None, kind)


def _marks(node: ast.ClassDef) -> str:
    return " ".join(ast.unparse(mark) for mark in node.decorator_list)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Call(func=function):
            return _last_name(function)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _text(node: ast.expr | None) -> str | None:
    return None if node is None else ast.unparse(node)


def _exported(body: Iterable[ast.stmt]) -> frozenset[str] | None:
    """The names in `__all__`; None without it, or where it is worked out at run time."""
    found: set[str] | None = None
    for node in body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=value)
            ):
                found = _strings(value)
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                more = _strings(value)
                found = None if found is None or more is None else found | more
            case _:
                pass
    return None if found is None else frozenset(found)


def _strings(node: ast.expr | None) -> set[str] | None:
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            texts = [e.value for e in elements if isinstance(e, ast.Constant)]
            names = {text for text in texts if isinstance(text, str)}
            return names if len(texts) == len(elements) else None
        case _:
            return None
