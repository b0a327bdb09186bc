"""Files cut into blocks, with a grammar and without."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages.select.blocks import LONGEST, Block, blocks
from bot.stages.select.grammar import grammar_of

PYTHON = '''import os

LIMIT = 1


# says what it does
@decorated
def first(a):
    b = a
    return b


class Second:
    """Holds things."""

    def inner(self):
        return 1
'''
LONG_CLASS = "class Long:\n    kind = 1\n\n" + "\n".join(
    f"    def method_{n}(self):\n        a = {n}\n        return a\n" for n in range(30)
)
RUST = """use std::io;

/// Adds.
#[inline]
pub fn add(a: i32, b: i32) -> i32 {
    let c = a + b;
    c
}

impl Thing {
    fn one(&self) -> i32 {
        1
    }
}
"""
GO = """package main

import "fmt"

// Serve serves.
func Serve(a int) int {
	fmt.Println(a)
	return a
}

type Server struct {
	name string
	port int
}
"""


def starts(path: str, text: str) -> list[str]:
    """The first line of each block."""
    lines = text.split("\n")
    return [lines[block.start - 1].strip() for block in blocks(path, text)]


@pytest.mark.parametrize("path", ["a.py", "a.unknown"])
def test_a_function_is_one_block_with_the_comment_and_decorator_above_it(path):
    assert starts(path, PYTHON) == ["import os", "# says what it does", "class Second:"]


@pytest.mark.parametrize("path", ["a.py", "a.unknown"])
def test_a_class_too_long_for_a_block_is_cut_into_its_methods(path):
    found = starts(path, LONG_CLASS)
    assert found[0] == "class Long:"
    assert [line for line in found if line.startswith("def")] == [
        f"def method_{n}(self):" for n in range(30)
    ]


@pytest.mark.parametrize("path", ["a.rs", "a.unknown"])
def test_rust_items_keep_their_documentation(path):
    assert starts(path, RUST) == ["use std::io;", "/// Adds.", "impl Thing {"]


@pytest.mark.parametrize("path", ["a.go", "a.unknown"])
def test_go_declarations_are_blocks(path):
    found = starts(path, GO)
    assert found[-2:] == ["// Serve serves.", "type Server struct {"]


@pytest.mark.parametrize(
    ("path", "grammar"),
    [
        ("a.py", "tree_sitter_python"),
        ("a.ts", "tree_sitter_typescript"),
        ("a.tsx", "tree_sitter_typescript"),
        ("a.jsx", "tree_sitter_javascript"),
        ("a.go", "tree_sitter_go"),
        ("a.rs", "tree_sitter_rust"),
        ("a.c", "tree_sitter_c"),
        ("a.hpp", "tree_sitter_cpp"),
        ("a.rb", ""),
    ],
)
def test_the_grammar_is_chosen_by_the_suffix(path, grammar):
    assert grammar_of(path) == grammar


def test_javascript_functions_that_are_assigned_are_blocks():
    text = "'use strict'\n\n" + "\n\n".join(
        f"/** Sends {n}. */\nres.send{n} = function send(body) {{\n" + "  work()\n" * 70 + "}"
        for n in range(2)
    )
    assert "/** Sends 1. */" in starts("a.js", text)


LINES = st.lists(
    st.sampled_from(["", "def f():", "    x = 1", "class A:", "}", "\tif a {", "# c", "  ]", "é"]),
    max_size=200,
)


@given(lines=LINES, path=st.sampled_from(["a.py", "a.c", "a.js", "a.rs", "a.txt"]))
def test_every_line_is_in_exactly_one_block_and_none_is_too_long(lines, path):
    text = "\n".join(lines)
    found = blocks(path, text)
    assert found[0].start == 1
    assert found[-1].end == text.count("\n") + 1
    for block, following in pairwise(found):
        assert following.start == block.end + 1
    assert all(block.start <= block.end < block.start + LONGEST for block in found)


def test_an_empty_file_is_one_empty_block():
    assert blocks("a.py", "") == (Block(1, 1),)
