"""What of a public API is gone or called differently, in four languages."""

import pytest

from bot.domain.risk.reasons import Sign
from bot.kernel.values import Risk
from tests.domain.risky import assessed, of

LOW, MEDIUM, HIGH, BREAKING = Risk

PYTHON = {
    "a function that is gone": ("def f(): ...\n", "", BREAKING),
    "a function that is private": ("def _f(): ...\n", "", LOW),
    "a private function more": ("def f(): ...\n", "def f(): ...\ndef _g(a): ...\n", LOW),
    "a function more": ("def f(): ...\n", "def f(): ...\ndef g(a): ...\n", LOW),
    "another body": ("def f(a):\n    return a\n", "def f(a):\n    return a + 1\n", LOW),
    "a parameter less": ("def f(a, b): ...\n", "def f(a): ...\n", BREAKING),
    "another name for a parameter": ("def f(a): ...\n", "def f(b): ...\n", BREAKING),
    "another name by position only": ("def f(a, /): ...\n", "def f(b, /): ...\n", LOW),
    "another order": ("def f(a, b): ...\n", "def f(b, a): ...\n", BREAKING),
    "a parameter more": ("def f(a): ...\n", "def f(a, b): ...\n", BREAKING),
    "an optional parameter more": ("def f(a): ...\n", "def f(a, b=1): ...\n", LOW),
    "an optional one in front": ("def f(a): ...\n", "def f(b=1, a=2): ...\n", BREAKING),
    "a named one more": ("def f(a): ...\n", "def f(a, *, b): ...\n", BREAKING),
    "an optional named one more": ("def f(a): ...\n", "def f(a, *, b=1): ...\n", LOW),
    "a default less": ("def f(a=1): ...\n", "def f(a): ...\n", BREAKING),
    "another default": ("def f(a=1): ...\n", "def f(a=2): ...\n", MEDIUM),
    "a named one less": ("def f(*, a=1): ...\n", "def f(): ...\n", BREAKING),
    "named and now by position too": ("def f(*, a): ...\n", "def f(a): ...\n", LOW),
    "by position and now named": ("def f(a): ...\n", "def f(*, a): ...\n", BREAKING),
    "all swallowed": ("def f(a): ...\n", "def f(*args, **more): ...\n", LOW),
    "no rest any more": ("def f(*args): ...\n", "def f(): ...\n", BREAKING),
    "no names any more": ("def f(**more): ...\n", "def f(): ...\n", BREAKING),
    "before the rest": ("def f(*r): ...\n", "def f(a=1, *r): ...\n", BREAKING),
    "async now": ("def f(): ...\n", "async def f(): ...\n", BREAKING),
    "another result": ("def f() -> int: ...\n", "def f() -> str: ...\n", HIGH),
    "a result told": ("def f(): ...\n", "def f() -> str: ...\n", LOW),
    "a method less": ("class A:\n    def f(self): ...\n", "class A: ...\n", BREAKING),
    "a private method less": ("class A:\n    def _f(self): ...\n", "class A: ...\n", LOW),
    "a class of a private class": ("class _A:\n    def f(self): ...\n", "", LOW),
    "another way to make it": (
        "class A:\n    def __init__(self, a): ...\n",
        "class A:\n    def __init__(self, a, b): ...\n",
        BREAKING,
    ),
    "a property now": (
        "class A:\n    def f(self): ...\n",
        "class A:\n    @property\n    def f(self): ...\n",
        BREAKING,
    ),
    "a cache around it": (
        "def f(a): ...\n",
        "import functools\n\n@functools.cache\ndef f(a): ...\n",
        LOW,
    ),
    "a base less": ("class E(ValueError): ...\n", "class E(Exception): ...\n", BREAKING),
    "a base more": ("class E(ValueError): ...\n", "class E(ValueError, KeyError): ...\n", LOW),
    "a field more": (
        "@dataclass\nclass A:\n    a: int\n",
        "@dataclass\nclass A:\n    a: int\n    b: int\n",
        BREAKING,
    ),
    "an optional field more": (
        "@dataclass\nclass A:\n    a: int\n",
        "@dataclass\nclass A:\n    a: int\n    b: int = 0\n",
        LOW,
    ),
    "an optional field in the middle": (
        "@dataclass\nclass A:\n    a: int = 1\n    c: int = 2\n",
        "@dataclass\nclass A:\n    a: int = 1\n    b: int = 0\n    c: int = 2\n",
        BREAKING,
    ),
    "a member of an enum less": (
        "class E(Enum):\n    A = 1\n    B = 2\n",
        "class E(Enum):\n    A = 1\n",
        BREAKING,
    ),
    "a constant less": ("LIMIT = 3\nx = LIMIT\n", "x = 3\n", BREAKING),
    "another value": ("LIMIT = 3\n", "LIMIT = 4\n", LOW),
    "not exported any more": (
        "__all__ = ['f', 'g']\ndef f(): ...\ndef g(): ...\n",
        "__all__ = ['f']\ndef f(): ...\ndef g(): ...\n",
        BREAKING,
    ),
    "never exported": (
        "__all__ = ['f']\ndef f(): ...\ndef g(): ...\n",
        "__all__ = ['f']\ndef f(): ...\n",
        LOW,
    ),
    "imported from elsewhere now": ("def f(): ...\n", "from .b import f\n", MEDIUM),
    "only in another place": (
        "def f(a): ...\n\n\ndef g(b): ...\n",
        "def g(b): ...\n\n\ndef f(a): ...\n",
        LOW,
    ),
    "behind a condition": (
        "def f(a): ...\n",
        "try:\n    from c import f\nexcept ImportError:\n    def f(a): ...\n",
        LOW,
    ),
    "no Python": ("def f(a): ...\n", "def f(a: ...\n", HIGH),
}

