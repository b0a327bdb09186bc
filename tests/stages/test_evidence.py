"""The evidence of a proposal is reproduced in a clean checkout before anybody is told."""

import pytest

from bot.kernel.values import Risk
from bot.stages.propose import EVIDENCE_CHARS, Evidence, Idea, NoIdea, reproduce
from tests.adapters.sandboxes import SANDBOX, needs_sandbox
from tests.stages.lab import Workshop

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def shown(shop: Workshop, command: str) -> Evidence | NoIdea:
    idea = Idea("a title", "a body", command, 2, Risk.LOW, "a test")
    return reproduce(SANDBOX, shop.mirror, shop.places, shop.commit(), idea)


def test_what_the_command_really_prints_is_the_evidence(shop: Workshop):
    command = "python3 -c 'from shelf.slugs import slug; print(slug(\"one  two\"))'"
    assert shown(shop, command) == Evidence(0, "one--two\n")


def test_a_failing_command_is_evidence_as_well(shop: Workshop):
    assert shown(shop, "echo broken; exit 3") == Evidence(3, "broken\n")


@pytest.mark.parametrize("command", ["true", "exit 1", "printf '  \\n'"])
def test_what_prints_nothing_shows_nothing(shop: Workshop, command: str):
    assert shown(shop, command) == NoIdea("its evidence could not be reproduced")


def test_only_the_end_of_a_long_output_is_kept(shop: Workshop):
    evidence = shown(shop, "yes | head -c 100000; echo end")
    assert isinstance(evidence, Evidence)
    assert len(evidence.output) == EVIDENCE_CHARS
    assert evidence.output.endswith("end\n")


def test_nothing_of_it_stays(shop: Workshop, tmp_path):
    shown(shop, "echo x > left.txt; echo x")
    assert list((tmp_path / "work").iterdir()) == []
