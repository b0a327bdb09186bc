"""Whether an edit takes strength from the tests that were there. Adding tests is always fine.

An old test keeps its statements in order; it may gain checks, a tail, and rows of a table. What
stands around it may change as long as it checks no less, and as long as no name that the tests
know comes to mean something else.
"""

import re
from collections import Counter
from collections.abc import Iterator

from bot.kernel.values import Breach
from bot.kernel.weakening_blocks import STRING, Block, read, squeezed

_CODE_SUFFIXES = """
    py pyi pyw js jsx ts tsx mjs cjs mts cts vue go rs rb java kt kts cs fs vb php swift c cc cpp
    cxx h hpp m scala groovy clj ex exs erl dart lua pl r jl sh bash bats zig nim hs ml
"""
_CODE = frozenset(_CODE_SUFFIXES.split())
_PROSE = frozenset({"md", "rst", "adoc"})
_DISABLED = re.compile(
    r"(?!\bit\.skip\(\w+\))\b(?:it|test|describe|suite|context)(?:\.\w+)*\."
    r"(?:skip|only|todo|fail\w*|fixme|runIf|skipIf)[(.]|\b(?:pytest|mark|unittest)\.(?:skip|exit\b)|"
    r"skip(?:if|If|Unless|Test)\b|SkipTest|xfail|_exit\b|expectedFailure|importorskip|"
    r"import.*\bskip\b|collect_ignore|__test__|load_tests|pytest_(?:generate_tests|collection)|"
    r"(?<![.\w])[xf](?:it|test|describe|context|specify)(?:\.each|\(|\s*[\"'])|"
    r"\b(?:this|t|ctx)\.skip\(|\b(?:t|tb|b|f)\.Skip|@(?:Ignore|Disabled)|\[Ignore|\bSkip=|"
    r"#\[[^\]]*\bignore\b|#!\[cfg|\bprocess(?:\.|::)exit|\bos\.Exit\((?!m\.Run)|markTest(?:Sk|Inc)|"
    r"GTEST_SKIP|DISABLED_|@tag:skip|^#if 0|^(?:skip|pending)\b|^=begin|^//(?:go:build|\+build)",
    re.MULTILINE,
)
_LIFTED = re.compile(
    r"^[xf](?=it|test)|\.(?:skip|only|todo|failing|fixme)\b|\basync ?(?!def|fn)|->.*(?=:$)"
)
_SKIP_MARK = re.compile(r"@[\w.]*(?:skip|xfail|expectedFailure|Ignore|Disabled)|#\[ignore")
_CHECK = re.compile(
    r"assert|(?<!\.)\bexpect(?!ed)|\bshould(?![a-z_])|\bmust_|\brequire\.|\bverify|\bcheck\w*\(|"
    r"\bt\.(?:Error|Fatal|Fail)|\.fail\w*\(",
    re.I,
)
_ONLY_CHECKS = re.compile(
    r"assert \w(?!.*:=)|(?!assert.*:=|.*(?:[^=!<>:]=[^=>]|\+\+|--|\b(?:return|break|continue|goto|"
    r"panic)\b))(?:(?:await )?(?:expect|assert\w*|debug_assert\w*|require)[.!(]|"
    r"if\b.*\bt\.(?:Err|Fat))"
)
_DEFINES = re.compile(
    r"(?:(?:export|default|pub|async|public|private|static|const|let) ?)*(?:func(\(.*?\)\w+)|"
    r"(?:def|"
    r"func|fn|fun|function|class|mod|type|struct|enum|trait|interface|macro_rules!)\b ?(\w+)|"
    r"(impl\b.*)|(\w+)\([^()]*\)\{|(\w+)=(?:async ?)?(?:function|\([^()]*\)=>|\w+=>))"
)
_IMPORT = re.compile(r"(?:pub )?(?:import|from|use)\b")
_IMPORTS = re.compile(
    r"from\b.*?\bimport\b(.*)|import\b(.*)\bfrom\b|(?:pub )?use\b.*?(\w+|\*|\{.*\})$|import\b(.*)|"
    r"(\w*) ?\"(?:[^\"]*/)?(\w+)\"$"
)
_ASSIGNS = re.compile(r"([^()]*?)(?<![=!<>])=(?![=>])")
_SUITE = re.compile(r"#!\[|[xf]?(?:describe|context|suite)\b|for\b.*[^:]$|.*\.forEach\(")
_HOISTED = re.compile(r"(?:async )?function|fn |use |macro_rules|var |static ")
_KEYWORDS = frozenset({"import", "from", "use", "as", "const", "let", "var", "export", "static"})
_KEYWORDS |= {"exports", "module", "if", "for", "while", "switch", "return", "function", "type"}
_SPECIAL = frozenset({"init", "TestMain", "__init__", "__new__", "setup_module", "setup_function"})


