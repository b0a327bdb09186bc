"""A row of the journal, for tests that need some."""

from bot.memory.journal import Entry
from tests.adapters.databases import NOW


def entry(number: int) -> Entry:
    return Entry(
        key=f"octo/hello#{number}/1/merged",
        timestamp=NOW,
        repo="octo/hello",
        issue=number,
        attempt=1,
        observation="title",
        proposed_action="",
        outcome="merged: well",
        lessons=(),
        agent="0.1.0",
        prompt_hash="p",
        models=("m",),
        tokens=1,
        cost_nano=1,
        diff_hash="",
        pull=None,
    )
