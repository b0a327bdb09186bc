"""The corpus: one small file a patch, read into the two trees it lies between.

The first line names the rule that must refuse it (empty for an honest patch). Then come sections:
`===== base PATH`, `===== head PATH` for a file that is new or changed, `===== gone PATH`.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_MARK = "===== "


@dataclass(frozen=True, slots=True)
class Case:
    """A patch: every file of its base, and of its head."""

    name: str
    rule: str
    base: dict[str, str]
    head: dict[str, str]


def cases(folder: str) -> tuple[Case, ...]:
    """All patches of `cheats` or of `honest`, by name."""
    return tuple(_read(path) for path in sorted((_HERE / folder).glob("*.txt")))


def _read(path: Path) -> Case:
    rule, *sections = path.read_text().split(_MARK)
    base: dict[str, str] = {}
    changed: dict[str, str] = {}
    gone: set[str] = set()
    for section in sections:
        title, _, text = section.partition("\n")
        side, _, name = title.partition(" ")
        match side:
            case "base":
                base[name] = text
            case "head":
                changed[name] = text
            case "gone":
                gone.add(name)
            case _:
                raise ValueError(f"{path.name}: no section is called {side!r}")
    head = {name: text for name, text in (base | changed).items() if name not in gone}
    return Case(path.stem, rule.strip(), base, head)


def build(root: Path, found: tuple[Case, ...]) -> None:
    """A bare repository with two commits for each case, at refs `base/NAME` and `head/NAME`."""
    subprocess.run(("git", "init", "--quiet", "--bare", str(root)), check=True)
    stream = b"".join(
        _commit(f"refs/heads/{side}/{case.name}", tree)
        for case in found
        for side, tree in (("base", case.base), ("head", case.head))
    )
    subprocess.run(("git", "-C", root, "fast-import", "--quiet"), input=stream, check=True)


def _commit(ref: str, tree: dict[str, str]) -> bytes:
    files = b"".join(
        b"M 100644 inline %s\n%s" % (name.encode(), _data(text)) for name, text in tree.items()
    )
    return b"commit %s\ncommitter a <a@example.com> 0 +0000\n%s%s\n" % (
        ref.encode(),
        _data(""),
        files,
    )


def _data(text: str) -> bytes:
    data = text.encode()
    return b"data %d\n%s\n" % (len(data), data)
