import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.database.engine import open_database
from bot.adapters.database.inbox import GroupedInboxWriter, SqlInboxReader
from bot.domain.events import Ignored, read_delivery
from tests.adapters.databases import NOW, fresh_url
from tests.webhooks.asking import OLD_SECRET, SECRET, ask, signature, signed, whole
from webhooks.body import CAP_BYTES, BodyReader
from webhooks.receive import Outcome, Receiver
from webhooks.signature import Secrets

BODY = b'{"action":"labeled"}'


def test_a_signed_delivery_is_stored_raw_under_its_id_before_it_is_accepted(post):
    assert ask(post.receiver, signed(BODY), whole(BODY)).status == 202
    (stored,) = post.stored()
    assert (stored.id, stored.event, stored.body) == ("3f1c-guid", "issues", BODY)
    assert stored.received_at == NOW


def test_a_redelivery_is_accepted_and_is_no_second_row(post):
    for _ in range(2):
        assert ask(post.receiver, signed(BODY), whole(BODY)).status == 202
    assert len(post.stored()) == 1


def test_while_secrets_rotate_both_are_accepted(post):
    for guid, secret in ((b"a", SECRET), (b"b", OLD_SECRET)):
        headers = signed(BODY, x_github_delivery=guid, x_hub_signature_256=signature(BODY, secret))
        assert ask(post.receiver, headers, whole(BODY)).status == 202
    assert len(post.stored()) == 2


UNSIGNED = {name: value for name, value in signed(BODY).items() if b"signature" not in name}
SHA1 = signature(BODY, algorithm="sha1")


@pytest.mark.parametrize(
    "headers",
    [
        UNSIGNED,
        UNSIGNED | {b"x-hub-signature": SHA1},
        signed(BODY, x_hub_signature_256=SHA1),
        signed(BODY, x_hub_signature_256=signature(BODY, "another secret")),
        signed(BODY, x_hub_signature_256=signature(BODY + b" ")),
        signed(BODY, x_hub_signature_256=signature(BODY).removeprefix(b"sha256=")),
        signed(BODY, x_hub_signature_256=signature(BODY).upper()),
        signed(BODY, x_hub_signature_256=signature(BODY)[:-1]),
        signed(BODY, x_hub_signature_256=signature(BODY) + b"\n"),
        signed(BODY, x_hub_signature_256=b"sha512=" + b"0" * 128),
        signed(BODY, x_hub_signature_256=b"\xff" * 71),
        signed(BODY, x_hub_signature_256=b""),
    ],
)
def test_an_unsigned_wrongly_signed_or_sha1_signed_delivery_gets_401_and_no_row(post, headers):
    assert ask(post.receiver, headers, whole(BODY)).status == 401
    assert post.stored() == []


def test_two_signatures_are_none(post):
    pairs = [*signed(BODY).items(), (b"x-hub-signature-256", signature(BODY))]
    assert ask(post.receiver, pairs, whole(BODY)).status == 401
    assert post.stored() == []


def test_an_oversized_delivery_gets_413_before_a_byte_of_it_is_read(post):
    headers = signed(BODY, content_length=str(CAP_BYTES + 1).encode())
    reply = ask(post.receiver, headers, [])
    assert (reply.status, reply.headers[b"connection"]) == (413, b"close")
    assert post.stored() == []


def test_an_oversized_stream_without_a_length_gets_413_at_the_byte_that_is_too_much(post):
    receiver = Receiver(post.writer, Secrets(SECRET), lambda: NOW, BodyReader(cap_bytes=10))
    for size, status in ((10, 202), (11, 413)):
        body = b"x" * size
        headers = signed(body)
        del headers[b"content-length"]
        parts = [
            {"type": "http.request", "body": body[:9], "more_body": True},
            {"type": "http.request", "body": body[9:], "more_body": False},
        ]
        assert ask(receiver, headers, parts).status == status
    assert [one.body for one in post.stored()] == [b"x" * 10]


def test_size_is_judged_before_the_signature(post):
    assert ask(post.receiver, {b"content-length": b"99999999999"}, []).status == 413


@pytest.mark.parametrize(
    "messages",
    [
        [{"type": "http.request", "body": BODY[:5], "more_body": False}],
        [{"type": "http.request", "body": BODY + b"more", "more_body": False}],
        [{"type": "http.request", "body": BODY, "more_body": True}, {"type": "http.disconnect"}],
        [{"type": "http.disconnect"}],
        [{"type": "http.request", "body": BODY[:5], "more_body": True}],
        [],
    ],
    ids=["shorter", "longer", "gone at the end", "gone at once", "falls silent", "never speaks"],
)
def test_a_truncated_delivery_gets_400_and_no_row(post, messages):
    assert ask(post.receiver, signed(BODY), messages).status == 400
    assert post.stored() == []


