"""Who is content with a pull request's head, and who objects: in reviews, or in words."""

from collections.abc import Iterable

from bot.domain.commands import Approve, read_command
from bot.kernel.merge_gate import Approval
from bot.kernel.values import Sha
from bot.stages.look import Look
from bot.stages.talk import ReviewSaid, ReviewState, standing


def reviewed(reviews: Iterable[ReviewSaid], state: ReviewState, look: Look) -> tuple[Approval, ...]:
    """The reviews that stand in this state, each on its commit, with the permission now."""
    return tuple(
        Approval(one.author, look.permission_of(one.author), one.sha)
        for one in standing(reviews)
        if one.state is state
    )


def approved_in_words(head: Sha, issue: int, pull: int, look: Look) -> tuple[Approval, ...]:
    """`/evolve approve SHA` on the issue or the pull request approves the head it names."""
    found: list[Approval] = []
    for number in (issue, pull):
        for comment in look.comments_on(number):
            command = read_command(comment.body, on_pull=number == pull)
            # An edited comment may say what its author never said; id 0 is a deleted account.
            counts = comment.author.id != 0 and not comment.edited
            if counts and isinstance(command, Approve) and command.names(head):
                found.append(Approval(comment.author, look.permission_of(comment.author), head))
    return tuple(found)
