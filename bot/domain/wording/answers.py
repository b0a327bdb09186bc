"""Short answers to people: a refusal, a command that cannot be read, a policy that is wrong."""

from bot.domain.policy import POLICY_PATH, PolicyError
from bot.domain.wording.blocks import paragraphs
from bot.domain.wording.quoting import code, prose

COMMANDS = (
    ("`/evolve`", "queue this issue"),
    ("`/evolve plan`", "say what would be done and what it would cost, and change nothing"),
    ("`/evolve status`", "bring the status comment up to date"),
    ("`/evolve stop`", "end the work on this issue"),
    ("`/evolve retry`", "try again as a new attempt"),
    ("`/evolve continue $2`", "allow two more dollars and go on"),
    ("`/evolve approve SHA`", "on the pull request: allow the merge of exactly this commit"),
    ("`/evolve` and other words", "on the pull request: have that done"),
    ("`/evolve pause`", "take no work and merge nothing in this repository"),
    ("`/evolve resume`", "undo a pause"),
)


def refusal_marker(issue: int) -> str:
    """The hidden line by which the one refusal of an issue is found again."""
    return f"<!-- evolve:refusal {issue} -->"


def why_marker(pull: int) -> str:
    """The hidden line of the one question about a pull request that was closed unmerged."""
    return f"<!-- evolve:why {pull} -->"


def why_question(pull: int) -> str:
    """Asked once, where it was closed."""
    return (
        f"{why_marker(pull)}\nThis was closed without a merge. What should have been different? A"
        " sentence here, from somebody with write access, is remembered and shown before the next"
        " attempt; no answer is fine, too."
    )


def reopened_marker(pull: int) -> str:
    """The hidden line of the one word on a pull request that was opened again too late."""
    return f"<!-- evolve:reopened {pull} -->"


def reopened_line(pull: int, issue: int) -> str:
    """Said once, where it was opened again: the bot is done with it, and how to go on."""
    return (
        f"{reopened_marker(pull)}\nMy work on this ended when it was closed: I neither change nor"
        f" merge it any more, but people may. `/evolve retry` on #{issue} has it done anew, as"
        " another pull request."
    )


def refusal_line(issue: int, reason: str) -> str:
    """The one polite line for somebody whose word does not count here."""
    because = prose(" ".join(reason.split()), 200).rstrip(".")
    return (
        f"{refusal_marker(issue)}\nThank you, but I may only act for people with write access"
        f" here ({because}). A maintainer can comment `/evolve` instead."
    )


def unknown_command(word: str) -> str:
    """What to answer to a `/evolve` line that cannot be read."""
    if word.lower().split()[:1] == ["continue"]:
        return "`/evolve continue` wants an amount of dollars, such as `/evolve continue $2`."
    known = "\n".join(f"- {command}: {does}" for command, does in COMMANDS)
    return f"I do not know {code(word, 60)}. I know:\n{known}"


def policy_marker(issue: int) -> str:
    """The hidden line by which the comment about a wrong policy is found again."""
    return f"<!-- evolve:policy {issue} -->"


def policy_error_comment(issue: int, error: PolicyError) -> str:
    """The one clear comment about a policy file that cannot be used."""
    return paragraphs(
        policy_marker(issue),
        f"### `{POLICY_PATH}` cannot be used",
        f"**Line {error.line}:** {prose(error.reason, 500)}",
        "Nothing was started and nothing was spent. Mend that line on the default branch, then"
        " comment `/evolve`.",
    )