def weakened(path: str, before: str | None, after: str | None) -> tuple[Breach, ...]:
    """Every way in which the test file was weakened; None stands for a file that is not there."""
    suffix = path.rpartition(".")[2].lower()
    if suffix in _CODE:
        try:
            return tuple(_weakened(path, before or "", after or ""))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return (Breach("unparsable", f"{path} cannot be parsed: mend its syntax"),)
    entries = [(text or "").split("\nexports[") for text in (before, after)]
    grown = suffix == "snap" and len(entries[0]) > 1 and {*entries[0]} <= {*entries[1]}
    if before is None or before == after or suffix in _PROSE or grown:
        return ()
    return (Breach("test-data-changed", f"{path} is what tests compare with: add a file instead"),)


def _weakened(path: str, before: str, after: str) -> Iterator[Breach]:
    (old, outside), (new, around) = read(path, before), read(path, after)
    keep = f"keep {path} as it was and add tests beside it"
    for line in _skips(around, *new.values()) - _skips(outside, *old.values()):
        yield Breach("test-skipped", f"{keep}: no test may be skipped or cut out: `{line}`")
    yield from _lost(keep, outside, around)
    everything = [block for blocks in (outside, *old.values()) for block in blocks]
    known = {title.rpartition(" > ")[2] for title in old}.union(*map(_bound, outside))
    known = known.union(*(_words(one.text) for one in outside if _IMPORT.match(one.head)))
    called = re.findall(r"(\w+)[(!]", "\n".join(block.text for block in everything))
    known |= {*called} - _KEYWORDS
    gone, places = Counter(outside) - Counter(around), {one.scope for one in everything}
    for block in Counter(around) - Counter(outside) if before else ():
        names = _reach(block) & (known | _SPECIAL) if block.scope in places else ()
        if block.head.endswith(("(", "[", "{")) and not block.body:
            yield Breach("unparsable", f"{keep}: indent what is within `{block.head}`")
        elif names and not any(_may_become(one, block) for one in gone):
            yield Breach("test-rewritten", f"{keep}: tests rely on {', '.join(sorted(names))}")
    for title, blocks in old.items():
        if title not in new:
            yield Breach("test-deleted", f"bring {title} back in {path}")
            continue
        now, texts = new[title], {block.text for block in blocks}
        lost = [*_lost(f"{keep}: {title}", blocks, now)]
        late = (one for one in now if one.text not in texts and _HOISTED.match(one.head))
        if {mark for mark in now[0].marks if _SKIP_MARK.match(mark)} - {*blocks[0].marks}:
            yield Breach("test-skipped", f"{keep}: {title} may not be skipped, or more often")
        elif not _begins_alike(blocks, now[0]):
            rule = "cases-removed" if "parametrize" in blocks[0].text else "test-rewritten"
            yield Breach(rule, f"{keep}: {title} does not begin as it did")
        elif any(known & _bound(one) for one in late):
            yield Breach("test-rewritten", f"{keep}: {title} defines what it uses")
        elif not lost and not _continued(blocks[1:], now[1:]):
            yield Breach("test-rewritten", f"{keep}: {title} does not go on as it did")
        yield from lost


def _words(text: str) -> set[str]:
    return {*re.findall(r"[^\W\d]\w*|\*", text)} - _KEYWORDS


def _bound(block: Block) -> set[str]:
    """The names that a block outside of tests defines."""
    if found := _DEFINES.match(block.head):
        return {next(filter(None, found.groups()))}
    text = squeezed(" ".join((block.head, *block.body)))
    found = _IMPORTS.match(text) or _ASSIGNS.match(re.sub(STRING, "", text))
    return _words(next(filter(None, found.groups()), "")) if found else set()


def _reach(block: Block) -> set[str]:
    """The names to which a new block may give another meaning: any, where it runs by itself."""
    if _SUITE.match(block.head):
        return set()
    runs = "autouse" in " ".join(block.marks) or not _bound(block)
    return _words(block.text) if runs else _bound(block)


