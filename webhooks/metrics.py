"""Numbers for Prometheus, in its text format (source: its exposition formats, version 0.0.4)."""

from dataclasses import dataclass
from enum import StrEnum

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


class MetricKind(StrEnum):
    """A counter only grows; a gauge goes both ways."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric; each label is a name and a value."""

    labels: tuple[tuple[str, str], ...]
    value: int | float


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with its samples. `help` is one line that says the unit."""

    name: str
    kind: MetricKind
    help: str
    samples: tuple[Sample, ...]


def exposition(metrics: tuple[Metric, ...]) -> bytes:
    """The text that a scrape gets."""
    lines: list[str] = []
    for metric in metrics:
        lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
        lines += [f"{metric.name}{_labels(one)} {one.value!r}" for one in metric.samples]
    return "".join(f"{line}\n" for line in lines).encode()


def _labels(sample: Sample) -> str:
    if not sample.labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
