"""Merging exactly one permitted commit."""

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import Client
from bot.adapters.github.ensure import ensured
from bot.adapters.github.outgoing import clean, fitting, title_line
from bot.adapters.github.paths import repo_path
from bot.adapters.github.pulls import fetch_pull
from bot.domain.subject import Repo, Subject
from bot.kernel.merge_gate import MergePermit
from bot.kernel.values import Sha
from bot.stages.github import Merged, MergeOutcome, MergeRefused, PullState

_REFUSALS = (405, 409)


def merge(
    client: Client, repo: Repo, number: int, permit: MergePermit, message: str
) -> MergeOutcome:
    """Squash-merge the permitted commit. Raises NotAllowed, or TryLater when nothing is known."""
    title, _, text = message.partition("\n")
    order: dict[str, object] = {
        "sha": permit.sha,
        "merge_method": "squash",
        "commit_title": title_line(title),
        "commit_message": fitting(clean(text.strip())),
    }

    def look() -> MergeOutcome | None:
        pull = fetch_pull(client, repo, number)
        if pull is None or pull.state is not PullState.MERGED or pull.merge_sha is None:
            return None
        return Merged(pull.merge_sha)

    def write() -> MergeOutcome:
        at = repo_path(repo, "pulls", number, "merge")
        try:
            record = client.write("PUT", at, order, str(Subject(repo, number))).record()
        except Refused as refused:
            if refused.status not in _REFUSALS:
                raise
            # GitHub answers 405 to a second merge, too.
            return look() or MergeRefused(refused.status, refused.message)
        if record.at("merged") is False:
            return MergeRefused(405, record.text("message"))
        return Merged(Sha(record.need_text("sha")))

    return ensured(client, write, look)
