"""Pages of pull requests: conversation with commits and reviews, checks, merge state, and diff."""

from html import escape

from forge.git.diff import Comparison
from forge.git.objects import Commit
from forge.pages.checks import check_list, check_marks
from forge.pages.conversation import Entry, conversation
from forge.pages.diff import changed_files
from forge.pages.html import crumbs, page, when, who
from forge.pages.issues import heading
from forge.pages.reviews import review_entry, reviewers
from forge.world.entities import Pull, Repo, State
from forge.world.mergeability import MergeState, comparison_of, mergeability
from forge.world.world import World


def pull_page(world: World, pull: Pull) -> str:
    """One pull request."""
    issue, compared = pull.issue, comparison_of(world, pull)
    body = (
        heading(issue, *_state(pull), _story(pull, compared))
        + conversation(issue, review_entry, [_commit(pull.repo, one) for one in compared.commits])
        + f"<section id='state'><h2>Checks of <code>{pull.head_sha[:7]}</code></h2>"
        + check_list(pull.repo, pull.head_sha)
        + _merge_box(world, pull)
        + f"</section><section id='files'>{changed_files(compared.files)}</section>"
    )
    return page(f"{issue.title} · #{issue.number}", crumbs(pull.repo), body)


def _state(pull: Pull) -> tuple[str, str]:
    if pull.merged:
        return "merged", "Merged"
    if pull.issue.state is State.CLOSED:
        return "abandoned", "Closed"
    return ("draft", "Draft") if pull.draft else ("open", "Open")


def _story(pull: Pull, compared: Comparison) -> str:
    """Whose commits go where."""
    count = len(compared.commits)
    commits = f"{count} commit{'' if count == 1 else 's'}"
    deed = "merged" if pull.merged else "wants to merge"
    person = (pull.merged_by if pull.merged else None) or pull.issue.author
    return (
        f"{who(person)} <span class='pale'>{deed} {commits} into</span> "
        f"<code>{escape(pull.base_ref)}</code> <span class='pale'>from</span> "
        f"<code>{escape(pull.head_ref)}</code>"
    )


def _commit(repo: Repo, commit: Commit) -> Entry:
    """A commit with what its checks say, at the time when it was committed."""
    at, marks = commit.committer.when, check_marks(repo, commit.sha)
    html = (
        f"<div class='event commit'><code>{commit.sha[:7]}</code> "
        f"<b>{escape(commit.title)}</b> {when(at)}" + (f"<br>{marks}" if marks else "") + "</div>"
    )
    return at, html


def _merge_box(world: World, pull: Pull) -> str:
    kind, said = _merge_state(world, pull)
    standing = reviewers(pull)
    people = f"<div class='row'>Reviewers: {standing}</div>" if standing else ""
    return f"<div class='box {kind}'>{people}<div class='row'>{said}</div></div>"


def _merge_state(world: World, pull: Pull) -> tuple[str, str]:
    """The colour of the box, and whether this can be merged, was, or why not."""
    if pull.merged:
        sha, by = (pull.merge_commit_sha or "")[:7], pull.merged_by or pull.issue.author
        return "landed", f"<b>Merged</b> by {who(by)} as <code>{sha}</code>"
    if pull.issue.state is State.CLOSED:
        return "", "<b>Closed</b> without being merged"
    verdict = mergeability(world, pull)
    if verdict.refusal is not None:
        return "asked", f"<b>Cannot be merged.</b> {escape(verdict.refusal.message)}"
    if verdict.state is MergeState.UNSTABLE:
        return "", "<b>Can be merged</b>, though not every check has passed"
    return "approved", "<b>Can be merged</b>: nothing stands against it"
