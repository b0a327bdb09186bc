"""The policy of a commit, read from the mirror; only commits of the default branch are asked."""

from bot.domain.policy import POLICY_PATH, Policy, PolicyError
from bot.domain.policy_file import read_policy
from bot.kernel.values import Sha
from bot.stages.workspace import Mirror


def policy_at(mirror: Mirror, commit: Sha) -> Policy | PolicyError:
    """What the file says there; without a file, the defaults."""
    text = mirror.read_file(commit, POLICY_PATH)
    return read_policy(None if text is None else text.decode(errors="replace"))
