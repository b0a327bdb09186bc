"""The prompts name the tools and the rules, and their hash follows them."""

import pytest

from bot.kernel import prompt


@pytest.mark.parametrize(
    ("text", "tools"),
    [
        (prompt.TRIAGE, ["triage"]),
        (prompt.IMPLEMENT, ["view", "search", "edit", "run", "submit"]),
        (prompt.PROPOSE, ["propose"]),
    ],
)
def test_each_prompt_names_its_tools_and_carries_every_rule(text, tools):
    for tool in tools:
        assert f"`{tool}`" in text
    for rule in ("50 changed lines", "fails before", "Prefer refactoring", "nonce", ".github"):
        assert rule in text


def test_the_hash_follows_the_prompts(monkeypatch):
    before = prompt.prompt_hash()
    monkeypatch.setattr(prompt, "TRIAGE", prompt.TRIAGE + " ")
    assert prompt.prompt_hash() != before
    assert len(before) == 64
