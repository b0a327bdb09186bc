"""The room the bot may never enter stays small, pure and on its own."""

import ast
from pathlib import Path

import pytest

from bot import kernel
from bot.kernel.protected import protected_by
from bot.kernel.values import Kind

FILES = sorted(Path(kernel.__file__).parent.glob("**/*.py"))
PURE = {
    "ast", "collections", "copy", "dataclasses", "decimal", "difflib", "enum", "fnmatch", "hashlib",
    "hmac", "re", "sys", "types", "typing", "unicodedata",
}  # fmt: skip
IMPURE_CALLS = {"open", "exec", "eval", "compile", "input", "print", "__import__", "breakpoint"}
MAX_LINES = 1090


def lines_of_code(text: str) -> int:
    """Lines that hold code or data: not blank, no comment, no docstring."""
    strings = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    prose = {n for one in strings for n in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in prose
        for number, line in enumerate(text.splitlines(), 1)
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_kernel_module_imports_only_pure_standard_modules_and_the_kernel(file):
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import(names):
                modules = [name.name for name in names]
            case ast.ImportFrom(module, level=0):
                modules = [module or ""]
            case ast.ImportFrom():
                pytest.fail("relative imports hide where they lead")
            case _:
                continue
        for module in modules:
            assert module.startswith("bot.kernel.") or module.partition(".")[0] in PURE


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_kernel_module_calls_nothing_that_reaches_outside(file):
    called = {
        node.func.id
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & IMPURE_CALLS


def test_the_kernel_can_be_read_in_an_hour():
    assert sum(lines_of_code(file.read_text()) for file in FILES) <= MAX_LINES


@pytest.mark.parametrize("kind", Kind)
def test_the_kernel_protects_itself_and_its_tests(kind):
    for path in (*FILES, Path(__file__)):
        assert protected_by("/".join(path.parts[-3:]), kind)
