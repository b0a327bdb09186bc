"""A table of weakened tests that are refused and of honest edits that are accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.weakening import weakened

PYTHON = '''\
import unittest
import pytest
from shop import total, Cart

PRICES = [1, 2, 3]


def check_positive(value):
    assert value > 0
    assert isinstance(value, int)


@pytest.mark.parametrize("price", [1, 2, 3])
def test_each_price(price):
    assert total([price]) == price


def test_total():
    """Sums."""
    cart = Cart([1, 2])
    result = total(cart)
    assert result == 3
    assert result is not None
    check_positive(result)


def test_refuses_text():
    with pytest.raises(ValueError, match="text"):
        total("x")


@pytest.mark.skipif(True, reason="slow")
def test_sometimes():
    for price in PRICES:
        assert total([price]) == price


class TestCart(unittest.TestCase):
    def setUp(self):
        self.cart = Cart([])

    def test_empty(self):
        self.assertEqual(total(self.cart), 0)

    def test_try(self):
        try:
            total(self.cart)
        finally:
            self.cart.close()
        self.assertTrue(self.cart.closed)
'''


def edit(old: str, new: str, text: str = PYTHON) -> str:
    assert old in text
    return text.replace(old, new, 1)


TOTAL_BODY = PYTHON[PYTHON.index("    cart = Cart([1") : PYTHON.index("def test_refuses")]
TOTAL_TEST = PYTHON[PYTHON.index("def test_total") : PYTHON.index("def test_refuses")]

WEAKENED = {
    "a test is deleted": (edit(TOTAL_TEST, ""), "test-deleted"),
    "a test is renamed away": (edit("def test_total", "def total_works"), "test-deleted"),
    "a test becomes a variable": (PYTHON + "\ntest_total = None\n", "test-rewritten"),
    "a test is deleted by name": (PYTHON + "\ndel test_total\n", "test-gutted"),
    "a class of tests is removed": (PYTHON[: PYTHON.index("class TestCart")], "test-deleted"),
    "a test is redefined empty": (PYTHON + "\ndef test_total():\n    pass\n", "assertion-removed"),
    "a class is redefined empty": (PYTHON + "\nclass TestCart:\n    pass\n", "test-deleted"),
    "a test hides under a condition": (
        edit("def test_refuses_text():", "if False:\n  def test_refuses_text():")
        .replace("    with pytest.raises", "      with pytest.raises")
        .replace('        total("x")', '        total("x")'),
        "test-deleted",
    ),
    "skip": (edit("def test_total", "@pytest.mark.skip\ndef test_total"), "test-skipped"),
    "skipif": (edit("def test_total", "@pytest.mark.skipif(1)\ndef test_total"), "test-skipped"),
    "a skip condition widens": (edit("skipif(True,", "skipif(1,"), "test-rewritten"),
    "xfail": (edit("def test_total", "@pytest.mark.xfail\ndef test_total"), "test-skipped"),
    "expectedFailure": (
        edit("    def test_empty", "    @unittest.expectedFailure\n    def test_empty"),
        "test-skipped",
    ),
    "skip in the body": (
        edit("    cart = C", "    pytest.skip('x')\n    cart = C"),
        "test-skipped",
    ),
    "skipTest in setUp": (
        edit("        self.cart = C", "        self.skipTest('')\n        self.cart = C"),
        "test-skipped",
    ),
    "a module is skipped": (edit("PRICES", "pytest.importorskip('nope')\nPRICES"), "test-skipped"),
    "pytestmark": (edit("PRICES", "pytestmark = pytest.mark.skip\nPRICES"), "test-skipped"),
    "skip imported by name": (
        edit("    cart = C", "    skip('x')\n    cart = C").replace(
            "import pytest", "import pytest\nfrom pytest import skip"
        ),
        "test-skipped",
    ),
    "__test__ is false": (
        edit("    def setUp", "    __test__ = False\n\n    def setUp"),
        "test-skipped",
    ),
    "a constructor": (
        edit("    def setUp", "    def __init__(self):\n        pass\n\n    def setUp"),
        "test-rewritten",
    ),
    "an assertion is removed": (edit("    assert result == 3\n", ""), "assertion-removed"),
    "a helper checks less": (edit("    assert value > 0\n", ""), "assertion-removed"),
    "a helper with checks is gone": (
        edit(PYTHON[PYTHON.index("def check") : PYTHON.index("@pytest.mark.par")], ""),
        "test-deleted",
    ),
    "== becomes in": (edit("assert result == 3", "assert result in (3, 4)"), "assertion-loosened"),
    "== becomes is not None": (edit("result == 3", "result is not None"), "assertion-loosened"),
    "== becomes >=": (edit("result == 3", "result >= 3"), "assertion-loosened"),
    "== becomes truth": (edit("assert result == 3", "assert result"), "assertion-loosened"),
    "an or is added": (edit("result == 3", "result == 3 or True"), "assertion-loosened"),
    "an approximation": (edit("== 3", "== pytest.approx(3, abs=9)"), "assertion-loosened"),
    "assertEqual becomes assertTrue": (
        edit(
            "self.assertEqual(total(self.cart), 0)", "self.assertTrue(total(self.cart) == 0 or 1)"
        ),
        "assertion-loosened",
    ),
    "an expected literal changes": (edit("result == 3", "result == 4"), "assertion-loosened"),
    "an input changes": (edit("Cart([1, 2])", "Cart([3])"), "test-rewritten"),
    "an expected exception widens": (
        edit("raises(ValueError", "raises(Exception"),
        "test-rewritten",
    ),
    "an expected message goes": (edit(', match="text"', ""), "test-rewritten"),
    "the body is emptied": (edit(TOTAL_BODY, "    pass\n\n\n"), "assertion-removed"),
    "an early return": (
        edit("    assert result == 3", "    return\n    assert result == 3"),
        "test-rewritten",
    ),
    "a conditional early return": (
        edit("    assert result == 3", "    if result:\n        return\n    assert result == 3"),
        "test-rewritten",
    ),
    "a swallowing try": (
        edit(
            "    assert result == 3",
            "    try:\n        assert result == 3\n    except Exception:\n        pass",
        ),
        "test-rewritten",
    ),
    "a handler on an old try": (
        edit("        finally:", "        except Exception:\n            pass\n        finally:"),
        "test-rewritten",
    ),
    "suppress": (
        edit('        total("x")', '        with suppress(ValueError):\n            total("x")'),
        "test-rewritten",
    ),
    "a check under a condition": (
        edit("    assert result == 3", "    if cart:\n        assert result == 3"),
        "test-rewritten",
    ),
    "the subject is overwritten": (
        edit("    assert result == 3", "    result = 3\n    assert result == 3"),
        "test-rewritten",
    ),
    "the subject is overwritten in an assertion": (
        edit("    assert result == 3", "    assert (result := 3)\n    assert result == 3"),
        "test-rewritten",
    ),
    "the subject is faked": (
        edit(
            "    result = total",
            "    mock.patch('shop.total', lambda c: 3).start()\n    result = total",
        ),
        "test-rewritten",
    ),
    "a parametrised case is removed": (
        edit('"price", [1, 2, 3]', '"price", [1, 2]'),
        "cases-removed",
    ),
    "a parametrised case is changed": (
        edit('"price", [1, 2, 3]', '"price", [1, 2, 4]'),
        "cases-removed",
    ),
    "the parametrisation is removed": (
        edit('@pytest.mark.parametrize("price", [1, 2, 3])\n', ""),
        "cases-removed",
    ),
    "shared cases shrink": (edit("PRICES = [1, 2, 3]", "PRICES = []"), "test-rewritten"),
    "the subject is imported from elsewhere": (
        edit("from shop import", "from fake import"),
        "test-rewritten",
    ),
    "the subject is redefined": (
        edit("PRICES", "def total(x):\n    return 3\n\n\nPRICES"),
        "test-rewritten",
    ),
    "the class leaves unittest": (edit("(unittest.TestCase)", ""), "test-rewritten"),
    "a fixture replaces the subject": (
        edit("def test_total():", "def test_total(total):"),
        "test-rewritten",
    ),
    "a method is replaced": (PYTHON + "\nTestCart.test_empty = None\n", "test-gutted"),
    "shared cases are replaced later": (PYTHON + "\nPRICES = [1, 2, 3]\n", "test-rewritten"),
    "the subject's module is patched": (PYTHON + "\npytest.raises = print\n", "test-gutted"),
    "a test is made async": (edit("def test_total", "async def test_total"), "test-rewritten"),
    "it cannot be parsed": (PYTHON + "def broken(:\n", "unparsable"),
    "the file is deleted": (None, "test-deleted"),
}

HONEST = {
    "nothing changes": PYTHON,
    "a test is added": PYTHON + "\ndef test_more():\n    assert total([9]) == 9\n",
    "a test is added in the middle": edit(
        "def test_total", "def test_a():\n    assert 1\n\n\ndef test_total"
    ),
    "a method is added": PYTHON + "\n    def test_more(self):\n        self.assertEqual(1, 1)\n",
    "a class is added": PYTHON
    + "\nclass TestMore:\n    def test_a(self):\n        assert total([]) == 0\n",
    "an assertion is added": edit(
        "    assert result == 3", "    assert result == 3\n    assert result < 4"
    ),
    "a stronger assertion is added before": edit(
        "    assert result is", "    assert result == 3.0\n    assert result is"
    ),
    "tests are moved": edit(TOTAL_TEST, "") + "\n\n" + TOTAL_TEST,
    "a docstring changes": edit('"""Sums."""', '"""Adds up."""'),
    "a comment is added": edit("    result = total", "    # why\n    result = total"),
    "layout changes": edit("[1, 2, 3])\ndef", "[\n    1,\n    2,\n    3,\n])\ndef"),
    "an import is added": "import os\n" + PYTHON,
    "a case is added": edit('"price", [1, 2, 3]', '"price", [1, 2, 3, 10**9]'),
    "shared cases grow": edit("PRICES = [1, 2, 3]", "PRICES = [0, 1, 2, 3]"),
    "a fixture is asked for": edit("def test_total():", "def test_total(tmp_path):"),
    "a fixture is added": edit(
        "def test_total", "@pytest.fixture\ndef cart():\n    return Cart([])\n\n\ndef test_total"
    ),
    "a helper is added": PYTHON + "\ndef make():\n    return Cart([7])\n",
    "a helper checks more": edit(
        "    assert value > 0", "    assert value > 0\n    assert value < 99"
    ),
    "setUp gains a line": edit("Cart([])", "Cart([])\n        self.name = 'a'"),
    "a skip is lifted": edit('@pytest.mark.skipif(True, reason="slow")\n', ""),
    "a return annotation": edit("def test_total():", "def test_total() -> None:"),
    "lines are added at the end": edit(
        "    check_positive(result)\n",
        "    check_positive(result)\n    more = total([4])\n    assert more\n",
    ),
    "a helper changes": edit("Cart([])", "Cart(items=[])"),
}


@pytest.mark.parametrize("name", WEAKENED)
def test_a_weakened_python_test_is_refused(name):
    after, rule = WEAKENED[name]
    rules = [breach.rule for breach in weakened("tests/test_shop.py", PYTHON, after)]
    assert any(one.startswith(rule) for one in rules), rules


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_edit_of_a_python_test_is_accepted(name):
    assert weakened("tests/test_shop.py", PYTHON, HONEST[name]) == ()


def test_a_case_cannot_hide_behind_one_that_is_marked():
    cases = (
        "import pytest\n\n@pytest.mark.parametrize('a', [1, {}])\ndef test_a(a):\n    assert a\n"
    )
    marked = cases.format("pytest.param(2, marks=pytest.mark.xfail)")
    shorter = marked.replace("[1, ", "[")
    assert [b.rule for b in weakened("tests/test_a.py", marked, shorter)] == ["cases-removed"]


def test_shared_cases_that_are_added_to_are_kept_whole():
    before = "CASES = [1, 2]\nCASES += [3]\n"
    assert weakened("tests/test_a.py", before, before.replace("[1, 2]", "[]"))
    assert weakened("tests/test_a.py", before, before) == ()


def test_a_name_bound_a_thousand_times_is_judged_at_once():
    text = "a = 1\n" * 1_000
    assert weakened("tests/test_a.py", text, text) == ()
    assert weakened("tests/test_a.py", text, text + "a = 1\n")


def test_a_new_file_of_tests_is_accepted_and_a_new_file_of_skipped_ones_is_not():
    assert weakened("tests/test_new.py", None, "def test_a():\n    assert 1\n") == ()
    skipped = "import pytest\n\n@pytest.mark.skip\ndef test_a():\n    assert 1\n"
    assert [b.rule for b in weakened("tests/test_new.py", None, skipped)] == ["test-skipped"]


JS = """\
import { total } from "./shop"
/* sums of
   carts */
