"""What one look at GitHub asks for only once: an actor's permission, comments, reviews."""

from bot.domain.subject import Repo, Subject
from bot.kernel.authority import Actor, Authority, Permission, may_command
from bot.stages.github import CommentRead, GitHub
from bot.stages.talk import ReviewSaid


class Look:
    """One look at one repository; thrown away after it, so that nothing grows old.

    `bots` are the user ids of other bots whose word counts here.
    """

    def __init__(self, github: GitHub, repo: Repo, bots: frozenset[int]) -> None:
        self._github, self._repo, self.bots = github, repo, bots
        self._permissions: dict[int, Permission | None] = {}
        self._comments: dict[int, tuple[CommentRead, ...]] = {}
        self._reviews: dict[int, tuple[ReviewSaid, ...]] = {}

    def permission_of(self, actor: Actor) -> Permission | None:
        """The permission now; None when it could not be fetched."""
        if actor.id not in self._permissions:
            self._permissions[actor.id] = self._github.permission(self._repo, actor.login)
        return self._permissions[actor.id]

    def authority_of(self, actor: Actor) -> Authority:
        """Whether the actor's word counts here, and why not."""
        return may_command(actor, self.permission_of(actor), self.bots)

    def comments_on(self, number: int) -> tuple[CommentRead, ...]:
        """The comments of an issue or pull request, oldest first."""
        if number not in self._comments:
            self._comments[number] = self._github.comments(Subject(self._repo, number))
        return self._comments[number]

    def reviews_on(self, number: int) -> tuple[ReviewSaid, ...]:
        """The reviews of a pull request, oldest first; a reply in a thread is one, too."""
        if number not in self._reviews:
            self._reviews[number] = self._github.reviews_said(self._repo, number)
        return self._reviews[number]


def said_on(look: Look, number: int, me: int, marker: str) -> bool:
    """Whether we (`me` is our user id) left a comment with this hidden marker there."""
    return any(one.author.id == me and marker in one.body for one in look.comments_on(number))