SCRIPT = {
    "an export less": ("export function f(a) {}\n", "function f(a) {}\n", BREAKING),
    "nothing exported": ("function f(a) {}\n", "", LOW),
    "a function more": ("export const a = 1;\n", "export const a = 1;\nfunction f() {}\n", LOW),
    "another body": (
        "export function f(a) { return a; }\n",
        "export function f(a) { return -a; }\n",
        LOW,
    ),
    "a parameter less": ("export function f(a, b) {}\n", "export function f(a) {}\n", BREAKING),
    "a parameter more": ("export function f(a) {}\n", "export function f(a, b) {}\n", BREAKING),
    "an optional parameter more": (
        "export function f(a) {}\n",
        "export function f(a, b = {}) {}\n",
        LOW,
    ),
    "another name for a parameter": ("export function f(a) {}\n", "export function f(b) {}\n", LOW),
    "an arrow's parameter more": (
        "export const f = (a) => a;\n",
        "export const f = (a, b) => a;\n",
        BREAKING,
    ),
    "a value less": ("export const a = 1, b = 2;\n", "", BREAKING),
    "another value": ("export const a = (1 + 2) * 3;\n", "export const a = (1 + 2) * 4;\n", LOW),
    "a name of a list less": (
        "const a = 1, b = 2;\nexport { a, b };\n",
        "const a = 1;\nexport { a };\n",
        BREAKING,
    ),
    "a name in a list": ("const a = 1;\nexport { a as b };\n", "export const b = 1;\n", LOW),
    "the default less": ("export default function () {}\n", "", BREAKING),
    "a star less": ("export * from './a';\n", "", BREAKING),
    "a star in a comment": ("// export * from './a';\n", "", LOW),
    "an export in a string": ("const a = `\nexport const b = 1;\n`;\n", "const a = '';\n", LOW),
    "require's property less": ("exports.f = f;\n", "", BREAKING),
    "require's list less": ("module.exports = { a, b };\n", "module.exports = { a };\n", BREAKING),
    "a method less": (
        "export class A {\n  f(a) {}\n  g() {}\n}\n",
        "export class A {\n  g() {}\n}\n",
        BREAKING,
    ),
    "a private method less": (
        "export class A {\n  #f(a) {}\n  private h() {}\n}\n",
        "export class A {\n}\n",
        LOW,
    ),
}

