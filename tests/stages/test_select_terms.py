"""Words, paths and questions as selection reads them."""

import pytest

from bot.domain.terms import expand, stem
from bot.stages.select.mentions import mentioned
from bot.stages.select.paths import Role, path_terms, role_of
from bot.stages.select.question import TITLE, read_question
from bot.stages.select.symbols import definitions
from bot.stages.select.terms import Expander


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("matches", "matching"),
        ("queries", "query"),
        ("caches", "cache"),
        ("files", "file"),
        ("parsed", "parse"),
    ],
)
def test_forms_of_one_word_meet(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["class", "status", "this", "is", "bus", "red", "ring"])
def test_words_that_only_look_inflected_stay_as_they_are(word):
    assert stem(word) == word


def test_an_identifier_is_its_pieces_and_itself():
    assert set(expand("HTTPServerError")) == {"http", "server", "error", "httpservererror"}
    assert set(expand("_read_buffer2")) == {"read", "buffer", "read_buffer2"}
    assert expand("plain") == ("plain",)


def test_a_word_as_long_as_a_hash_says_nothing():
    assert expand("a" * 61) == ()


def test_counting_adds_up_the_forms_of_a_word():
    counts = Expander().count(["readFile", "reads", "file", "file"])
    assert counts == {"read": 2, "file": 3, "readfile": 1}


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/app.py", Role.SOURCE),
        ("lib/router/index.js", Role.SOURCE),
        ("contest/latest.go", Role.SOURCE),
        ("tests/test_app.py", Role.TEST),
        ("pkg/server_test.go", Role.TEST),
        ("src/button.spec.ts", Role.TEST),
        ("src/__tests__/button.tsx", Role.TEST),
        ("conftest.py", Role.TEST),
        ("types/index.d.ts", Role.BESIDE),
        ("templates/base.html", Role.BESIDE),
        ("docs/conf.py", Role.OTHER),
        ("README.md", Role.OTHER),
        ("static/jquery.min.js", Role.OTHER),
        ("vendor/lib/x.go", Role.OTHER),
    ],
)
def test_a_path_tells_what_its_file_is_for(path, role):
    assert role_of(path) is role


def test_the_words_of_a_path_leave_its_suffix_out():
    assert path_terms("core/readBuffer.py") == {"cor", "core", "read", "buffer", "readbuffer"} - {
        "core" if stem("core") != "core" else "cor"
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("class Reader(Base):\n    async def read_all(self):\n", ["Reader", "read_all"]),
        ("LIMIT: int = 3\n", ["LIMIT"]),
        ("func (s *Server) Serve(l net.Listener) error {\n", ["Serve"]),
        ("pub(crate) fn poll_next(&mut self) {}\nimpl<T> Stream<T> {\n", ["poll_next", "Stream"]),
        ("export const parse = (text) => text\nfunction* walk(tree) {\n", ["parse", "walk"]),
        ("res.sendFile = function sendFile(path) {\n", ["sendFile"]),
        ("  render(props) {\n", ["render"]),
        ("static int jv_compare(jv a, jv b) {\n", ["jv_compare"]),
        ("#define MAX_DEPTH 10\n", ["MAX_DEPTH"]),
        ("  if (ready) {\n    return go(1);\n", []),
    ],
)
def test_definitions_are_found_in_each_language(text, names):
    assert definitions(text) == names


def test_the_title_counts_more_than_the_body_and_stop_words_not_at_all():
    question = read_question("Crash of the parser\n\nThe parser and the lexer crash.")
    assert question.weights["lexer"] == 1.0
    assert question.weights["parser"] == TITLE + 1.0
    assert "the" not in question.weights


def test_addresses_are_not_words():
    question = read_question("Title\n\nSee https://example.com/wonderful/thing")
    assert "wonderful" not in question.weights


def test_names_are_what_looks_like_code():
    question = read_question("T\n\n`plain` and readBuffer and max_size and call(x), ordinary HTTP")
    assert question.names == {"plain", "readBuffer", "max_size", "call"}


PATHS = ("app/db/query.py", "app/web/query.py", "app/db/__init__.py", "lib/router/layer.js")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("fails in lib/router/layer.js", {"lib/router/layer.js": 1.0}),
        ('File "/usr/lib/python3/app/db/query.py", line 3', {"app/db/query.py": 1.0}),
        ("see layer.js", {"lib/router/layer.js": 1.0}),
        ("either query.py", {"app/db/query.py": 0.5, "app/web/query.py": 0.5}),
        ("import app.db.query.Query", {"app/db/query.py": 0.8}),
        ("from app.db import x", {"app/db/__init__.py": 0.8}),
        ("nothing at all", {}),
    ],
)
def test_files_that_are_pointed_at_are_found(text, meant):
    assert mentioned(read_question(f"Title\n{text}"), PATHS) == meant


def test_a_very_long_log_is_read_in_time():
    question = read_question("Crash\n" + "a.b/" * 200_000)
    assert "crash" in question.title
