"""Whether an edit takes strength from the tests that were there. Adding tests is always fine.

An old test keeps its statements in order; it may gain checks, a tail, and rows of a table. What
stands around it may change as long as it checks no less, and as long as no name that the tests
know comes to mean something else.
"""

import re
from collections import Counter
from collections.abc import Iterator

from bot.kernel.values import Breach
from bot.kernel.weakening_blocks import CHECK, STRING, Block, read, squeezed

_CODE = re.compile(
    r"py[iw]?|[cm]?[jt]sx?|vue|go|rs|rb|java|kts?|[cf]s|vb|php|swift|c|cc|[ch]pp|cxx|h|m|scala|dart|"
    r"groovy|clj|exs?|erl|lua|pl|r|jl|sh|bash|bats|zig|nim|hs|ml"
)
_DISABLED = re.compile(
    r"(?m)(?!\bit\.skip\(\w+\))\b(?:it|test|describe|suite|context)(?:\.\w+)*\."
    r"(?:skip|only|todo|fail\w*|fixme|runIf|skipIf)[(.]|\b(?:pytest|mark|unittest)\.(?:skip|exit\b)|"
    r"skip(?:if|If|Unless|Test)\b|SkipTest|xfail|\b_exit\b|expectedFailure|importorskip|GTEST_SKIP|"
    r"import.*\bskip\b|collect_ignore|__test__|load_tests|pytest_(?:generate_tests|collection)|"
    r"(?<![.\w])[xf](?:it|test|describe|context|specify)(?:\.each|\(|\s*[\"'])|[{,](?:skip|fails|todo):|"
    r"\b(?:this|t|ctx)\.skip\(|\b(?:t|tb|b|f)\.Skip|@(?:Ignore|Disabled)|\[Ignore|\bSkip=|DISABLED_|"
    r"#\[[^\]]*\bignore\b|#!\[cfg|\bprocess(?:\.|::)exit(?:\(|Code=)|\bos\.Exit\((?!m\.Run)|"
    r"markTest(?:Sk|Inc)|@tag:skip|^#if 0|^(?:skip|pending)\b|^=begin|^//(?:go:build|\+build)|"
    r"(?P<gut>^global \w|^sys\.modules\[.*?\]=|pytest_plugins|^(?:async )?def pytest_|"
    r"^(?!self|cls|this)\w+(?:\.\w+){2,}=lambda|^(?:set|del)attr\(\w+\.)"
)
_LIFTED = re.compile(
    r"^[xf](?=it|test)|\.(?:skip|only|todo|failing|fixme)\b|\basync ?(?!def|fn)|->.*(?=:$)"
)
_SKIP_MARK = re.compile(r"@[\w.]*(?:skip|xfail|expectedFailure|Ignore|Disabled)|#\[ignore")
_ONLY_CHECKS = re.compile(
    r"assert \w(?!.*:=)|(?!assert.*:=|.*(?:[^=!<>:]=[^=>]|\+\+|--|\b(?:return|break|continue|goto|"
    r"panic)\b))(?:(?:await )?(?:expect|assert\w*|debug_assert\w*|require)[.!(]|"
    r"if\b.*\bt\.(?:Err|Fat))"
)
_DEFINES = re.compile(
    r"(?:(?:export|default|pub|async|public|private|static|const|let) ?)*(?:func(\(.*?\)\w+)|"
    r"(?:def|func|fn|fun|function|class|mod|type|struct|enum|trait|interface|macro_rules!)\b ?"
    r"(\w+)|(impl\b.*)|(\w+)\([^()]*\)\{|(\w+)=(?:async ?)?(?:function|\([^()]*\)=>|\w+=>))"
)
_FUNCTION = re.compile(r"(?!(?:\w+ )*(?:class|mod|struct|type|enum) )" + _DEFINES.pattern)
_IMPORTS = re.compile(
    r"from\b.*?\bimport\b(.*)|import\b(.*)\bfrom\b|(?:pub )?use\b.*?(\w+|\*|\{.*\})$|import\b(.*)|"
    r"(\w*) ?\"(?:[^\"]*/)?(\w+)\"$"
)
_ASSIGNS = re.compile(r"([^()]*?)(?<![=!<>])=(?![=>])")
_SUITE = re.compile(r"#!\[|[xf]?(?:describe|context|suite)\b|for\b.*[^:]$|.*\.forEach\(")
_SPECIAL = re.compile(r"init|TestMain|pytest\w*|set_?up\w*|tear_?down\w*|__\w+__", re.I)
_RUNS = re.compile(  # a statement that does something; a hook is one where old tests are
    r"(?!(?:var|const|type|import|let|subject|before\w*|after\w*)\()(?:[a-z_$][\w$]*|[\w$]+\.[\w$.]+)\(|"
    r"[\w$]+(?:\.|\[)[^(=]*=|(?:del|for|while|with|raise|assert|await|throw|new|match) |\("
)
_FAKES = re.compile(
    r"\.(?:mock\w*|doMock|spyOn|stubGlobal)\(|\bpatch[\w.]*\(|globalThis|Object\.(?:assign|define)|"
    r"\b(?:set|del)(?:attr|item)\(|autouse|\bANY\b|Mock\b|anything\(|^from\b.*import\*$|__setattr__|"
    r"(?<![.\w])(?:exec|eval|__import__|globals|locals|vars)\(|__(?:dict|code)__|\bbuiltins\.|"
    r"^use (?!.*(?:prelude|super)::\*).*::\*$|\bglobal | (?!self|cls|this)\w+(?:\.\w+)+=(?![=\d'])|"
    r"^(?:before|after)\w*\("
)
_KEYWORDS = {"import", "from", "use", "as", "const", "let", "var", "export", "static", "exports"}
_KEYWORDS |= {"module", "if", "for", "while", "switch", "return", "function", "type", "mut", "pub"}


