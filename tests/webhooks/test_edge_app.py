import pytest

from tests.webhooks.asking import PATH, ask, signed, whole
from webhooks.app import Backstage, Edge
from webhooks.metrics import Metric, MetricKind, Sample, exposition

BODY = b"{}"


async def nothing() -> None:
    return None


@pytest.fixture
def edge(post):
    checks = {"database": lambda: None, "worker": lambda: None}
    return Edge(post.receiver, Backstage(checks, post.reader.count_pending), nothing)


def get(edge, path: str, method: str = "GET"):
    return ask(edge, method=method, path=path)


def test_deliveries_go_to_the_receiver(edge, post):
    assert ask(edge, signed(BODY), whole(BODY)).status == 202
    assert len(post.stored()) == 1


def test_a_living_process_says_ok(edge):
    assert (get(edge, "/healthz").status, get(edge, "/healthz").body) == (200, b"ok\n")


def test_readiness_is_what_the_checks_say_now(post):
    trouble: list[str] = []
    checks = {"database": lambda: None, "worker": lambda: trouble[0] if trouble else None}
    edge = Edge(post.receiver, Backstage(checks, post.reader.count_pending), nothing)
    assert get(edge, "/readyz").status == 200
    trouble.append("it is not running")
    reply = get(edge, "/readyz")
    assert (reply.status, reply.body) == (503, b"database: ok\nworker: it is not running\n")


def test_metrics_count_the_inbox_the_outcomes_and_what_else_is_given(post):
    extra = Metric("evolve_queue", MetricKind.GAUGE, "Queued tasks.", (Sample((), 4),))
    backstage = Backstage({}, post.reader.count_pending, lambda: (extra,))
    edge = Edge(post.receiver, backstage, nothing)
    ask(edge, signed(BODY), whole(BODY))
    ask(edge, {}, whole(BODY))
    reply = get(edge, "/metrics")
    lines = reply.body.decode().splitlines()
    assert reply.headers[b"content-type"].startswith(b"text/plain; version=0.0.4")
    assert "# TYPE evolve_deliveries_total counter" in lines
    assert "evolve_inbox_pending 1" in lines
    assert 'evolve_deliveries_total{outcome="accepted"} 1' in lines
    assert 'evolve_deliveries_total{outcome="unsigned"} 1' in lines
    assert 'evolve_deliveries_total{outcome="busy"} 0' in lines
    assert "evolve_queue 4" in lines


def test_large_counts_are_not_rounded_and_labels_are_escaped():
    sample = Sample((("why", 'a "quoted"\nline\\'), ("how", "now")), 1_234_567_891)
    text = exposition((Metric("m", MetricKind.COUNTER, "Things.", (sample,)),)).decode()
    assert text.splitlines()[2] == r'm{why="a \"quoted\"\nline\\",how="now"} 1234567891'


def test_a_person_sees_a_page_whose_text_cannot_become_markup(post):
    checks = {"worker": lambda: "<script>alert(1)</script>"}
    edge = Edge(post.receiver, Backstage(checks, post.reader.count_pending), nothing)
    reply = get(edge, "/")
    assert reply.status == 200
    assert b"evolve-bot" in reply.body
    assert b"&lt;script&gt;" in reply.body
    assert b"<script" not in reply.body


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", PATH, 405),
        ("POST", "/healthz", 405),
        ("HEAD", "/healthz", 200),
        ("GET", "/nothing", 404),
        ("POST", PATH + "/", 404),
    ],
)
def test_other_requests_are_told_what_is_wrong(edge, method, path, status):
    assert get(edge, path, method).status == status
