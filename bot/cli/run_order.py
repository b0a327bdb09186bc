"""Which order a run carries out: a new one, or the one that was cut off."""

from collections.abc import Callable
from dataclasses import replace

from bot.compose import Records, now
from bot.domain.run import Order, run_id
from bot.domain.subject import Repo
from bot.settings import Settings


class NotRun(Exception):
    """The run could not come to its end; the message says why."""


def order_for(
    settings: Settings, records: Records, repo: Repo, wanted: Order, say: Callable[[str], None]
) -> Order:
    """A new run; or the one that was cut off, if that asks for no more than is wanted now.

    Raises NotRun otherwise: nobody may spend more than was said this time.
    """
    from bot.engine.durable_queue import unfinished

    order = unfinished(settings.database_url, records.database, repo.full)
    if order is None:
        order = replace(wanted, run=replace(wanted.run, id=run_id(repo.full, now())))
        say(f"{order.run.id}: at most {order.max_changes} changes and {order.run.cap}")
        return order
    told = f"{order.max_changes} changes and {order.run.cap}"
    bolder = order.run.breaking and not wanted.run.breaking
    if bolder or order.run.cap > wanted.run.cap or order.max_changes > wanted.max_changes:
        dollars = str(order.run.cap).removeprefix("$")
        options = f"--max-changes {order.max_changes} --budget {dollars}"
        options += " --breaking" if order.run.breaking else ""
        raise NotRun(
            f"{order.run.id} was cut off and may still make up to {told}, which is more than was"
            f" asked for now; let it end first: {options}"
        )
    say(f"{order.run.id} was cut off and goes on, as it was ordered then: at most {told}")
    return order
