import http.client
import socket
import threading
from contextlib import closing

import pytest

from tests.adapters.databases import NOW
from tests.webhooks.asking import PATH, SECRET, signed
from webhooks.app import Backstage, Edge
from webhooks.body import CAP_BYTES, BodyReader
from webhooks.receive import Receiver
from webhooks.server import EdgeServer
from webhooks.signature import Secrets

BODY = b'{"action":"opened"}'


def serving(post, silence_s: float) -> EdgeServer:
    bodies = BodyReader(silence_s=silence_s)
    receiver = Receiver(post.writer, Secrets(SECRET), lambda: NOW, bodies)
    edge = Edge(receiver, Backstage({}, post.reader.count_pending), post.writer.close)
    return EdgeServer(edge, "127.0.0.1", 0)


@pytest.fixture
def server(post):
    # More patient than the senders here, so that no answer is owed to a time-out.
    with serving(post, silence_s=60) as server:
        yield server


def request(server, method: str, path: str, body: bytes | None = None, headers=None) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        text = {name.decode(): value.decode() for name, value in (headers or {}).items()}
        connection.request(method, path, body, text)
        return connection.getresponse().status


def deliver(server, body: bytes, **more: bytes) -> int:
    return request(server, "POST", PATH, body, signed(body, **more))


def raw(server, body: bytes, shut: bool, **more: bytes) -> bytes:
    """The first line of the answer to bytes that are sent as they are."""
    lines = [f"POST {PATH} HTTP/1.1".encode(), b"Host: x"]
    lines += [name + b": " + value for name, value in signed(BODY, **more).items()]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        if shut:
            connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            return answer.readline().strip()


def test_a_real_delivery_over_a_socket_is_accepted_and_stored(server, post):
    assert deliver(server, BODY) == 202
    assert [one.body for one in post.stored()] == [BODY]


def test_a_megabyte_arrives_whole(server, post):
    body = b"[" + b"1," * 600_000 + b"1]"
    assert deliver(server, body) == 202
    assert post.stored()[0].body == body


def test_a_sender_that_stops_halfway_and_listens_reads_400(server, post):
    assert raw(server, BODY[:7], shut=True) == b"HTTP/1.1 400 Bad Request"
    assert post.stored() == []


def test_a_sender_that_stops_halfway_and_waits_reads_400_after_a_while(post):
    with serving(post, silence_s=0.1) as server:
        assert raw(server, BODY[:7], shut=False) == b"HTTP/1.1 400 Bad Request"
    assert post.stored() == []


def test_a_whole_delivery_is_answered_also_when_its_sender_says_no_more(server, post):
    assert raw(server, BODY, shut=True) == b"HTTP/1.1 202 Accepted"
    assert len(post.stored()) == 1


def test_a_sender_of_too_much_reads_413_and_not_a_broken_connection(server, post):
    assert deliver(server, b"x" * (CAP_BYTES + 1)) == 413
    assert post.stored() == []


def test_many_senders_at_once_each_have_a_row_when_they_are_answered(server, post):
    statuses: list[int] = []

    def send(lane: int) -> None:
        for number in range(10):
            statuses.append(deliver(server, BODY, x_github_delivery=f"{lane}-{number}".encode()))

    senders = [threading.Thread(target=send, args=(lane,)) for lane in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert statuses == [202] * 80
    assert len(post.stored()) == 80


def test_after_a_stop_the_port_is_free_and_the_inbox_closed(post):
    edge = Edge(post.receiver, Backstage({}, post.reader.count_pending), post.writer.close)
    with EdgeServer(edge, "127.0.0.1", 0) as server:
        port = server.port
        assert request(server, "GET", "/healthz") == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_port_that_is_taken_is_an_error_for_whoever_starts_the_server(post):
    edge = Edge(post.receiver, Backstage({}, post.reader.count_pending), post.writer.close)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        EdgeServer(edge, "127.0.0.1", taken.getsockname()[1])