def weakened(path: str, before: str | None, after: str | None) -> tuple[Breach, ...]:
    """Every way in which the test file was weakened; None stands for a file that is not there."""
    suffix = path.rpartition(".")[2].lower()
    if _CODE.fullmatch(suffix):
        try:
            return tuple(_weakened(path, before or "", after or ""))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return (Breach("unparsable", f"{path} cannot be parsed: mend its syntax"),)
    entries = [(text or "").split("\nexports[") for text in (before, after)]
    grown = suffix == "snap" and len(entries[0]) > 1 and {*entries[0]} <= {*entries[1]}
    if before is None or before == after or suffix in {"md", "rst", "adoc"} or grown:
        return ()
    return (Breach("test-data-changed", f"{path} is what tests compare with: add a file instead"),)


def _weakened(path: str, before: str, after: str) -> Iterator[Breach]:
    (old, outside), (new, around) = read(path, before), read(path, after)
    keep = f"keep {path} as it was and add tests beside it"
    for rule, line in _skips(around, *new.values()) - _skips(outside, *old.values()):
        yield Breach(rule, f"{keep}: no test may be skipped, cut out or robbed of sense: `{line}`")
    yield from _lost(keep, outside, around)
    everything = [block for blocks in (outside, *old.values()) for block in blocks]
    known = {title.rpartition(" > ")[2] for title in old}.union(*map(_bound, outside))
    called = re.findall(r"\b[A-Z]\w*|\w+(?=[(!])", "\n".join(one.text for one in everything))
    known |= {*called} - _KEYWORDS
    known = known.union(*(re.findall(r"[(,](\w+)", one[0].head) for one in old.values()))
    gone, places = Counter(outside) - Counter(around), {one.scope for one in everything}
    added = [
        one
        for one in Counter(around) - Counter(outside)
        if before and "__name__==" not in one.where + one.head
    ]
    types = {one for block in added if "class" in block.head for one in _bound(block)}
    for block in added:
        here, words = block.scope in places, _bound(block) or _words(block.text)
        names = {one for one in words if one in known or _SPECIAL.fullmatch(one)}
        if block.head.endswith(("(", "[", "{")) and not block.body:
            yield Breach("unparsable", f"{keep}: indent what is within `{block.head}`")
        elif any(_may_become(one, block, types) for one in gone):
            continue
        elif _gutting(block, here):
            yield Breach("test-gutted", f"{keep}: `{block.head}` reaches every test")
        elif here and names and not _SUITE.match(block.head):
            yield Breach("test-rewritten", f"{keep}: tests rely on {', '.join(sorted(names))}")
    for title, blocks in old.items():
        if title not in new:
            yield Breach("test-deleted", f"bring {title} back in {path}, with what it checks")
            continue
        now, texts = new[title], {block.text for block in blocks}
        lost = [*_lost(f"{keep}: {title}", blocks, now)]
        late = {name for one in now[1:] if one.text not in texts for name in _bound(one)}
        if not _begins_alike(blocks, now[0]):
            rule = "cases-removed" if "parametrize" in blocks[0].text else "test-rewritten"
            yield Breach(rule, f"{keep}: {title} does not begin as it did")
        elif known & late or not (lost or _continued(blocks[1:], now[1:])):
            yield Breach("test-rewritten", f"{keep}: {title} does not go on as it did")
        yield from lost


def _words(text: str) -> set[str]:
    return {*re.findall(r"[^\W\d]\w*|\*", text)} - _KEYWORDS


