"""Find what people ask for on a pull request, and sort out who may ask."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.commands import Instruct, read_command
from bot.domain.feedback import Feedback, OnPull, OnThread
from bot.domain.subject import Repo
from bot.kernel.authority import Actor, Authorised
from bot.kernel.text import strip_hidden
from bot.stages.github import CommentRead, GitHub
from bot.stages.look import Look
from bot.stages.talk import Remark, ReviewSaid, ReviewState, Thread, standing


@dataclass(frozen=True, slots=True)
class Listener:
    """Reads one pull request's conversation, as one look sees it."""

    github: GitHub
    look: Look

    def asked(self, repo: Repo, pull: int) -> tuple[Feedback, ...]:
        """Everything that people with write access ask for, dealt with or not, oldest first.

        Words of an approving review ask for nothing, and a resolved thread is settled. What was
        edited asks for what it says now, wherever it stands: only its author and people with write
        access can edit it. Its key stays, so what was dealt with is not dealt with again.
        """
        me = self.github.identity().user_id
        reviews = self.look.reviews_on(pull)
        threads = self.github.threads(repo, pull)
        comments = self.look.comments_on(pull)
        found = list(asked_by_review(reviews, me))
        asks = (asked_in_thread(thread, me, self._may) for thread in threads)
        found += [one for one in asks if one is not None]
        found += asked_in_comments(comments, me)
        return tuple(one for one in found if self._may(one.by))

    def _may(self, by: Actor) -> bool:
        return isinstance(self.look.authority_of(by), Authorised)


def asked_by_review(reviews: tuple[ReviewSaid, ...], me: int) -> tuple[Feedback, ...]:
    """Requested changes that stand: whoever approved since, or was dismissed, asks no more."""
    return tuple(
        Feedback(f"review:{one.id}", one.author, one.body, OnPull())
        for one in standing(reviews)
        if one.state is ReviewState.CHANGES_REQUESTED and one.author.id != me and one.body.strip()
    )


def asked_in_comments(comments: tuple[CommentRead, ...], me: int) -> tuple[Feedback, ...]:
    """Words behind `/evolve` that are no command, in comments on the pull request."""
    return tuple(
        Feedback(f"comment:{one.id}", one.author, one.body, OnPull())
        for one in comments
        if one.author.id != me and isinstance(read_command(one.body, on_pull=True), Instruct)
    )


def asked_in_thread(thread: Thread, me: int, may: Callable[[Actor], bool]) -> Feedback | None:
    """What people who may ask said since our own last word; None when that is nothing.

    Whoever may not ask can neither add to it nor, by having the last word, take it back.
    """
    ours = [at for at, one in enumerate(thread.remarks) if one.author.id == me]
    since = thread.remarks[ours[-1] + 1 :] if ours else thread.remarks
    asking = [one for one in since if may(one.author)]
    if thread.resolved or not asking:
        return None
    last, root = asking[-1], thread.remarks[0]
    heard = [one for one in thread.remarks if one.author.id == me or may(one.author)]
    others = [one for one in thread.remarks if one not in heard]
    place = OnThread(root.id, thread.path, thread.line)
    beside = tuple(dict.fromkeys(one.author for one in asking if one.author != last.author))
    return Feedback(f"remark:{last.id}", last.author, _said(heard), place, _said(others), beside)


def _said(remarks: list[Remark]) -> str:
    # Each by itself: a comment that somebody left open must not hide what others say behind it.
    return "\n\n".join(f"{one.author.login}: {strip_hidden(one.body)}" for one in remarks)
