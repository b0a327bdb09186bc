"""An issue that is split: the issues its parts become, and how the status comment lists them."""

from hashlib import sha256
from typing import assert_never

from bot.domain.task import Bond, Part
from bot.domain.wording.blocks import paragraphs
from bot.domain.wording.quoting import inline, quoted

_LISTED = "This GitHub did not link some of them as sub-issues; they are listed here instead."


def part_marker(issue: int, part: Part) -> str:
    """The hidden line by which a part's issue is found again: the same title is filed once."""
    title = " ".join(part.title.casefold().split())
    return f"<!-- evolve:part {issue} {sha256(title.encode()).hexdigest()[:16]} -->"


def part_issue(issue: int, part: Part) -> str:
    """The body of the issue that a part becomes; its text is the model's."""
    return paragraphs(
        part_marker(issue, part),
        quoted(part.body),
        f"Part of #{issue}.",
        "<sub>Filed by the bot, because somebody asked for a plan of that issue. It waits for a"
        " person: a comment `/evolve` by somebody with write access queues it. Close it if it is"
        " not wanted.</sub>",
    )


def part_list(parts: tuple[Part, ...]) -> str:
    """The parts in the status comment; GitHub shows the titles of those that are issues."""
    if not parts:
        return ""
    listed = any(part.filed and part.filed.bond is Bond.LISTED for part in parts)
    return paragraphs(
        "**Parts**",
        "\n".join(_line(part) for part in parts),
        _LISTED if listed else "",
    )


def _line(part: Part) -> str:
    if part.filed is None:
        return f"- {inline(part.title)}: {inline(part.body)}"
    match part.filed.bond:
        case Bond.SUB_ISSUE:
            return f"- #{part.filed.issue}"
        case Bond.LISTED:
            return f"- [ ] #{part.filed.issue}"
        case never:
            assert_never(never)
