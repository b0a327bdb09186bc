"""Who may command, whose label counts, and what was admitted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.authority import (
    Actor,
    Authorised,
    Permission,
    Unauthorised,
    admission_unchanged,
    label_counts,
    may_command,
    pin,
)

US = 99
PERSON = Actor(1, "ann", is_bot=False)
BOT = Actor(2, "helper[bot]", is_bot=True)
OURSELVES = Actor(US, "evolve[bot]", is_bot=True)


@pytest.mark.parametrize("role", ["write", "maintain", "admin"])
def test_a_person_with_write_access_may_command(role):
    assert may_command(PERSON, Permission.parse(role), frozenset()) == Authorised(PERSON)


@pytest.mark.parametrize("role", ["none", "read", "triage", "push", "Admin", "", "reviewer-plus"])
def test_less_than_write_or_an_unknown_role_may_not_command(role):
    assert isinstance(may_command(PERSON, Permission.parse(role), frozenset()), Unauthorised)


@pytest.mark.parametrize("actor", [PERSON, BOT])
def test_a_permission_that_could_not_be_fetched_is_no_permission(actor):
    assert isinstance(may_command(actor, None, frozenset({1, 2})), Unauthorised)


@given(st.sampled_from(Permission))
def test_a_bot_may_command_only_by_its_number(permission):
    assert isinstance(may_command(BOT, permission, frozenset({1})), Unauthorised)
    assert may_command(BOT, permission, frozenset({2})) == Authorised(BOT)


def test_a_label_counts_by_who_added_it():
    for role, verdict in (("write", Authorised), ("triage", Unauthorised)):
        found = label_counts(PERSON, Permission.parse(role), US, 5, frozenset())
        assert isinstance(found, verdict)
    assert isinstance(label_counts(None, Permission.ADMIN, US, US, frozenset()), Unauthorised)


def test_our_own_label_counts_only_on_our_own_issue():
    assert label_counts(OURSELVES, None, US, US, frozenset()) == Authorised(OURSELVES)
    somebody_elses = label_counts(OURSELVES, Permission.ADMIN, US, 5, frozenset({US}))
    assert isinstance(somebody_elses, Unauthorised)


@given(st.text(), st.text(), st.text(), st.text())
def test_an_edit_of_title_or_body_is_noticed(title, body, new_title, new_body):
    same = (title, body) == (new_title, new_body)
    assert admission_unchanged(pin(title, body), new_title, new_body) == same


def test_moving_a_word_from_title_to_body_is_noticed():
    assert pin("ab", "c") != pin("a", "bc")
    assert not admission_unchanged("", "", "")
