"""Weakened tests in languages other than Python, seen in their tokens.

Tests are known by title: ``it("…")``, ``func TestX``, ``#[test] fn x``. An old one may gain checks,
a tail and rows of a table. What stands outside of them stays, but functions may change as long as
they check no less. A language whose tests are not known by title has everything outside.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.kernel.values import Breach

Statement = tuple[str, ...]
_OPEN, _CLOSE, _QUOTES = frozenset("([{"), frozenset(")]}"), frozenset("\"'`")
_HASH_COMMENTS = frozenset("rb sh bash bats ex exs r jl pl nim".split())
_TOKEN = (  # neither is a lifetime a string, nor a quote in a regex; attributes end no statement
    r'|\b[rb]{1,2}(?P<n>#*)"[\s\S]*?"(?P=n)|"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`'
    r"|(?<![<&])'(?:\\.|[^'\\\n])*'|(?<=[(,=:\[!]) */(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
    r"|#!?\[(?:[^\[\]]|\[[^\]]*\])*\]\s*|\n(?!\s*(?:[.?:]|&&|\|\|))|[\w$]+|[-+*/%=!<>&|^~:]+|\S"
)
_DISABLED = re.compile(
    r"(?!it\.skip\(\w+\))\b(?:it|test|describe|suite|context)(?:\.\w+)*\.(?:skip|only|todo|fail|"
    r"fixme|runIf)|(?<![.\w])(?:[xf](?:it|test|describe|context|specify)(?:\.each|\(\")|pending\b"
    r"[\"(])|\b(?:this|t|ctx)\.skip\(|\b(?:t|tb|b|f)\.Skip|@(?:Ignore|Disabled)|\[Ignore|GTEST_SKIP|"
    r"#\[[^\]]*\bignore\b|#!?\[cfg(?!\(test\))|\bos\.Exit\((?!m\.Run)|\bprocess(?:\.|::)exit|^#if 0|"
    r"\bSkip=|markTest(?:Sk|Inc)|DISABLED_|@tag:skip|^skip\b|^=begin|^//(?:go:build|\+build)",
    re.MULTILINE,
)
_NAMED = re.compile(
    r"(?P<group>[xf]?(?:describe|context|suite)(?: \. \w+)* \(|(?:#\[.*?\] )*(?:pub )?mod )|"
    r"[xf]?(?:it|test|specify)(?: \. \w+)* [(`]|func (?:\( .*? \) )?(?:Test|Fuzz)(?!Main)|"
    r"(?:#\[.*?\] )*?#\[(?:\w+::)*(?:test|rstest)\b"
)
_CHECK = re.compile(
    r"assert|(?<!\.)\bexpect|should|\bmust_|\brequire\.|\bverify|\bcheck\w*\(|\bt\.(?:Error|Fatal|"
    r"Fail)|\b(?:it|test|describe|scenario)(?:\.\w+)*[(\"'`{]|@(?:\w*Test|Property)\b|"
    r"\[(?:Test|Fact|Theory|InlineData)|\b(?:def|fun|function|void) test|\bTEST\w*\(",
    re.I,
)
_ONLY_CHECKS = re.compile(r"(?:await )?(?:expect|\w*assert\w*|require)[.!(]|if\b.*\bt\.(?:Err|Fat)")
_ACTS = frozenset("= += -= ++ -- return break continue goto panic".split())
_FAKES = re.compile(r"\b(?:jest|vi|sinon|td|mock)\.(?:\w*mock|spy|stub|replace|method)", re.I)
_FUNCTIONS = frozenset("fn func function class impl struct interface =>".split())
_BINDS = _FUNCTIONS | {"const", "let", "var", "macro_rules"}
_LIFTED = frozenset("async . skip only todo failing fixme".split())


def text_weakened(path: str, before: str, after: str) -> Iterator[Breach]:
    """Compare two versions of one test file; the empty string is no file."""
    keep = f"keep {path} as it was and add tests beside it"
    was, now = (_tokens(path, text) for text in (before, after))
    if "#[cfg(test)]" in was:  # Rust keeps tests among code, and the code is free to change
        was, now = _only_tests(was), _only_tests(now)
    if _skips(now) - _skips(was):
        yield Breach("test-skipped", f"{keep}: something is skipped or cut out")
    (old, outside), (new, around) = _read(was), _read(now)
    yield from _lost(keep, outside, around)
    for one in outside if old else ():
        stays = one in around or any(_grown(one, other) for other in around)
        if not stays and not _FUNCTIONS & {*one}:
            yield Breach("test-rewritten", f"{keep}: bring back `{_line(one)}`")
    added = [one for one in around if one not in outside]
    for title, statements in old.items():
        if title not in new:
            yield Breach("test-deleted", f"{keep}: lost {title}")
            continue
        added += [one for one in new[title] if one not in statements]
        lost = [*_lost(f"{keep}: {title}", statements, new[title])]
        if not lost and not _continued(statements, new[title]):
            lost = [Breach("test-rewritten", f"{keep}: {title} is not what it was")]
        yield from lost
    known = {name for one in (*outside, *sum(old.values(), [])) for name in _bound(one)}
    used = {name for name, after in zip(was, was[1:], strict=False) if after in {"(", "!"}}
    for one in added if was else ():
        if names := (_bound(one) - known) & (used | {"init", "TestMain"}):
            yield Breach("test-rewritten", f"{keep}: tests rely on another {min(names)}")
        if _FAKES.search(_line(one)) and not {"fn", "func", "function"} & {*one[:3]}:
            yield Breach("test-rewritten", f"{keep}: fake things in a file of its own")


def _tokens(path: str, text: str) -> Statement:
    """No comments and no layout: a line break only between statements, no comma at a list's end."""
    hashes = path.rpartition(".")[2] in _HASH_COMMENTS
    comment = "#.*" if hashes else r"//(?!go:build| \+build).*|/\*[\s\S]*?(?:\*/|\Z)"
    found, nesting = ["\n"], [""]
    for match in re.finditer(f"(?P<comment>{comment}){_TOKEN}", text):
        token = "\n" if match[0] in {"\n", ";"} else match[0].strip()
        if (
            match["comment"]
            or token == "\n"
            and (nesting[-1] in {"(", "["} or found[-1] in {"\n", ",", "{"})
        ):
            continue
        while token in _CLOSE and found[-1] in {",", "\n"}:
            found.pop()
        nesting += [token] if token in _OPEN else []
        nesting = nesting[: len(nesting) - (token in _CLOSE)] or [""]
        found.append(token)
    return tuple(found)


