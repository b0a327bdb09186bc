"""What is said when a merge turned the base red: the pull request that takes it back."""

from collections.abc import Sequence

from bot.domain.watch import Watch
from bot.domain.wording.blocks import paragraphs
from bot.domain.wording.quoting import code, plain_line

TITLE_CHARS = 120


def revert_branch(watch: Watch) -> str:
    """The branch of the one revert of an attempt."""
    return f"evolve/revert-{watch.subject.number}-{watch.attempt}"


def revert_title(title: str) -> str:
    """As git and GitHub name a revert."""
    return plain_line(f'Revert "{title}"', TITLE_CHARS)


def revert_message(watch: Watch, title: str) -> str:
    """The commit's message."""
    return (
        f"{revert_title(title)}\n\nThis reverts commit {watch.merged}: its base turned red with it."
        "\n"
    )


def revert_body(watch: Watch, checks: Sequence[str]) -> str:
    """Why there is this pull request, and what it is not."""
    listed = ", ".join(code(name) for name in checks)
    return paragraphs(
        f"{listed} passed on {watch.before} and fails on {watch.merged}, which merged"
        f" #{watch.pull}. It was run again where that is possible.",
        f"This takes #{watch.pull} back and nothing else. Whether that helps is for your CI to say;"
        " a person decides and merges.",
        f"Reverts #{watch.pull}, refs #{watch.subject.number}",
    )
