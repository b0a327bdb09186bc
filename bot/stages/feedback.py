"""Find what people ask for on a pull request, and sort out who may ask."""

from dataclasses import dataclass

from bot.domain.commands import Instruct, read_command
from bot.domain.feedback import Feedback, OnPull, OnThread
from bot.domain.subject import Repo
from bot.kernel.authority import Actor, Authorised, may_command
from bot.stages.github import GitHub
from bot.stages.look import Look
from bot.stages.talk import ReviewSaid, ReviewState, Thread


@dataclass(frozen=True, slots=True)
class Listener:
    """Reads one pull request's conversation, as one look sees it."""

    github: GitHub
    look: Look
    bots: frozenset[int]

    def asked(self, repo: Repo, pull: int) -> tuple[Feedback, ...]:
        """Everything that people with write access ask for, dealt with or not, oldest first.

        Words of an approving review ask for nothing, and a resolved thread is settled.
        """
        me = self.github.identity().user_id
        reviews = self.look.reviews_on(pull)
        threads = self.github.threads(repo, pull)
        comments = self.look.comments_on(pull)
        found: list[Feedback] = [_of_review(review) for review in reviews if _asks(review, me)]
        found += [one for thread in threads if (one := _of_thread(thread, me)) is not None]
        found += [
            Feedback(f"comment:{comment.id}", comment.author, comment.body, OnPull())
            for comment in comments
            if comment.author.id != me
            and not comment.edited
            and isinstance(read_command(comment.body, on_pull=True), Instruct)
        ]
        return tuple(one for one in found if self._may(one.by))

    def _may(self, by: Actor) -> bool:
        return isinstance(may_command(by, self.look.permission_of(by), self.bots), Authorised)


def _asks(review: ReviewSaid, me: int) -> bool:
    objects = review.state is ReviewState.CHANGES_REQUESTED
    return review.author.id != me and objects and bool(review.body.strip())


def _of_review(review: ReviewSaid) -> Feedback:
    return Feedback(f"review:{review.id}", review.author, review.body, OnPull())


def _of_thread(thread: Thread, me: int) -> Feedback | None:
    """The last word in a thread asks, unless it is ours: then its author has been answered."""
    if thread.resolved or not thread.remarks or thread.remarks[-1].author.id == me:
        return None
    last, root = thread.remarks[-1], thread.remarks[0]
    said = "\n\n".join(f"{one.author.login}: {one.body}" for one in thread.remarks)
    place = OnThread(root.id, thread.path, thread.line)
    return Feedback(f"remark:{last.id}", last.author, said, place)
