"""Weakened tests in languages other than Python, seen in their tokens.

Blocks are known by title: ``it("…")``, ``func TestX``, ``#[test] fn x``. An old test may gain
checks, a tail and rows of its table. Where blocks are not known, lines that test or check stay.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from bot.kernel.values import Breach

Tokens = tuple[str, ...]
_HASH_COMMENTS = frozenset("rb sh bash bats ex exs r jl pl nim".split())
_ONE_LETTER_QUOTES = frozenset("go rs java kt kts cs fs swift c cc cpp cxx h hpp m scala zig".split())
_LEXER = (
    r'\b[rb]{1,2}(#*)"[\s\S]*?"\1|"(?:\\[\s\S]|[^"\\])*"|%s'
    r"|(?<=[(,=:\[!&|?{};]) */(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/"  # /regex/
    r"|%s|#!?\[(?:[^\[\]]|\[[^\]]*\])*\]\s*"  # an attribute belongs to the next line
    r"|\n(?!\s*(?:[.?:]|&&|\|\|))|,(?=\s*[)\]}])|[\w$]+|[-+*/%%=!<>&|^~:@]+|\S"
)
_DISABLED = re.compile(
    r"\b(?:it|test|describe|suite|context|specify)(?:\.\w+)*\.(?:skip|only|todo|fail|fixme|runIf)"
    r"|\b(?:[xf](?:it|test|describe|context|specify)|pending)\(|\b(?:this|\w{1,3}|ctx)\.[sS]kip\w*\("
    r"|#\[[^\]]*\bignore\b|#!\[cfg|#\[cfg\(any\(\)|\bos\.Exit\((?!m\.Run)|\bprocess(?:\.|::)exit"
    r"|@(?:Ignore|Disabled)|\[Ignore|\bSkip=|markTest(?:Skipped|Incomplete)|GTEST_SKIP|DISABLED_"
    r"|^#if0|@tag:skip|^=begin|^skip\b",
    re.MULTILINE,
)