def _may_become(old: Block, new: Block) -> bool:
    """Functions and hooks may change, lists may grow, imports may bring more."""
    if _IMPORTS.match(old.head):
        atoms = [{m[0] for m in re.finditer(rf"{STRING}|\w+|\*", b.text)} for b in (old, new)]
        return bool(_IMPORTS.match(new.head)) and atoms[0] - _KEYWORDS <= atoms[1]
    if old.scope != new.scope:
        return False
    function = _DEFINES.match(old.head) and not re.match(r"(?:\w+ )*(?:class|mod) ", old.head)
    same = _bound(old) == _bound(new) if function else old.head == new.head and "=>" in old.head
    return bool(same) or _grown(old.text, new.text)


def _skips(*groups: list[Block]) -> Counter[str]:
    lines = "\n".join(squeezed(one) for group in groups for block in group for one in block.lines)
    return Counter(_DISABLED.findall(re.sub(STRING, '""', lines)))


def _lost(keep: str, was: list[Block], now: list[Block]) -> Iterator[Breach]:
    """The lines that check, each with its condition, must stay as they are."""
    old, new = ([*_checks(blocks)] for blocks in (was, now))
    for line in Counter(old) - Counter(new):
        rule = "assertion-removed" if len(new) < len(old) else "assertion-loosened"
        yield Breach(rule, f"{keep}: lost `{line}`")


def _checks(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        skipped = _DEFINES.match(block.head) or _IMPORT.match(block.head)
        lines = [squeezed(line) for line in block.lines[len(block.marks) + bool(skipped) :]]
        checks = [line for line in lines if _CHECK.search(re.sub(STRING, '""', line))]
        yield from (one for one in lines if one in checks or (checks and one.startswith("if")))


def _begins_alike(was: list[Block], now: Block) -> bool:
    """Marks stay, but those that skip may go, and tables may grow; new arguments are new names."""
    marks, more = ([m for m in one.marks if not _SKIP_MARK.match(m)] for one in (was[0], now))
    more = [mark for mark in more if mark in marks or not mark.startswith("#[case")]
    old, new = (_LIFTED.sub("", one.head) for one in (was[0], now))
    before, after = _words(old), _words(new)
    used = {name for block in was for name in _words(block.text)} - before
    fixtures = "def " in old and old.split("(")[0] == new.split("(")[0] and before <= after
    same = _grown(old, new) or (fixtures and not after & used)
    return same and len(marks) == len(more) and all(map(_grown, marks, more))


def _continued(was: list[Block], now: list[Block]) -> bool:
    """Whether all the old statements come first and in order, but for checks between them."""
    old = [block.text for block in was]
    looped = {*re.findall(r"\b(?:range|of|in)[ &]*(\w+)", "\n".join(old))}
    tables = [one for one in old if one.startswith("for") or looped & {*_words(one[:40])}]
    kept = []
    for block in now:
        row = next((one for one in tables if _grown(one, block.text)), block.text)
        kept += [row] if row in old or not _ONLY_CHECKS.match(row) else []
    return kept[: len(old)] == old


def _grown(old: str, new: str) -> bool:
    """Whether new is old, or old with rows put into one of its lists or tables."""
    size = len(new) - len(old)
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    for at in range(same, 0, -1) if size > 0 else ():
        if old[at:] != new[at + size :]:
            break
        row = new[at : at + size]
        last, first = row[0] == "," and old[at : at + 1], row[-1] == "," and old[at - 1]
        whole = last in (",", "]", "}", ")") or first in ("[", "{", "(", ",")
        keyed = re.match(r",?[\"']?\w+[\"']?:", row) and row.strip(",")[-1:] not in (")", "]", "}")
        if whole and row.strip(",") and not keyed and _in_table(new[:at]):
            return True
    return old == new


def _in_table(text: str) -> bool:
    """Whether it ends within a list, not within its rows, that only a loop or `each` is given."""
    text, count = re.sub(STRING, '""', text), 1
    while count:
        text, count = re.subn(r"\([^()\[\]{}]*\)|\[[^()\[\]{}]*\]|{[^()\[\]{}]*}", "", text)
    opened = re.findall(r"\w*\(|[\[{]", text)
    tables = [one for one in opened if one not in {"for(", "each(", "parametrize("}]
    return opened[-1:] == tables and tables in (["["], ["{"], ["("])
