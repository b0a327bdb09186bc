"""What the bot answers where it was asked: in a review thread, or on the pull request."""

from bot.domain.wording.blocks import paragraphs
from bot.domain.wording.quoting import prose, quoted
from bot.kernel.values import Sha

SAID_CHARS = 1_500
QUOTED_CHARS = 300


def reply_marker(key: str) -> str:
    """The hidden line by which a reply is found again."""
    return f"<!-- evolve:reply {key} -->"


def done_reply(text: str, sha: Sha) -> str:
    """It was done, in this commit."""
    return paragraphs(prose(text, SAID_CHARS), f"Done in {sha}.")


def left_reply(text: str) -> str:
    """It was not done, and why."""
    return paragraphs(prose(text, SAID_CHARS), "Nothing was changed for this.")


def failed_reply(reason: str) -> str:
    """It was tried without success; the pull request is as it was."""
    return paragraphs(
        "I could not do this; the pull request is as it was.",
        prose(reason, SAID_CHARS),
        "<sub>`/evolve retry` on the pull request tries again.</sub>",
    )


def on_the_pull(marker: str, asked: str, answer: str) -> str:
    """A reply that stands on the pull request itself says what it replies to."""
    return paragraphs(marker, quoted(asked.strip()[:QUOTED_CHARS]), answer)


def in_the_thread(marker: str, answer: str) -> str:
    """A reply in a review thread."""
    return paragraphs(marker, answer)
