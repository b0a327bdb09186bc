"""`evolve serve`: the receiver and the worker in one process, until it is told to stop."""

import logging
import signal
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType

from bot.cli.look import records_of
from bot.cli.metrics import Scraped
from bot.compose import Records, compose, now
from bot.settings import NO_SCHEDULE, Settings
from webhooks.app import Backstage, Edge
from webhooks.receive import Receiver
from webhooks.server import EdgeServer
from webhooks.signature import Secrets

DRAIN_S = 20
"""Seconds that running steps are given to end; what does not end is resumed at the next start."""

log = logging.getLogger(__name__)


class CannotServe(Exception):
    """Something about this machine or its settings is in the way; the message says what to do."""


def serve(settings: Settings, slot: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; a second signal kills.

    Raises NotConfigured for a missing credential, CannotServe for what else is in the way.
    """
    if not settings.github_webhook_secret:
        raise CannotServe("GITHUB_WEBHOOK_SECRET is not set: without it anybody could send events")
    with records_of(settings) as records:
        _serve(settings, records, slot, workers)


def _serve(settings: Settings, records: Records, slot: int, workers: int) -> None:
    # The durable engine takes a second to import; only a process that works pays for it.
    from bot.engine.dispatch import dispatch_forever
    from bot.engine.durable import Engine
    from bot.engine.schedule import schedule_forever
    from bot.engine.slots import SlotTaken
    from bot.engine.sweep import sweep_forever

    services = compose(settings, records)
    stop = Event()
    _stop_on_signals(stop)
    threads: list[Thread] = []
    edge_app = edge_of(settings, records, lambda: _dead(threads))
    with _listening(settings, edge_app) as edge:
        log.info("listening on http://%s:%d", settings.evolve_host, edge.port)
        try:
            engine = Engine(services, settings.database_url, settings.home, slot, workers)
        except SlotTaken as taken:
            raise CannotServe(str(taken)) from taken
        threads += [
            _start("dispatch", lambda: dispatch_forever(services, engine.queue, stop)),
            _start("sweep", lambda: sweep_forever(services, engine.queue, stop, engine.take_over)),
        ]
        if (expression := settings.evolve_schedule) != NO_SCHEDULE:
            threads.append(
                _start(
                    "schedule",
                    lambda: schedule_forever(services, engine.queue, expression, stop),
                )
            )
        log.info("working as worker-%d", slot)
        if left := engine.queue.left_behind():
            log.warning("%d workflows need the version that began them; see docs/install.md", left)
        stop.wait()
        log.info("stopping: no new work is taken; a second signal kills")
        for thread in threads:
            thread.join(timeout=DRAIN_S)
        engine.close(DRAIN_S)


def _listening(settings: Settings, edge: Edge) -> EdgeServer:
    host, port = settings.evolve_host, settings.evolve_port
    try:
        return EdgeServer(edge, host, port)
    except OSError as error:
        cure = "set EVOLVE_PORT or EVOLVE_HOST"
        raise CannotServe(
            f"{host}:{port} cannot be listened on ({error.strerror}): {cure}"
        ) from error


def _dead(threads: list[Thread]) -> str | None:
    """What is wrong with the worker, for `/readyz`."""
    if not threads:
        return "the worker has not started yet"
    names = [thread.name for thread in threads if not thread.is_alive()]
    return f"stopped: {', '.join(names)}; the log says why" if names else None


def edge_of(settings: Settings, records: Records, worker: Callable[[], str | None]) -> Edge:
    """The HTTP edge over the inbox; `worker` tells what is wrong with the worker."""
    from bot.adapters.database.engine import unreachable
    from bot.adapters.database.inbox import GroupedInboxWriter

    writer = GroupedInboxWriter(records.database)
    secrets = Secrets(*(s.get_secret_value() for s in settings.github_webhook_secret))
    backstage = Backstage(
        checks={"database": lambda: unreachable(records.database), "worker": worker},
        pending=records.inbox.count_pending,
        metrics=Scraped(records, now).metrics,
    )
    return Edge(Receiver(writer, secrets, now), backstage, writer.close)


def _start(name: str, work: Callable[[], None]) -> Thread:
    thread = Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _stop_on_signals(stop: Event) -> None:
    def asked(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