TYPED = {
    "another type": (
        "export function f(a: number) {}\n",
        "export function f(a: string) {}\n",
        HIGH,
    ),
    "optional by a mark": (
        "export function f(a: X) {}\n",
        "export function f(a: X, b?: Y) {}\n",
        LOW,
    ),
    "another result": ("export function f(): A {}\n", "export function f(): B {}\n", HIGH),
    "a property less": (
        "export interface A {\n  a: string;\n  b: string;\n}\n",
        "export interface A {\n  a: string;\n}\n",
        BREAKING,
    ),
    "an optional property more": (
        "export interface A {\n  a: string;\n}\n",
        "export interface A {\n  a: string;\n  b?: string;\n}\n",
        LOW,
    ),
    "a property more": (
        "export interface A {\n  a: string;\n}\n",
        "export interface A {\n  a: string;\n  b: string;\n}\n",
        BREAKING,
    ),
    "a type of a union": (
        "export type A = 'a' | 'b';\nlet x;\n",
        "export type A = 'a';\nlet x;\n",
        BREAKING,
    ),
    "a member of an enum less": (
        "export enum A {\n  A,\n  B,\n}\n",
        "export enum A {\n  A,\n}\n",
        BREAKING,
    ),
}

GO = {
    "a function less": ("package a\n\nfunc F() {}\n", "package a\n", BREAKING),
    "a small function less": ("package a\n\nfunc f() {}\n", "package a\n", LOW),
    "a program": ("package main\n\nfunc F() {}\n", "package main\n", LOW),
    "another type": (
        "package a\n\nfunc F(a int) {}\n",
        "package a\n\nfunc F(a string) {}\n",
        BREAKING,
    ),
    "another name for a parameter": (
        "package a\n\nfunc F(a, b int) (n int, err error) {}\n",
        "package a\n\nfunc F(c int, d int) (int, error) {}\n",
        LOW,
    ),
    "another body": (
        "package a\n\nfunc F(a int) { x() }\n",
        "package a\n\nfunc F(a int) { y() }\n",
        LOW,
    ),
    "a rest of another type": (
        "package a\n\nfunc F(a ...int) {}\n",
        "package a\n\nfunc F(a ...string) {}\n",
        BREAKING,
    ),
    "a method less": ("package a\n\nfunc (t *T) F() {}\n", "package a\n", BREAKING),
    "a method of a small type less": ("package a\n\nfunc (t *t) F() {}\n", "package a\n", LOW),
    "a field less": (
        "package a\n\ntype T struct {\n\tA int\n\tb int\n}\n",
        "package a\n\ntype T struct {\n\tb int\n}\n",
        BREAKING,
    ),
    "a field more": (
        "package a\n\ntype T struct {\n\tA int\n}\n",
        "package a\n\ntype T struct {\n\tA int\n\tB int\n}\n",
        LOW,
    ),
    "another tag's order": (
        "package a\n\ntype T struct {\n\tA int\n\tB int\n}\n",
        "package a\n\ntype T struct {\n\tB int\n\tA int\n}\n",
        LOW,
    ),
    "a wanted method more": (
        "package a\n\ntype I interface {\n\tF(a int) error\n}\n",
        "package a\n\ntype I interface {\n\tF(b int) error\n\tG()\n}\n",
        BREAKING,
    ),
    "a constant of a group less": (
        "package a\n\nconst (\n\tA = 1\n\tB = 2\n)\n",
        "package a\n\nconst (\n\tB = 2\n)\n",
        BREAKING,
    ),
    "a variable less": ("package a\n\nvar A, B = 1, 2\n", "package a\n\nvar A = 1\n", BREAKING),
    "a function in a string": (
        "package a\n\nvar s = `\nfunc F() {}\n`\n",
        "package a\n\nvar s = ``\n",
        LOW,
    ),
}