def _statements(tokens: Statement) -> list[Statement]:
    found, depth, start = [], 0, 0
    for index, token in enumerate((*tokens, "\n")):
        depth = max(0, depth + (token in _OPEN) - (token in _CLOSE))
        if token == "\n" and (depth == 0 or index == len(tokens)):
            found.append(tokens[start:index])
            start = index + 1
    return [one for one in found if one]


def _only_tests(tokens: Statement) -> Statement:
    marked = [(*one, "\n") for one in _statements(tokens) if "#[cfg(test)]" in one]
    return sum(marked, ())


def _read(tokens: Statement, where: str = "") -> tuple[dict[str, list[Statement]], list[Statement]]:
    """Each test by its title, the head first, then its statements; and what is outside of tests."""
    tests: dict[str, list[Statement]] = {}
    outside: list[Statement] = []
    for one in _statements(tokens):
        named = _NAMED.match(" ".join(one))
        begin = next((i for i in range(1, len(one)) if _begins_body(one, i)), 0)
        if not named or not begin or "}" not in one:
            outside.append(one)
            continue
        end = len(one) - 1 - one[::-1].index("}")
        parts = (*one[:begin], *one[end + 1 :])
        lifted = (re.sub(r"^[xf](?=(?:it|test|describe)$)", "", token) for token in parts)
        head = tuple(t for t in lifted if t not in _LIFTED and not t.startswith("#[ignore"))
        title = where + _title(head)
        while title in tests:
            title += "'"
        if named["group"]:
            inner, rest = _read(one[begin + 1 : end], f"{title} > ")
            tests |= inner
            outside += [head, *rest]
        else:
            tests[title] = [head, *_statements(one[begin + 1 : end])]
    return tests, outside


