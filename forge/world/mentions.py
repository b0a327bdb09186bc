"""`#12` and `owner/repo#12` in a text make a cross-reference on the issue that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forge.world.entities import Account, CrossReferenced, Issue
from forge.world.world import World

_MENTION = re.compile(r"(?<![\w#&/-])(?:([\w.-]+/[\w.-]+))?#(\d+)\b")


def mentioned(world: World, issue: Issue, text: str) -> Iterator[Issue]:
    """The issues that a text in `issue`'s repository names, each as often as it is named."""
    for full_name, number in _MENTION.findall(text):
        try:
            repo = world.repo(full_name) if full_name else issue.repo
            yield repo.issues[int(number)]
        except KeyError:
            continue  # GitHub, too, leaves a mention of nothing as plain text


def cross_reference(world: World, actor: Account, source: Issue, text: str) -> None:
    """Put `source` on the timeline of each issue that the text names, once for each source."""
    for target in mentioned(world, source, text):
        known = (e.source for e in target.timeline if isinstance(e, CrossReferenced))
        if target is source or source in known:
            continue
        target.timeline.append(
            CrossReferenced(
                id=world.new_id(),
                actor=actor,
                at=world.now(),
                app=world.app_of(actor),
                source=source,
            )
        )
