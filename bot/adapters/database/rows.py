"""Rows of the queue found by, and read back into, the domain's types."""

from sqlalchemy import ColumnElement, Table, and_
from sqlalchemy import Row as SqlRow

from bot.adapters.database.dialect import Values
from bot.adapters.database.tables import tasks
from bot.domain.subject import Repo, Subject
from bot.domain.task import Ending, Estimate, Published, Task, TaskState, Wish
from bot.kernel.proof import Strength
from bot.kernel.values import Kind, Risk, Sha, Usd


def within(repo: Repo, table: Table = tasks) -> ColumnElement[bool]:
    """Rows of a repository; by its name only, as its installation changes when it is redone."""
    return and_(table.c.owner == repo.owner, table.c.name == repo.name)


def about(subject: Subject) -> ColumnElement[bool]:
    """The task of an issue."""
    return and_(within(subject.repo), tasks.c.number == subject.number)


def task_of(row: SqlRow) -> Task:
    """A row of `tasks`."""
    return Task(
        id=row.id,
        subject=Subject(Repo(row.owner, row.name, row.installation), row.number),
        state=TaskState(row.state),
        pinned=row.pinned,
        admitted_by=row.admitted_by,
        admitted_login=row.admitted_login,
        admitted_at=row.admitted_at,
        attempt=row.attempt,
        cap=Usd(row.cap_nano),
        extra_budget=Usd(row.extra_nano),
        votes=row.votes,
        open_prs=row.open_prs,
        title=row.title,
        estimate=_estimate(row),
        published=_published(row),
        ending=None if row.ending is None else Ending(row.ending),
        ended_at=row.ended_at,
        reason=row.reason,
        stage=row.stage,
        label=row.label,
        answer=row.answer,
        wish=Wish(row.wish),
        parts=row.parts,
        touches=row.touches,
    )


def columns_of(estimate: Estimate | None) -> Values:
    """The columns of an estimate, all empty when there is none."""
    return {
        "kind": estimate and estimate.kind,
        "impact": estimate and estimate.impact,
        "estimated_risk": estimate and estimate.risk,
        "estimated_nano": estimate and estimate.cost.nano,
        "plan": estimate and estimate.plan,
    }


def _estimate(row: SqlRow) -> Estimate | None:
    if row.kind is None:
        return None
    cost = Usd(row.estimated_nano)
    return Estimate(Kind(row.kind), row.impact, Risk(row.estimated_risk), cost, row.plan)


def _published(row: SqlRow) -> Published | None:
    if row.pull is None:
        return None
    risk = Risk(row.published_risk)
    strength = Strength(row.proof_strength)
    tested, summary = Sha(row.tested), row.summary or ""
    return Published(row.pull, tested, risk, strength, row.diff_hash, summary, row.files)


def published_values(published: Published) -> Values:
    """The columns that say which pull request there is, and what of it is proven."""
    return {
        "pull": published.pull,
        "tested": published.tested,
        "published_risk": published.risk,
        "proof_strength": published.proof_strength,
        "diff_hash": published.diff_hash,
        "summary": published.summary,
        "files": published.files,
    }
