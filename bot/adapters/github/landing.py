"""The landing part of the port: one line for each question."""

from bot.adapters.github import own_check, queueing, rules, signed, state_labels
from bot.adapters.github.clients import Clients
from bot.domain.labels import StateLabel
from bot.domain.subject import Repo, Subject
from bot.kernel.merge_gate import MergePermit
from bot.kernel.values import Sha
from bot.stages.landing import CheckReport, Enqueued, FileWrite, LandingRules, MergeRefused
from bot.stages.workspace import LeaseLost


class GitHubLanding:
    """Implements `bot.stages.landing.Landing`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def landing_rules(self, repo: Repo, branch: str) -> LandingRules:
        """What the branch demands, by its protection and the rulesets that hold on it."""
        return rules.fetch_landing_rules(self._clients.of(repo), repo, branch)

    def enqueue(self, repo: Repo, pull: int, permit: MergePermit) -> Enqueued | MergeRefused:
        """The permitted commit is in the branch's merge queue."""
        return queueing.enqueue(self._clients.of(repo), repo, pull, permit)

    def is_queued(self, repo: Repo, pull: int) -> bool:
        """Whether the pull request is in the merge queue now."""
        return queueing.is_queued(self._clients.of(repo), repo, pull)

    def dequeue(self, repo: Repo, pull: int) -> None:
        """The pull request is not in the merge queue."""
        queueing.dequeue(self._clients.of(repo), repo, pull)

    def ensure_auto_merge(self, repo: Repo, pull: int, permit: MergePermit, message: str) -> bool:
        """GitHub squash-merges it once it may; False: GitHub does not let us."""
        return queueing.ensure_auto_merge(self._clients.of(repo), repo, pull, permit, message)

    def ensure_no_auto_merge(self, repo: Repo, pull: int) -> None:
        """GitHub does not merge the pull request by itself."""
        queueing.ensure_no_auto_merge(self._clients.of(repo), repo, pull)

    def ensure_check(self, repo: Repo, sha: Sha, report: CheckReport) -> int:
        """Our check on the commit says this; its id."""
        ours = self._clients.identity()
        return own_check.ensure_check(self._clients.of(repo), ours, repo, sha, report)

    def ensure_state_label(self, subject: Subject, state: StateLabel | None) -> None:
        """Of our state labels exactly this one is on the issue; with None, none of them."""
        state_labels.ensure_state_label(self._clients.of(subject.repo), subject, state)

    def commit_signed(
        self,
        repo: Repo,
        branch: str,
        parent: Sha,
        changes: tuple[FileWrite, ...],
        message: str,
        expected: Sha | None,
    ) -> Sha | LeaseLost:
        """One commit that GitHub signs for the App, put on the branch with lease."""
        client = self._clients.of(repo)
        return signed.commit_signed(client, repo, branch, parent, changes, message, expected)