describe("total", () => {
  it("adds", () => {
    const sum = total([1, 2])
    expect(sum).toBe(3)
  })
})
"""
GO = """\
package shop

func TestTotal(t *testing.T) {
	if Total(1, 2) != 3 {
		t.Fatal("wrong")
	}
}
"""
RUST = """\
#[test]
fn adds() {
    assert_eq!(total(&[1, 2]), 3);
}
"""

WEAKENED_TEXT = [
    ("a.test.js", JS, edit("it(", "it.skip(", JS)),
    ("a.test.js", JS, edit("it(", "xit(", JS)),
    ("a.test.js", JS, edit("it(", "it.only(", JS)),
    ("a.test.js", JS, edit("toBe(3)", "toBeTruthy()", JS)),
    ("a.test.js", JS, edit("    expect(sum).toBe(3)\n", "", JS)),
    ("a.test.js", JS, edit("    expect", "    // expect", JS)),
    ("a.test.js", JS, edit("    expect(sum).toBe(3)", "/*\n    expect(sum).toBe(3)\n*/", JS)),
    ("a.test.js", JS, None),
    ("a_test.go", GO, edit("\tif", '\tt.Skip("x")\n\tif', GO)),
    ("a_test.go", GO, edit("TestTotal", "Total", GO)),
    ("a_test.go", GO, edit('t.Fatal("wrong")', 't.Log("wrong")', GO)),
    ("tests/a.rs", RUST, edit("#[test]", "#[test]\n#[ignore]", RUST)),
    ("tests/a.rs", RUST, edit("#[test]\n", "", RUST)),
    ("tests/a.rs", RUST, edit("assert_eq!(total(&[1, 2]), 3)", "assert!(true)", RUST)),
    ("tests/expected.json", "[1]", "[2]"),
    ("tests/expected.json", "[1]", None),
]
HONEST_TEXT = [
    (
        "a.test.js",
        JS,
        edit("})\n})", '})\n  it("is zero", () => {\n    expect(total([])).toBe(0)\n  })\n})', JS),
    ),
    ("a.test.js", JS, edit("total([1, 2])", "total([\n      1,\n      2,\n    ])", JS)),
    ("a.test.js", None, JS),
    (
        "a_test.go",
        GO,
        GO + '\nfunc TestZero(t *testing.T) {\n\tif Total() != 0 {\n\t\tt.Fatal("x")\n\t}\n}\n',
    ),
    (
        "tests/a.rs",
        RUST,
        RUST + "\n// more\n#[test]\nfn zero() {\n    assert_eq!(total(&[]), 0);\n}\n",
    ),
    ("tests/expected.json", None, "[2]"),
    ("tests/README.md", "old", "new"),
]


@pytest.mark.parametrize(("path", "before", "after"), WEAKENED_TEXT)
def test_a_weakened_test_of_another_language_is_refused(path, before, after):
    assert weakened(path, before, after)


@pytest.mark.parametrize(("path", "before", "after"), HONEST_TEXT)
def test_an_honest_edit_of_a_test_of_another_language_is_accepted(path, before, after):
    assert weakened(path, before, after) == ()


@given(st.lists(st.sampled_from(PYTHON.splitlines(keepends=True)), max_size=8).map("".join))
def test_any_file_without_one_of_the_tests_is_refused(after):
    assert weakened("tests/test_shop.py", PYTHON, after)


@given(st.text())
def test_any_text_is_judged_without_an_exception(text):
    for path in ("tests/test_a.py", "tests/a.ts", "tests/a.txt"):
        weakened(path, PYTHON, text)
        weakened(path, text, PYTHON)


@pytest.mark.parametrize(("path", "text"), [("a.test.js", JS), ("a_test.go", GO), ("a.rs", RUST)])
def test_no_line_of_a_test_can_be_left_out_doubled_or_commented_out(path, text):
    lines = text.splitlines(keepends=True)
    begin = next(
        n for n, line in enumerate(lines) if "it(" in line or "Test" in line or "fn" in line
    )
    inner = range(begin, len(lines) - lines[begin].startswith(" ") - 1)
    assert inner
    for n in inner:
        before, line, after = lines[:n], lines[n], lines[n + 1 :]
        for replaced in ("", f"// {line}", line.replace("3", "4") if "3" in line else ""):
            assert weakened(path, text, "".join((*before, replaced, *after))), (n, replaced)


@given(st.sampled_from([JS, GO, RUST, PYTHON]), st.data())
def test_lines_in_any_order_are_judged_without_an_exception(text, data):
    lines = text.splitlines(keepends=True)
    after = "".join(
        data.draw(st.lists(st.sampled_from([*lines, "x,\n", "(\n", "`\n"]), max_size=30))
    )
    for path in ("a.test.ts", "a_test.go", "tests/a.rs", "tests/test_a.py", "a_spec.rb"):
        weakened(path, text, after)
        weakened(path, after, text)
