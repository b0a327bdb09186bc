"""How fast and how often we write, by a clock that the test moves."""

import threading

import pytest

from bot.adapters.github.answers import is_rate_limit, seconds_to_wait
from bot.adapters.github.loop_guard import LoopGuard
from bot.adapters.github.pacer import (
    GITHUB_PACE,
    SERVER_PACE,
    UNPACED,
    Pace,
    Pacer,
    pace_of,
)
from bot.stages.github import NotAllowed, TryLater


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_writes_are_a_second_apart_from_end_to_start():
    clock = Clock()
    pacer = Pacer(GITHUB_PACE, clock, clock.sleep)
    with pacer.turn():
        clock.now += 3.0
    with pacer.turn():
        pass
    clock.now += 0.4
    with pacer.turn():
        pass
    assert clock.slept == [1.0, pytest.approx(0.6)]


def test_the_eighty_first_write_of_a_minute_waits_for_the_next():
    clock = Clock()
    pacer = Pacer(Pace(interval_s=0.0, per_minute=80, per_hour=500), clock, clock.sleep)
    clock.now += 50.0
    for _ in range(80):
        with pacer.turn():
            pass
    clock.now += 48.0
    with pacer.turn():
        assert clock.slept == [12.0]


def test_a_full_hour_is_told_and_not_waited_for():
    clock = Clock()
    pacer = Pacer(GITHUB_PACE, clock, clock.sleep)
    for _ in range(500):
        with pacer.turn():
            pass
    with pytest.raises(TryLater) as later, pacer.turn():
        pass
    assert later.value.retry_after_s > 3000
    clock.now += later.value.retry_after_s
    with pacer.turn():
        pass


def test_a_failed_write_counts_as_one():
    clock = Clock()
    pacer = Pacer(GITHUB_PACE, clock, clock.sleep)
    with pytest.raises(ZeroDivisionError), pacer.turn():
        raise ZeroDivisionError
    with pacer.turn():
        pass
    assert clock.slept == [1.0]


def test_nothing_is_asked_while_github_said_wait():
    clock = Clock()
    pacer = Pacer(UNPACED, clock, clock.sleep)
    pacer.hold(30)
    pacer.hold(10)
    with pytest.raises(TryLater) as later, pacer.turn():
        pass
    assert later.value.retry_after_s == 30
    clock.now += 30
    pacer.check()


def test_two_threads_never_write_at_once():
    clock = Clock()
    pacer = Pacer(UNPACED, clock, clock.sleep)
    inside, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            with pacer.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == 1


def test_a_loop_on_one_issue_is_stopped_and_others_go_on():
    clock = Clock()
    guard = LoopGuard(clock, limit=3)
    for _ in range(3):
        guard.count("octo/hello#1")
    with pytest.raises(NotAllowed, match=r"3 writes about octo/hello#1 within an hour"):
        guard.count("octo/hello#1")
    guard.count("octo/hello#2")
    clock.now += 3600
    guard.count("octo/hello#1")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1100"}, 100.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "900"}, 1.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "999999999"}, 3600.0),
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": "1100"}, 60.0),
        ({}, 60.0),
    ],
)
def test_the_headers_say_how_long_to_wait(headers, seconds):
    assert seconds_to_wait(headers, now_epoch=1000.0) == seconds


@pytest.mark.parametrize(
    ("status", "headers", "message", "limited"),
    [
        (429, {}, "", True),
        (403, {"retry-after": "1"}, "", True),
        (403, {"x-ratelimit-remaining": "0"}, "", True),
        (403, {}, "You have exceeded a secondary rate limit.", True),
        (403, {"x-ratelimit-remaining": "4000"}, "Resource not accessible by integration", False),
        (404, {"retry-after": "1"}, "", False),
    ],
)
def test_a_lack_of_permission_is_no_rate_limit(status, headers, message, limited):
    assert is_rate_limit(status, headers, message) is limited


@pytest.mark.parametrize(
    ("address", "pace"),
    [
        ("https://api.github.com", GITHUB_PACE),
        ("https://api.octo.ghe.com", GITHUB_PACE),
        ("https://git.example.org/api/v3", SERVER_PACE),
        ("https://github.com.example.org/api/v3", SERVER_PACE),
        ("http://127.0.0.1:8080/api/v3", SERVER_PACE),
    ],
)
def test_a_site_of_ones_own_is_written_to_faster_than_github_wants_to_be(address: str, pace: Pace):
    assert pace_of(address) is pace
