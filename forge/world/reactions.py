"""Verbs: reactions. GitHub sends no webhook for them."""

from __future__ import annotations

from forge.world.entities import Account, Comment, Issue, Reaction, ReactionContent, ReviewComment
from forge.world.world import World


def react(
    world: World,
    actor: Account,
    subject: Issue | Comment | ReviewComment,
    content: ReactionContent,
) -> Reaction:
    """The actor's reaction of that kind, made when there is none."""
    with world.lock:
        for reaction in subject.reactions:
            if reaction.user is actor and reaction.content is content:
                return reaction
        made = Reaction(world.new_id(), actor, content, world.now())
        subject.reactions.append(made)
        return made


def unreact(world: World, subject: Issue | Comment | ReviewComment, reaction: Reaction) -> None:
    """Take a reaction back."""
    with world.lock:
        subject.reactions.remove(reaction)
