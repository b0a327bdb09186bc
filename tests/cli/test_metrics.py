"""`/metrics` of the records, read by Prometheus' own parser."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.cli.metrics import Scraped
from bot.domain.changed_lines import Sketch
from bot.memory.judged import MergedChange, RefusedChange
from bot.memory.refusals import Gate, refusals_of
from tests.adapters.databases import NOW, SUBJECT, later
from tests.cli.commands import records_in
from tests.cli.test_telemetry import begun
from tests.memory.attempts import CONTROL, TREATED
from webhooks.metrics import Metric, MetricKind, Sample, exposition


class Clock:
    """The time that a test says it is."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def records(tmp_path):
    opened = records_in(tmp_path)
    yield opened
    opened.database.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scraped(records, clock) -> Scraped:
    for number, outcome in ((20, "merged: x"), (21, "merged: x"), (22, "failed: x")):
        begun(records, number, outcome, arms=TREATED)
    begun(records, 23, "failed: x", arms=CONTROL)
    records.refusals.record(refusals_of(Gate.PATCH, ("too-large",), SUBJECT, 1, "a", NOW))
    lines = Sketch(frozenset(range(12)))
    records.judged.refused(RefusedChange(SUBJECT, 1, Gate.PATCH, "a", lines, NOW))
    return Scraped(records, clock)


def read(metrics: tuple[Metric, ...]) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, as a scrape stores it."""
    found = {}
    for family in text_string_to_metric_families(exposition(metrics).decode()):
        assert family.documentation.endswith((".", "USD."))
        for sample in family.samples:
            key = (sample.name, *(sample.labels[name] for name in sorted(sample.labels)))
            assert key not in found, "a sample stands once"
            found[key] = sample.value
    return found


def test_a_scrape_reads_attempts_by_kind_refusals_and_experiments(scraped):
    found = read(scraped.metrics())
    assert found["evolve_attempts_total", "fix"] == 4
    assert found["evolve_decided_total", "fix"] == 4
    assert found["evolve_merges_total", "fix"] == 2
    assert found["evolve_reverts_total", "fix"] == 0
    assert found["evolve_merges_survived_total", "fix"] == 0
    assert found["evolve_attempts_usd_total", "fix"] == pytest.approx(0.8)
    assert found["evolve_gate_refusals_total", "patch", "too-large"] == 1
    assert found["evolve_experiment_decided", "treated", "lessons"] == 3
    name = "evolve_experiment_merge_rate_difference"
    estimate, low, high = (found[name, end, "lessons"] for end in ("estimate", "low", "high"))
    assert estimate == pytest.approx(2 / 3)
    assert low < estimate < high


def test_types_are_those_that_were_declared(scraped):
    text = exposition(scraped.metrics()).decode()
    types = {family.name: family.type for family in text_string_to_metric_families(text)}
    assert types["evolve_merges"] == "counter"
    assert types["evolve_experiment_decided"] == "gauge"


def test_nothing_says_whose_repositories_they_are(scraped):
    text = exposition(scraped.metrics()).decode()
    assert "octo" not in text
    assert "hello" not in text
    assert "src" not in text


def test_a_scrape_without_news_derives_nothing_again(scraped, clock):
    first = scraped.metrics()
    clock.now += timedelta(seconds=15)
    again = scraped.metrics()
    assert [one is two for one, two in zip(first[1:], again[1:], strict=True)] == [True] * 11


def test_seven_days_later_the_merges_have_survived(scraped, clock):
    scraped.metrics()
    clock.now += timedelta(days=8)
    assert read(scraped.metrics())["evolve_merges_survived_total", "fix"] == 2


def test_what_is_known_of_old_refusals_is_looked_at_every_ten_minutes(scraped, records, clock):
    name = ("evolve_gate_refusals_merged_later", "patch", "as_it_was", "too-large")
    assert read(scraped.metrics())[name] == 0
    lines = Sketch(frozenset(range(12)))
    records.judged.merged(MergedChange(SUBJECT, "head", lines, later(60)))
    assert read(scraped.metrics())[name] == 0
    clock.now += timedelta(minutes=10)
    assert read(scraped.metrics())[name] == 1


def test_an_empty_database_is_scraped_too(records, clock):
    found = read(Scraped(records, clock).metrics())
    assert set(found.values()) == {0.0}


def test_labels_come_back_as_they_were_whatever_is_in_them():
    odd = 'a "quoted"\nline\\ and {more}, end'
    metric = Metric("m", MetricKind.GAUGE, "Things.", (Sample((("why", odd),), 1.5e-9),))
    assert read((metric,)) == {("m", odd): 1.5e-9}
