"""Attempts that are over, as the ledger, the journal and the story remember them."""

from datetime import UTC, datetime

from bot.domain.subject import Repo, Subject
from bot.kernel.budget import Usage
from bot.kernel.values import Usd
from bot.memory.journal import Entry
from bot.memory.ledger import Charge, ChargeState, Scope
from bot.memory.tasks import StageMark
from bot.memory.telemetry import RoleReport, telemetry

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPO = Repo("octo", "hello", 5)


class Past:
    """What three stores remember of some attempts."""

    def __init__(self) -> None:
        self.charges: list[Charge] = []
        self.entries: list[Entry] = []
        self.marks: list[StageMark] = []
        self.subjects: dict[int, Subject] = {}

    def attempt(self, *roles: str, marks: tuple[str, ...] = (), endings: tuple[str, ...]) -> None:
        """One more attempt, at an issue of its own."""
        task = len(self.subjects) + 1
        self.subjects[task] = Subject(REPO, 100 + task)
        for role in roles:
            self.charge(role, task)
        self.marks += [StageMark(task, 1, "prove", detail, NOON) for detail in marks]
        self.entries += [entry(100 + task, f"{ending}: because") for ending in endings]

    def charge(
        self, role: str, task: int, state: ChargeState = ChargeState.SETTLED, attempt: int = 1
    ) -> None:
        usage = Usage(10, 2, 30, 4) if state is ChargeState.SETTLED else None
        self.charges.append(
            Charge(
                key=f"{len(self.charges)}",
                scope=Scope(REPO, task, attempt, "run"),
                model="claude",
                role=role,
                state=state,
                reserved=Usd.of("0.50"),
                charged=Usd.of("0.10") if state is ChargeState.SETTLED else Usd(),
                usage=usage,
                at=NOON,
            )
        )

    def of(self, role: str) -> RoleReport:
        reports = telemetry(self.charges, self.entries, self.marks, self.subjects)
        return {report.role: report for report in reports}[role]


def entry(issue: int, outcome: str) -> Entry:
    return Entry(
        key=f"{issue}/{outcome}",
        timestamp=NOON,
        repo=REPO.full,
        issue=issue,
        attempt=1,
        observation="",
        proposed_action="",
        outcome=outcome,
        lessons=(),
        agent="1",
        prompt_hash="",
        models=(),
        tokens=0,
        cost_nano=0,
        diff_hash="",
        pull=None,
    )
