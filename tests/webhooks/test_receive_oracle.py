import json

import pytest

from bot.domain.events import Hints, Ignored, read_delivery
from tests.oracle import examples
from tests.webhooks.asking import ask, signed, whole


@pytest.mark.oracle
def test_every_published_example_payload_is_accepted_stored_and_read(post):
    count = 0
    for event, payload in examples():
        count += 1
        body = json.dumps(payload).encode()
        guid = f"guid-{count}".encode()
        headers = signed(body, x_github_event=event.encode(), x_github_delivery=guid)
        assert ask(post.receiver, headers, whole(body)).status == 202, event
    stored = post.stored()
    assert count == len(stored) == 329
    read = [(one.event, read_delivery(one.event, one.body)) for one in stored]
    assert all(isinstance(result, Hints | Ignored) for _, result in read)
    # Every example of these names what it is about.
    for event in ("issues", "issue_comment", "pull_request", "check_run", "check_suite", "status"):
        assert all(isinstance(result, Hints) for name, result in read if name == event)