def _bound(block: Block) -> set[str]:
    """The names that a block outside of tests defines."""
    if found := _DEFINES.match(block.head):
        named = re.findall(r"\bname=[\"'](\w+)", " ".join(block.marks))
        return {next(filter(None, found.groups())), *named}
    text = squeezed(" ".join((block.head, *block.body)))
    text = re.sub(r"(\w):(?!=)[^={}]*(?==)", r"\1", text)  # a type binds nothing
    found = _IMPORTS.match(text) or _ASSIGNS.match(re.sub(STRING, "", text))
    return _words(next(filter(None, found.groups()), "")) if found else set()


def _gutting(block: Block, here: bool) -> bool:
    """Whether a new block outside of tests acts by itself, or on every test that was there."""
    function = _FUNCTION.match(block.head)
    text = squeezed(" ".join((*block.marks, block.head))) if function else block.text
    runs = _RUNS.match(block.head) and not _SUITE.match(block.head) and not function
    return bool(runs) or (here and bool(_FAKES.search(text)))


def _may_become(old: Block, new: Block, types: set[str]) -> bool:
    """Helpers and hooks may change but not begin to fake, lists grow, imports may bring more."""
    if _IMPORTS.match(old.head):
        atoms = [{m[0] for m in re.finditer(rf"{STRING}|\w+|\*", b.text)} for b in (old, new)]
        return bool(_IMPORTS.match(new.head)) and atoms[0] - _KEYWORDS <= atoms[1]
    faked = Counter(_FAKES.findall(new.text)) - Counter(_FAKES.findall(old.text))
    same = (_FUNCTION.match(old.head) or "=>" in old.head) and _begins_alike([old], new)
    kept = (same and not faked and not types & _words(new.text)) or _grown(old.text, new.text)
    return kept and old.scope == new.scope


def _skips(*groups: list[Block]) -> Counter[tuple[str, str]]:
    lines = "\n".join(squeezed(one) for group in groups for block in group for one in block.lines)
    found = _DISABLED.finditer(re.sub(STRING, '""', lines))
    return Counter(("test-gutted" if one["gut"] else "test-skipped", one[0]) for one in found)


def _lost(keep: str, was: list[Block], now: list[Block]) -> Iterator[Breach]:
    """The lines that check, each with its condition, must stay as they are."""
    old, new = ([*_checks(blocks)] for blocks in (was, now))
    for line in Counter(old) - Counter(new):
        rule = "assertion-removed" if len(new) < len(old) else "assertion-loosened"
        yield Breach(rule, f"{keep}: lost `{line}`")


def _checks(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        skipped = _DEFINES.match(block.head) or _IMPORTS.match(block.head)
        lines = [squeezed(line) for line in block.lines[len(block.marks) + bool(skipped) :]]
        checks = [line for line in lines if CHECK.search(re.sub(STRING, '""', line))]
        yield from (one for one in lines if one in checks or (checks and one.startswith("if")))


def _begins_alike(was: list[Block], now: Block) -> bool:
    """Marks stay, but those that skip may go, and tables may grow; new arguments are new names."""
    marks = [m for m in was[0].marks if m in now.marks or not _SKIP_MARK.match(m)]
    more = [mark for mark in now.marks if mark in marks or not mark.startswith("#[case")]
    old, new = (_LIFTED.sub("", one.head) for one in (was[0], now))
    before, after = _words(old), _words(new)
    used = {name for block in was for name in _words(block.text)} - before
    start = old.split("(")[0] + "(" if "def test" in old else old.split(")")[0]
    longer = _DEFINES.match(old) and new.startswith(start) and before <= after and not after & used
    same = longer or _grown(old, new)
    return bool(same) and len(marks) == len(more) and all(map(_grown, marks, more))


def _continued(was: list[Block], now: list[Block]) -> bool:
    """Whether all the old statements come first and in order, but for checks between them."""
    old = [block.text for block in was]
    looped = {*re.findall(r"\b(?:range|of|in)[ &]*(\w+)", "\n".join(old))}
    tables = [one for one in old if one.startswith("for") or looped & {*_words(one[:40])}]
    kept = []
    for block in now:
        row = next((one for one in tables if _grown(one, block.text)), block.text)
        kept += [row] if row in old or not _ONLY_CHECKS.match(row) else []
    return kept[: len(old)] == old and not any(one.startswith("yield") for one in kept[len(old) :])


def _grown(old: str, new: str) -> bool:
    """Whether new is old, or old with rows put into one of its lists or tables."""
    size = len(new) - len(old)
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    for at in range(same, 0, -1) if size > 0 else ():
        if old[at:] != new[at + size :]:
            break
        row = new[at : at + size]
        whole = re.match(r",[],})]|..,[\[{(,]", row[0] + (old + " ")[at] + row[-1] + old[at - 1])
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