def _begins_body(one: Statement, i: int) -> bool:
    return one[i] == "{" and one[i - 1] not in {"(", "[", ",", "=", ":", "{"}


def _title(head: Statement) -> str:
    strings = [
        token
        for before, token, after in zip(head, head[1:], head[2:], strict=False)
        if before == "(" and token[0] in _QUOTES and after == ","
    ]
    name = re.search(r"\b(?:fn|mod|func(?: \(.*?\))?) (\w+)", " ".join(head))
    return strings[-1][1:-1] if strings else name[1] if name else _line(head)


def _line(tokens: Iterable[str]) -> str:
    """The tokens as one would write them, whatever the layout."""
    return re.sub(r" ?([^\w ]) ?", r"\1", " ".join(tokens))


def _skips(tokens: Statement) -> Counter[str]:
    return Counter(_DISABLED.findall(_line('""' if t[0] in _QUOTES else t for t in tokens)))


def _lost(keep: str, was: list[Statement], now: list[Statement]) -> Iterator[Breach]:
    """The lines that check, with their conditions."""
    old, new = ([*_checks(statements)] for statements in (was, now))
    for line in Counter(old) - Counter(new):
        rule = "assertion-removed" if len(new) < len(old) else "assertion-loosened"
        yield Breach(rule, f"{keep}: lost `{line}`")


def _checks(statements: list[Statement]) -> Iterator[str]:
    for one in statements:
        lines = [line.rstrip("})") for line in re.split(r"\n|(?<=[)>])\{", _line(one))]
        if any(map(_CHECK.search, lines)):
            yield from (line for line in lines if _CHECK.search(line) or line.startswith("if"))


def _grown(old: Statement, new: Statement) -> bool:
    """Whether new is old with a row put into one of its lists, or with more imported names."""
    if old[0] in {"import", "use"}:
        return not Counter(old) - Counter(new)
    size = len(new) - len(old)
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    for at in range(same, 0, -1) if size > 0 else ():
        if old[at:] != new[at + size :]:
            break
        row = new[at : at + size]
        keyed = ":" in row and row[-1] not in _CLOSE and row[-2] not in _CLOSE
        if ("," in {row[0], row[-1]} and not keyed and _in_table(new[:at])) or all(
            token.startswith(("#[case", "#[test_case")) for token in row
        ):
            return True
    return False


def _in_table(tokens: Statement) -> bool:
    """Whether they end within a list that is no argument, but of ``for`` or ``each``."""
    nesting: list[int] = []
    for index, token in enumerate(tokens):
        nesting += [index] if token in _OPEN else []
        nesting = nesting[: len(nesting) - (token in _CLOSE)]
    calls = {tokens[index - 1] for index in nesting if tokens[index] == "("}
    return bool(nesting) and tokens[nesting[-1]] != "(" and calls <= {"for", "each"}


def _continued(was: list[Statement], now: list[Statement]) -> bool:
    """Whether all the old statements come first and in order, but for checks between them."""
    looped = {*re.findall(r"\b(?:range|of|in) (?:& )?(\w+)", " ".join(sum(was, ())))}
    tables = [one for one in was if one is was[0] or one[0] == "for" or looped & {*one[:4]}]
    kept = []
    for one in now:
        row = next((table for table in tables if _grown(table, one)), one)
        acts = _ACTS & {*one} or not _ONLY_CHECKS.match(_line(one))
        kept += [row] if row in was or acts else []
    return kept[: len(was)] == was


def _bound(one: Statement) -> set[str]:
    """The names that a statement defines, or may define."""
    words = [t for t in one if t not in {"export", "default", "pub", "async"} and t[0] != "#"]
    if words and words[0] in {"import", "use"}:
        return {*words}
    return {*words[1:3]} if words and words[0] in _BINDS else set()
