"""What must hold once an issue is merged, whatever happened on the way."""

from decimal import Decimal

from bot.domain.task import Ending, TaskState
from bot.kernel.values import Usd
from bot.memory.journal import Intact, verify
from bot.memory.ledger import ChargeState
from bot.memory.refusals import Gate
from forge.world.entities import Issue, State
from tests.engine.world import Town

DONE = (ChargeState.SETTLED, ChargeState.OPEN)


def merged_exactly_once(town: Town, issue: Issue) -> None:
    """One pull request, one merge of it, one status comment that says so, a closed issue."""
    task, pull = town.task(issue), town.pull()
    assert (task.state, task.ending) == (TaskState.ENDED, Ending.MERGED), task.reason
    assert task.published is not None
    assert task.published.tested == pull.head_sha
    assert pull.merged
    assert merges(town) == 1
    assert issue.state is State.CLOSED
    assert len(town.our_comments(issue)) == 1
    assert "✅ Merged" in town.status(issue)
    assert "return -(-items // per_page)" in town.file("shelf/paging.py")


def merges(town: Town) -> int:
    """Commits on the default branch since the first one."""
    return len(town.forge.world.git(town.repo).log(town.repo.default_branch)) - 1


def books_agree(town: Town) -> None:
    """One row of the ledger for each call that the model took, and never less money than billed."""
    rows = [charge for charge in town.records.ledger.charges() if charge.state in DONE]
    assert len(rows) == len(town.model.ledger.charges)
    assert town.records.ledger.total() >= dollars(town.model.ledger.total)
    if all(charge.state is ChargeState.SETTLED for charge in rows):
        assert town.records.ledger.total() == dollars(town.model.ledger.total)


def refused(town: Town) -> set[tuple[Gate, str]]:
    """Every gate and rule that has said no."""
    return {(one.gate, one.rule) for one in town.records.refusals.counts()}


def dollars(amount: Decimal) -> Usd:
    return Usd(int(amount.scaleb(9)))


def journal_tells(town: Town, issue: Issue, *endings: Ending) -> None:
    """The chain holds, and has exactly these endings of the issue, in this order."""
    rows = town.records.journal.rows()
    assert isinstance(verify(rows), Intact)
    told = [row.entry.outcome for row in rows if row.entry.issue == issue.number]
    assert len(told) == len(endings), told
    assert all(text.startswith(ending) for text, ending in zip(told, endings, strict=True)), told


def nothing_is_left_behind(town: Town) -> None:
    """No work directory stays once no task is being worked on."""
    work = town.home / "work"
    assert not work.exists() or list(work.iterdir()) == []


def nothing_was_spent(town: Town) -> None:
    """Neither the bot nor the model knows of any call."""
    assert town.records.ledger.charges() == ()
    assert town.model.requests == ()
    assert town.model.ledger.charges == ()