RUST = {
    "a function less": ("pub fn f() {}\n", "fn f() {}\n", BREAKING),
    "the crate's own": ("pub(crate) fn f() {}\n", "", LOW),
    "another type": ("pub fn f(a: u8) {}\n", "pub fn f(a: u16) {}\n", BREAKING),
    "another name for a parameter": (
        "pub fn f(a: u8, mut b: x::Y) -> u8 { 1 }\n",
        "pub fn f(c: u8, d: x::Y) -> u8 { 2 }\n",
        LOW,
    ),
    "unsafe now": ("pub fn f() {}\n", "pub unsafe fn f() {}\n", BREAKING),
    "a lifetime in it": (
        "pub fn f<'a>(a: &'a str) -> &'a str { a }\n",
        "pub fn f<'a>(a: &'a str) -> &'a str { \"x\" }\n",
        LOW,
    ),
    "a method less": (
        "impl<T> A<T> {\n    pub fn f(&self) {}\n}\n",
        "impl<T> A<T> {\n}\n",
        BREAKING,
    ),
    "a private method less": ("impl A {\n    fn f(&self) {}\n}\n", "impl A {\n}\n", LOW),
    "a trait less": ("impl Clone for A {\n}\n", "", BREAKING),
    "a field less": (
        "pub struct A {\n    pub a: u8,\n    b: u8,\n}\n",
        "pub struct A {\n    b: u8,\n}\n",
        BREAKING,
    ),
    "a private field more": (
        "pub struct A {\n    pub a: u8,\n    b: u8,\n}\n",
        "pub struct A {\n    pub a: u8,\n    b: u8,\n    c: u8,\n}\n",
        LOW,
    ),
    "a field more where all are public": (
        "pub struct A {\n    pub a: u8,\n}\n",
        "pub struct A {\n    pub a: u8,\n    c: u8,\n}\n",
        BREAKING,
    ),
    "a variant more": (
        "pub enum A {\n    B,\n}\n",
        "pub enum A {\n    B,\n    C(u8),\n}\n",
        BREAKING,
    ),
    "a variant more that was announced": (
        "#[non_exhaustive]\npub enum A {\n    B,\n}\n",
        "#[non_exhaustive]\npub enum A {\n    B,\n    C(u8),\n}\n",
        LOW,
    ),
    "a wanted method more": (
        "pub trait A {\n    fn f(&self);\n}\n",
        "pub trait A {\n    fn f(&self);\n    fn g(&self);\n}\n",
        BREAKING,
    ),
    "a given method more": (
        "pub trait A {\n    fn f(&self);\n}\n",
        "pub trait A {\n    fn f(&self);\n    fn g(&self) {}\n}\n",
        LOW,
    ),
    "a name passed on less": ("pub use a::{b, c as d};\n", "pub use a::b;\n", BREAKING),
    "moved and passed on": ("pub fn f() {}\n", "mod a;\npub use a::f;\n", MEDIUM),
    "in a public module": ("pub mod a {\n    pub fn f() {}\n}\n", "pub mod a {\n}\n", BREAKING),
    "in a private module": ("mod a {\n    pub fn f() {}\n}\n", "mod a {\n}\n", LOW),
}

ROWS = [
    pytest.param(path, *row, id=f"{path}: {name}")
    for path, rows in {
        "src/a.py": PYTHON,
        "src/a.js": SCRIPT,
        "src/a.ts": SCRIPT | TYPED,
        "src/a.go": GO,
        "src/a.rs": RUST,
    }.items()
    for name, row in rows.items()
]


