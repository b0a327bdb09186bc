"""A test file as its tests and what stands around them, read by line and indentation.

Python is first written anew from its syntax tree: layout, comments and docstrings are gone. Other
languages are read as their formatters leave them; where that fails a test seems lost, and the
change is refused.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_HASH_COMMENTS = frozenset({"rb", "sh", "bash", "bats", "ex", "exs", "r", "jl", "pl", "nim"})
_COMMENT = r"//(?!go:build| \+build).*|/\*[\s\S]*?(?:\*/|\Z)"
STRING = (  # a lifetime is no string, and a quote in a regular expression opens none
    r'\b[rb]{1,2}(?P<n>#*)"[\s\S]*?"(?P=n)|"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`|'
    r"(?<![<&])'(?:\\.|[^'\\\n])*'|(?<=[(,=:\[!])\s?/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/*\\\n\[])+/"
)
_MARK = re.compile(r"^([ \t]*(?:#\[|@(?!\w+ *=)).*[^{\n])\n+", re.MULTILINE)
_CONTINUES = re.compile(r"[)\]}.]|\{$|(?:end|else|elif|except|finally)\b")
_GROUP = re.compile(
    r"[xf]?(?:describe|context|suite)\b|(?:\w+ )*(?:mod|class) |import\($|\w+!\{|(?!.*\bdef ).*:$|"
    r"for\(.*\{$|.*\.forEach\(.*\{$"
)
_TEST = re.compile(
    r"[xf]?(?:it|test|specify)(?:\.\w+)*[(`\"']|(?:async )?def test|func(?: |\(.*?\))(?:Test|Fuzz)"
    r"(?!Main)|(?:\w+ )*(?:void|fun|function) \w*[tT]est\w*\(|\w*test!\("
)
CHECK = re.compile(
    r"(?i)assert|(?<!\.)\bexpect(?!ed)|\bshould(?![a-z_])|\bmust_|\brequire\.|\bverify|\bcheck\w*\(|"
    r"\bt\.(?:Error|Fatal|Fail)|\.fail\w*\("
)
_TEST_MARK = re.compile(r"#\[(?:\w+::)*(?:test|rstest)\b|@(?:\w*Test|Property|test)\b")
_NAME = re.compile(
    r"(?:\w+ )*?(?:(?:def|fu?n(?:c(?:\(.*?\)|tion)?)?|class|mod|void)\b ?|\w*test!\()(\w+)"
)
_TITLE = re.compile(r"([\"'`])((?:(?!\1).)*)\1(?:,|do\b|\{)")


@dataclass(frozen=True, slots=True)
class Block:
    """One statement: the group it is in, its decorators or attributes, its lines."""

    where: str
    marks: tuple[str, ...]
    head: str
    body: tuple[str, ...]

    @property
    def scope(self) -> str:
        """The classes, modules and suites around it; a condition is no scope."""
        return " > ".join(one for one in self.where.split(" > ") if one[-1:] not in ":(")

    @property
    def text(self) -> str:
        """All of it, whatever the layout."""
        return squeezed(" ".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        """Marks, head and body."""
        return (*self.marks, self.head, *self.body)


Tests = dict[str, list[Block]]


def read(path: str, text: str) -> tuple[Tests, list[Block]]:
    """Tests and helpers that check, by title, with their statements; and all other blocks.

    Raises SyntaxError, ValueError, RecursionError or MemoryError for Python that is none.
    """
    suffix = path.rpartition(".")[2].lower()
    comment = "#.*" if suffix in _HASH_COMMENTS else _COMMENT
    if suffix in {"py", "pyi", "pyw"}:
        text, comment = ast.unparse(_Silent().visit(ast.parse(text))), r"(?!)"

    def shown(match: re.Match[str]) -> str:
        return "" if match["comment"] else match[0].replace(" ", "\0").replace("\n", "\1")

    text = re.sub(f"(?P<comment>{comment})|{STRING}", shown, text.expandtabs())
    lines = _MARK.sub("\\1\2", text).splitlines()
    blocks = _split("", [line for line in lines if line.strip() not in {"", "pass"}])
    if any("#[cfg(test)]" in block.marks for block in blocks):  # the rest is code, free to change
        blocks = [block for block in blocks if {"#[cfg(test)]", "#[test]"} & {*block.marks}]
    return _sort(blocks, {}, [])


def squeezed(text: str) -> str:
    """Without the blanks and commas that are only layout; those in strings are disguised."""
    text = re.sub(r"\s*([^\w\s\0\1])\s*", r"\1", text.strip())
    return re.sub(r",(?=[)\]}])|;$", "", text)


class _Silent(ast.NodeTransformer):
    """Docstrings, ``...`` and the like become ``pass``."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        return ast.Pass() if isinstance(node.value, ast.Constant) else node


def _split(where: str, lines: Iterable[str]) -> list[Block]:
    """Each line that is not deeper than the one before it opened begins a block."""
    found: list[list[str]] = []
    depth = 0
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if found and (indent > depth or (indent == depth and _CONTINUES.match(line.strip()))):
            found[-1].append(line)
        else:
            found.append([line])
            depth = indent
    return [_block(where, lines) for lines in found]


def _block(where: str, lines: list[str]) -> Block:
    """A head goes on until a brace opens: the table of ``it.each`` is a part of it."""
    depth = len(lines[0]) - len(lines[0].lstrip())
    opened = [n for n, line in enumerate(lines, 1) if line.rstrip()[-1:] == "{"]
    size = next((n for n in opened if n == 1 or lines[n - 1][depth] in ")]}"), 1)
    *marks, head = " ".join(lines[:size]).split("\2")
    return Block(where, tuple(map(squeezed, marks)), squeezed(head), tuple(lines[size:]))


def _sort(blocks: list[Block], tests: Tests, outside: list[Block]) -> tuple[Tests, list[Block]]:
    for block in blocks:
        name, quoted = _NAME.match(block.head), _TITLE.findall(block.head)
        title = block.where + (name[1] if name else quoted[-1][1] if quoted else block.head)
        end = len(block.body) - (block.body[-1:] > () and block.body[-1].strip()[0] in ")]}")
        first, inner = replace(block, body=block.body[end:]), block.body[:end]
        helps = not _GROUP.match(block.head) and (name or block.head.endswith("=>{"))
        checks = helps and CHECK.search(re.sub(STRING, "", "\n".join(inner)))
        if _TEST.match(block.head) or any(map(_TEST_MARK.match, block.marks)) or checks:
            while title in tests and not name:
                title += "'"  # a name that is defined anew is gone; two equal titles are two tests
            tests[title] = [first, *_split(block.where, inner)]
        elif _GROUP.match(block.head):
            for gone in [one for one in tests if name and one.startswith(f"{title} > ")]:
                del tests[gone]
            outside.append(first)
            _sort(_split(f"{title} > ", inner), tests, outside)
        else:
            outside.append(block)
    return tests, outside