@pytest.mark.parametrize(
    "broken",
    [
        {b"x-github-delivery": None},
        {b"x-github-event": None},
        {b"x-github-delivery": b""},
        {b"x-github-delivery": b"\xe9"},
        {b"x-github-delivery": b"a" * 129},
        {b"x-github-event": b"a b"},
        {b"x-github-event": b"a" * 65},
        {b"content-length": b"-1"},
        {b"content-length": b"1e3"},
    ],
)
def test_a_signed_delivery_without_a_usable_header_gets_400_and_no_row(post, broken):
    merged = signed(BODY) | broken
    headers = {name: value for name, value in merged.items() if value is not None}
    assert ask(post.receiver, headers, whole(BODY)).status == 400
    assert post.stored() == []


@pytest.mark.parametrize(
    ("event", "body", "why"),
    [
        (b"issues", b"not json", "the body is not JSON"),
        (b"star", b"{}", "star is not an event the bot acts on"),
        (b"issues", b"[" * 100_000, "the body is not JSON"),
        (b"issues", b"", "the body is not JSON"),
    ],
)
def test_a_signed_delivery_that_means_nothing_to_us_is_stored_and_later_said_why(
    post, event, body, why
):
    assert ask(post.receiver, signed(body, x_github_event=event), whole(body)).status == 202
    (stored,) = post.stored()
    assert read_delivery(stored.event, stored.body) == Ignored(why)


def test_a_full_inbox_gets_503_with_a_time_to_come_again(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    writer = GroupedInboxWriter(engine, max_waiting=0)
    receiver = Receiver(writer, Secrets(SECRET), lambda: NOW)
    reply = ask(receiver, signed(BODY), whole(BODY))
    assert (reply.status, reply.headers[b"retry-after"]) == (503, b"30")
    assert SqlInboxReader(engine).count_pending() == 0
    asyncio.run(writer.close())
    engine.dispose()


def test_bodies_that_together_would_fill_the_memory_get_503(post):
    bodies = BodyReader(held_bytes=10)
    receiver = Receiver(post.writer, Secrets(SECRET), lambda: NOW, bodies)
    assert ask(receiver, signed(BODY), whole(BODY)).status == 503
    assert ask(receiver, signed(b"{}"), whole(b"{}")).status == 202


def test_a_refused_sender_may_finish_sending_so_that_it_reads_why(post):
    receiver = Receiver(post.writer, Secrets(SECRET), lambda: NOW, BodyReader(cap_bytes=10))
    messages = [{"type": "http.request", "body": b"x" * 8, "more_body": True}] * 4
    coming = iter([*messages, {"type": "http.request", "body": b"x", "more_body": False}])
    assert ask(receiver, signed(b"x" * 33), coming).status == 413
    assert list(coming) == []


def test_each_request_is_counted_by_its_outcome(post):
    ask(post.receiver, signed(BODY), whole(BODY))
    ask(post.receiver, UNSIGNED, whole(BODY))
    ask(post.receiver, UNSIGNED, whole(BODY))
    assert post.receiver.counts == {Outcome.ACCEPTED: 1, Outcome.UNSIGNED: 2}


@pytest.mark.parametrize("secrets", [(), ("",), ("good", "")])
def test_an_empty_secret_is_refused_at_the_start(secrets):
    with pytest.raises(ValueError, match="missing or empty"):
        Secrets(*secrets)


@settings(max_examples=60)
@given(
    body=st.binary(max_size=2_000) | st.text().map(str.encode),
    event=st.binary(max_size=70),
    guid=st.binary(max_size=130),
)
def test_no_bytes_with_a_right_signature_are_answered_with_a_5xx(body, event, guid):
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(fresh_url(Path(folder)))
        writer = GroupedInboxWriter(engine)
        receiver = Receiver(writer, Secrets(SECRET), lambda: NOW)
        headers = signed(body, x_github_event=event, x_github_delivery=guid)
        status = ask(receiver, headers, whole(body)).status
        rows = SqlInboxReader(engine).pending(10)
        asyncio.run(writer.close())
        engine.dispose()
    assert status in (202, 400)
    assert len(rows) == (1 if status == 202 else 0)
    for row in rows:
        read_delivery(row.delivery.event, row.delivery.body)
