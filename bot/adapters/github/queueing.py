"""GitHub's merge queue and auto-merge: only GraphQL knows them. Each mutation names the commit."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.github.client import Client
from bot.adapters.github.ensure import written
from bot.adapters.github.graphql import GraphQlRefused, data_of
from bot.adapters.github.outgoing import clean, fitting, title_line
from bot.domain.subject import Repo, Subject
from bot.kernel.merge_gate import MergePermit
from bot.kernel.values import Sha
from bot.stages.github import NotAllowed
from bot.stages.landing import Enqueued, MergeRefused

QUEUE_NEEDS = "the permissions merge_queues: write and contents: write"
AUTO_MERGE_NEEDS = "the permissions pull_requests: write and contents: write"

_PULL = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id headRefOid isInMergeQueue
      autoMergeRequest { mergeMethod }
    }
  }
}
"""
_ENQUEUE = """
mutation($pull: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: {pullRequestId: $pull, expectedHeadOid: $head}) {
    mergeQueueEntry { id }
  }
}
"""
_DEQUEUE = """
mutation($pull: ID!) {
  dequeuePullRequest(input: {id: $pull}) { mergeQueueEntry { id } }
}
"""
_ENABLE = """
mutation($pull: ID!, $head: GitObjectID!, $title: String!, $text: String!) {
  enablePullRequestAutoMerge(
    input: {
      pullRequestId: $pull, expectedHeadOid: $head, mergeMethod: SQUASH,
      commitHeadline: $title, commitBody: $text
    }
  ) { pullRequest { id } }
}
"""
_DISABLE = """
mutation($pull: ID!) {
  disablePullRequestAutoMerge(input: {pullRequestId: $pull}) { pullRequest { id } }
}
"""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What a pull request waits in; `auto_merge` is the method in GraphQL's spelling, or empty."""

    id: str
    head: Sha
    queued: bool
    auto_merge: str


def enqueue(client: Client, repo: Repo, pull: int, permit: MergePermit) -> Enqueued | MergeRefused:
    """Put the permitted commit into the queue. GitHub takes it out when the head moves."""
    now = _fetch(client, repo, pull)
    if now.head != permit.sha:
        return _other_head(now)
    if now.queued:
        return Enqueued()

    def look() -> Enqueued | None:
        return Enqueued() if _fetch(client, repo, pull).queued else None

    def write() -> Enqueued | MergeRefused:
        variables = {"pull": now.id, "head": permit.sha}
        try:
            _change(client, repo, pull, _ENQUEUE, variables)
        except GraphQlRefused as refused:
            if refused.lacks_permission:
                raise refused.needing(QUEUE_NEEDS) from None
            again = _fetch(client, repo, pull)
            if again.head != permit.sha:
                return _other_head(again)
            return Enqueued() if again.queued else MergeRefused(405, refused.message)
        return Enqueued()

    return written(client, write, look)


def is_queued(client: Client, repo: Repo, pull: int) -> bool:
    """Whether it is in the queue now."""
    return _fetch(client, repo, pull).queued


def dequeue(client: Client, repo: Repo, pull: int) -> None:
    """Take it out of the queue. Raises NotAllowed when it stays in."""
    now = _fetch(client, repo, pull)
    if now.queued:
        _undo(client, repo, pull, _DEQUEUE, now.id, QUEUE_NEEDS)


def ensure_auto_merge(
    client: Client, repo: Repo, pull: int, permit: MergePermit, message: str
) -> bool:
    """Squash the permitted commit once GitHub may; False when GitHub does not let us."""
    now = _fetch(client, repo, pull)
    if now.head != permit.sha:
        return False
    if now.auto_merge:
        return now.auto_merge == "SQUASH"
    title, _, text = message.partition("\n")
    variables = {
        "pull": now.id,
        "head": permit.sha,
        "title": title_line(title),
        "text": fitting(clean(text.strip())),
    }

    def look() -> bool | None:
        return True if _fetch(client, repo, pull).auto_merge == "SQUASH" else None

    def write() -> bool:
        try:
            _change(client, repo, pull, _ENABLE, variables)
        except GraphQlRefused as refused:
            if refused.lacks_permission:
                raise refused.needing(AUTO_MERGE_NEEDS) from None
            return False
        return True

    return written(client, write, look)


def ensure_no_auto_merge(client: Client, repo: Repo, pull: int) -> None:
    """Switch it off, whoever switched it on. Raises NotAllowed when it stays on."""
    now = _fetch(client, repo, pull)
    if now.auto_merge:
        _undo(client, repo, pull, _DISABLE, now.id, AUTO_MERGE_NEEDS)


def _undo(client: Client, repo: Repo, pull: int, mutation: str, node: str, needs: str) -> None:
    def look() -> bool | None:
        now = _fetch(client, repo, pull)
        there = now.queued if mutation is _DEQUEUE else bool(now.auto_merge)
        return None if there else True

    def write() -> bool:
        try:
            _change(client, repo, pull, mutation, {"pull": node})
        except GraphQlRefused as refused:
            if look() is None:
                raise refused.needing(needs) from None
        return True

    written(client, write, look)


def _change(
    client: Client, repo: Repo, pull: int, mutation: str, variables: Mapping[str, object]
) -> None:
    data_of(client.graphql_write(mutation, variables, str(Subject(repo, pull))))


def _fetch(client: Client, repo: Repo, pull: int) -> _Waiting:
    variables = {"owner": repo.owner, "name": repo.name, "number": pull}
    found = data_of(client.graphql(_PULL, variables)).record("repository", "pullRequest")
    if found is None:
        raise NotAllowed(f"{repo.full} has no pull request {pull}")
    return _Waiting(
        id=found.need_text("id"),
        head=Sha(found.need_text("headRefOid")),
        queued=found.flag("isInMergeQueue"),
        auto_merge=found.text("autoMergeRequest", "mergeMethod"),
    )


def _other_head(now: _Waiting) -> MergeRefused:
    return MergeRefused(409, f"the head is {now.head[:12]} now, which was not permitted")
