"""Deliveries that GitHub never sent, or sent once, or sends without end."""

import pytest

from bot.domain.events import Ignored, read_delivery
from tests.webhooks.asking import SECRET, ask, signature, signed, whole
from tests.webhooks.conftest import post  # noqa: F401 - a fixture

BODY = b'{"action": "opened"}'
RIGHT = signature(BODY)
FALSE_SIGNATURES = {
    "none": None,
    "empty": b"",
    "only the name": b"sha256=",
    "no name": RIGHT.removeprefix(b"sha256="),
    "upper case name": b"SHA256=" + RIGHT.removeprefix(b"sha256="),
    "upper case digits": b"sha256=" + RIGHT.removeprefix(b"sha256=").upper(),
    "sha1": signature(BODY, algorithm="sha1"),
    "sha512": signature(BODY, algorithm="sha512"),
    "another body": signature(BODY + b" "),
    "another secret": signature(BODY, "guess"),
    "an empty secret": signature(BODY, " "),
    "one digit less": RIGHT[:-1],
    "one digit more": RIGHT + b"0",
    "a space before": b" " + RIGHT,
    "a line after": RIGHT + b"\n",
    "two joined": RIGHT + b"," + RIGHT,
    "not ASCII": b"sha256=\xc3\xa9" + RIGHT[9:],
    "very long": b"sha256=" + b"0" * 100_000,
}


@pytest.mark.parametrize("what", FALSE_SIGNATURES)
def test_a_false_signature_is_refused_and_nothing_is_stored(post, what):  # noqa: F811
    given = FALSE_SIGNATURES[what]
    headers = signed(BODY) | ({b"x-hub-signature-256": given} if given is not None else {})
    if given is None:
        del headers[b"x-hub-signature-256"]
    assert ask(post.receiver, headers, whole(BODY)).status == 401
    assert post.stored() == []


def test_a_replayed_delivery_is_stored_once_even_with_another_event(post):  # noqa: F811
    for event in (b"issues", b"issues", b"push"):
        reply = ask(post.receiver, signed(BODY, x_github_event=event), whole(BODY))
        assert reply.status == 202
    assert len(post.stored()) == 1


def test_a_signature_of_sha1_beside_a_missing_one_is_not_taken(post):  # noqa: F811
    headers = signed(BODY)
    del headers[b"x-hub-signature-256"]
    headers[b"x-hub-signature"] = signature(BODY, SECRET, "sha1")
    assert ask(post.receiver, headers, whole(BODY)).status == 401


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (b"99999999999", 413),
        (b"9" * 30, 400),
        (b"-1", 400),
        (b"0x14", 400),
        (b"1_0", 400),
        (b"\xd9\xa1", 400),
        (b"", 400),
        (b"5", 400),
        (b"500", 400),
    ],
)
def test_a_length_that_lies_is_refused(post, length, status):  # noqa: F811
    headers = signed(BODY, content_length=length)
    assert ask(post.receiver, headers, whole(BODY)).status == status
    assert post.stored() == []


def test_a_sender_that_drips_and_falls_silent_is_let_go(post):  # noqa: F811
    drips = [{"type": "http.request", "body": b"{", "more_body": True}] * 3
    assert ask(post.receiver, signed(BODY), drips).status == 400  # type: ignore[arg-type]
    assert post.stored() == []


@pytest.mark.parametrize(
    "header", [b"x-github-delivery", b"x-github-event", b"x-hub-signature-256", b"content-length"]
)
def test_a_header_that_is_smuggled_in_twice_says_nothing(post, header):  # noqa: F811
    headers = [*signed(BODY).items(), (header, signed(BODY)[header])]
    reply = ask(post.receiver, headers, whole(BODY))
    assert reply.status in (400, 401) or header == b"content-length"
    assert header == b"content-length" or post.stored() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"[" * 200_000,
        b'{"a":' * 50_000,
        b'{"issue": {"number": 1e999}}',
        b'{"issue": {"number": true}, "repository": {"full_name": "o/n"}}',
        b'{"issue": {"number": -1}, "repository": {"full_name": "o/n"}}',
        b'{"issue": {"number": 99999999999999999999}, "repository": {"full_name": "o/n"}}',
        b'{"issue": {"number": 1}, "repository": {"full_name": "../.."}}',
        b'{"issue": {"number": 1}, "repository": {"full_name": "o/.."}}',
        b'{"issue": {"number": 1}, "repository": {"full_name": "o/n/../../x"}}',
        b'{"issue": {"number": 1}, "repository": {"full_name": "-o\\n/n"}}',
        b'{"issue": {"number": 1}, "repository": {"full_name": "o/n\\u0000"}}',
        b'{"issue": {"number": "1; rm -rf /"}, "repository": {"full_name": "o/n"}}',
        b"\xff\xfe{",
    ],
)
def test_a_hostile_payload_leads_nowhere_and_raises_nothing(body):
    assert isinstance(read_delivery("issues", body, 99), Ignored)


def test_what_we_wrote_ourselves_wakes_nobody():
    said = (
        b'{"comment": {"user": {"id": 99}, "body": "/evolve"}, "issue": {"number": 1},'
        b' "repository": {"full_name": "o/n"}}'
    )
    assert isinstance(read_delivery("issue_comment", said, 99), Ignored)
    assert not isinstance(read_delivery("issue_comment", said.replace(b"99", b"98"), 99), Ignored)