@pytest.mark.parametrize(("path", "before", "after", "risk"), ROWS)
def test_what_users_lose_is_seen_and_nothing_else(path, before, after, risk):
    seen = assessed(path, before, after)
    found = [*of(seen, Sign.API), *of(seen, Sign.UNREAD)]
    assert max((one[0] for one in found), default=LOW) is risk, found


def test_the_reason_names_what_is_gone_and_from_where():
    reason = assessed("pkg/a.py", "class A:\n    def f(self, a): ...\n", "class A: ...\n").reasons[
        0
    ]
    assert (reason.sign, reason.path, reason.detail) == (Sign.API, "pkg/a.py", "A.f is gone")


def test_a_class_that_is_gone_is_told_once_and_not_for_each_member():
    text = "class A:\n    def f(self): ...\n    def g(self): ...\n"
    assert of(assessed("a.py", text, ""), Sign.API) == [(BREAKING, "A is gone")]


@pytest.mark.parametrize(
    ("was", "path", "text", "risk"),
    [
        ("pkg/a.py", "pkg/b.py", "def f(): ...\n", BREAKING),
        ("pkg/a.py", "pkg/a/__init__.py", "def f(): ...\n", LOW),
        ("pkg/_a.py", "pkg/_b.py", "def f(): ...\n", LOW),
        ("scripts/a.py", "scripts/b.py", "def f(): ...\n", LOW),
        ("src/a.js", "src/a.ts", "export function f() {}\n", LOW),
        ("src/a.js", "src/a/index.js", "export function f() {}\n", LOW),
        ("src/a.js", "src/b.js", "export function f() {}\n", BREAKING),
        ("a/one.go", "a/two.go", "package a\n\nfunc F() {}\n", LOW),
        ("a/one.go", "b/one.go", "package a\n\nfunc F() {}\n", BREAKING),
        ("a/internal/b/one.go", "a/internal/c/one.go", "package a\n\nfunc F() {}\n", LOW),
        ("src/a.rs", "src/a/mod.rs", "pub fn f() {}\n", LOW),
        ("src/bin/a.rs", "src/bin/b.rs", "pub fn f() {}\n", LOW),
        (".prettierrc.js", "prettier.config.js", "module.exports = { a };\n", LOW),
    ],
)
def test_a_file_that_moves_takes_its_name_of_import_along(was, path, text, risk):
    found = of(assessed(path, text, text, was), Sign.API)
    assert max((one[0] for one in found), default=LOW) is risk, found


def test_what_a_package_passes_on_from_its_own_modules_is_public_and_other_imports_are_not():
    text = "import os\nfrom json import loads\nfrom .a import f\n"
    found = of(assessed("pkg/__init__.py", text, ""), Sign.API)
    assert found == [(BREAKING, "f is gone")]


@pytest.mark.parametrize(
    ("path", "before", "after", "risk"),
    [
        ("src/A.java", "  public int f(int a) {\n", "  public int f(long a) {\n", BREAKING),
        ("src/A.java", "  private int f(int a) {\n", "  private int f(long a) {\n", LOW),
        ("src/A.java", "  int x = 1;\n", "  int x = 2;\n", LOW),
        ("include/a.h", "int f(int a);\n", "int f(long a);\n", BREAKING),
        ("src/a.c", "static int f(int a) {\n", "static int f(long a) {\n", LOW),
        ("lib/a.rb", "  def f(a)\n", "  def f(a, b)\n", BREAKING),
        ("lib/a.kt", "fun f(a: Int) = 1\n", "private fun f(a: Int) = 1\n", BREAKING),
        ("lib/a.swift", "open class A {\n", "class A {\n", BREAKING),
    ],
)
def test_other_languages_are_read_line_by_line(path, before, after, risk):
    found = of(assessed(path, before, after), Sign.API)
    assert max((one[0] for one in found), default=LOW) is risk, found
