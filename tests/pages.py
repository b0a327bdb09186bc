"""The pages that people read, taken apart: tables, code in them, and what is told where."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONFIGURATION = ROOT / "docs/configuration.md"
ARCHITECTURE = ROOT / "docs/architecture.md"
README = ROOT / "README.md"
PAGES = (README, *sorted(ROOT.glob("docs/**/*.md")), ROOT / "CONTRIBUTING.md")

NAME = re.compile(r"`([^`]+)`")


def text_of(page: Path) -> str:
    return page.read_text()


def rows(text: str, heading: str) -> Iterator[list[str]]:
    """The cells of every row of the tables under a heading, up to the next of its level."""
    level = heading.partition(" ")[0]
    after = text.partition(f"{heading}\n")[2]
    section = re.split(rf"^#{{1,{len(level)}}} ", after, flags=re.MULTILINE)[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `"):
            yield cells


def code(cell: str) -> str:
    """The first thing in code in a cell, or its first word."""
    found = NAME.search(cell)
    return found[1] if found else cell.partition(" ")[0].rstrip(":;,")
