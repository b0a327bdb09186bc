"""What a lesson says: measured facts in fixed words, and outside text only within quotes.

Nothing here is a model's opinion of its own work.
"""

from collections.abc import Iterable

from bot.domain.experiment import ROOT
from bot.domain.task import Ending
from bot.domain.wording.quoting import flatten
from bot.kernel.values import Breach, Kind

TITLE_CHARS, NAMES_MOST, BREACHES_MOST = 70, 4, 3


def refused_text(kind: Kind | None, title: str, ending: Ending, breaches: Iterable[Breach]) -> str:
    """A gate's rules with their details."""
    told = list(dict.fromkeys(f"{breach.rule}: {breach.detail}" for breach in breaches))
    more = f"; and {len(told) - BREACHES_MOST} more" if len(told) > BREACHES_MOST else ""
    how = "was refused by the patch gate" if ending is Ending.REFUSED else "could not be proven"
    return f"The {_change(kind, title)} {how}: {'; '.join(told[:BREACHES_MOST])}{more}"


def recurring_text(area: str, causes: Iterable[str]) -> str:
    """What changes in one directory are refused for, again and again."""
    where = "the top directory" if area == ROOT else f"{_one_line(area)}/"
    return f"Changes in {where} keep failing for one reason: {'; '.join(causes)}"


def closed_text(title: str, words: str) -> str:
    """The words of whoever closed the pull request, or said why it was closed."""
    return f"People did not want {_quoted(title)}, and said: “{_one_line(words)}”"


def reverted_text(title: str, checks: Iterable[str]) -> str:
    """The checks that a merge turned red."""
    return f"{_quoted(title)} was merged, then {_names(checks)} turned red on the base."


def merged_text(kind: Kind | None, title: str, files: Iterable[str], rules: Iterable[str]) -> str:
    """What a merged change changed, and which rules refused it on the way."""
    refused = list(rules)
    before = f" Refused on the way by {_names(refused)}." if refused else ""
    return f"The {_change(kind, title)} was merged; it changed {_names(files)}.{before}"


def repaired_text(title: str, checks: Iterable[str], files: Iterable[str]) -> str:
    """The checks that failed in CI, and what was changed to make them pass."""
    return (
        f"CI failed in {_names(checks)} on {_quoted(title)}, though the suite passed before the"
        f" push. It was merged after a change of {_names(files)}."
    )


def convention_text(where: str, words: str) -> str:
    """What reviewers asked for, that was then done and merged."""
    return f"Reviewers asked of {_one_line(where)}, and had it done: “{_one_line(words)}”"


def recipe_text(command: str) -> str:
    """By what the base's own suite was run, and passed."""
    return f"Set up as detected; the base's suite passed with: {_one_line(command)}"


def recalled_sentence(ids: Iterable[int]) -> str:
    """For the journal and the receipt; empty where nothing was recalled."""
    listed = ", ".join(f"{one}" for one in ids)
    return f"lessons recalled: {listed}" if listed else ""


def _change(kind: Kind | None, title: str) -> str:
    return f"{kind or 'change'} {_quoted(title)}"


def _quoted(title: str) -> str:
    return f"“{_one_line(title, TITLE_CHARS)}”"


def _one_line(text: str, most: int = 1_000) -> str:
    """Whoever is quoted cannot end the quotation."""
    return flatten(text, most).replace("”", "'")


def _names(names: Iterable[str]) -> str:
    listed = sorted({_one_line(name) for name in names})
    more = f" and {len(listed) - NAMES_MOST} more" if len(listed) > NAMES_MOST else ""
    return ", ".join(listed[:NAMES_MOST]) + more if listed else "nothing that is named"
