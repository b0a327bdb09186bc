"""Every condition alone holds the merge; all together permit exactly the tested commit."""

import copy
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.authority import Actor, Permission
from bot.kernel.ci import CiAbsent, CiGreen, CiPending, CiRed
from bot.kernel.merge_gate import (
    Approval,
    MergeFacts,
    MergeHeld,
    MergePermit,
    MergePolicy,
    merge_gate,
)
from bot.kernel.patch_gate import PatchAccepted, PatchRefused
from bot.kernel.proof import Strength
from bot.kernel.values import Breach, Kind, Risk, Sha

HEAD, OTHER = Sha("a" * 40), Sha("b" * 40)
US = 99
PERSON = Actor(1, "ann", is_bot=False)
APPROVED = Approval(PERSON, Permission.WRITE, HEAD)
REFUSED = PatchRefused((Breach("secret", "x"),))
READY = MergeFacts(
    author_is_our_app=True,
    author_id=US,
    branch_is_ours=True,
    same_repository=True,
    base_is_default=True,
    head=HEAD,
    tested=HEAD,
    strength=Strength.JUNIT,
    ci=CiGreen(("test",), ("test",)),
    patch=PatchAccepted(3, ("a.py",), ()),
    admission_unchanged=True,
    paused=False,
    kind=Kind.FIX,
    risk=Risk.LOW,
    merge_policy=MergePolicy.BOT,
    approvals=(),
)
ALWAYS = {
    "author": {"author_is_our_app": False},
    "branch": {"branch_is_ours": False},
    "fork": {"same_repository": False},
    "base": {"base_is_default": False},
    "admission": {"admission_unchanged": False},
    "paused": {"paused": True},
    "untested-head": {"tested": None},
    "ci-red": {"ci": CiRed(("test",))},
    "ci-pending": {"ci": CiPending(("test",))},
    "ci-absent": {"ci": CiAbsent()},
    "patch": {"patch": REFUSED},
}
WITHOUT_A_PERSON = [
    ("policy-human", {"merge_policy": MergePolicy.HUMAN}),
    ("risk", {"risk": Risk.MEDIUM}),
    ("risk", {"risk": Risk.HIGH}),
    ("risk", {"risk": Risk.BREAKING}),
    ("weak-proof", {"strength": Strength.EXIT_ONLY}),
    ("dependency", {"kind": Kind.DEPENDENCY}),
]
NOT_APPROVALS = {
    "stale": replace(APPROVED, sha=OTHER),
    "read only": replace(APPROVED, permission=Permission.READ),
    "triage only": replace(APPROVED, permission=Permission.TRIAGE),
    "unknown permission": replace(APPROVED, permission=None),
    "a bot": replace(APPROVED, actor=Actor(2, "x[bot]", is_bot=True), permission=Permission.ADMIN),
    "ourselves": replace(APPROVED, actor=Actor(US, "us", is_bot=False)),
}


def held(facts):
    verdict = merge_gate(facts)
    return [b.rule for b in verdict.breaches] if isinstance(verdict, MergeHeld) else []


def test_a_ready_change_of_low_risk_is_permitted_at_the_tested_commit():
    verdict = merge_gate(READY)
    assert isinstance(verdict, MergePermit)
    assert verdict.sha == HEAD


@pytest.mark.parametrize("rule", ALWAYS)
def test_each_condition_alone_holds_the_merge_even_with_an_approval(rule):
    assert held(replace(READY, **ALWAYS[rule])) == [rule]
    assert held(replace(READY, **ALWAYS[rule], approvals=(APPROVED,))) == [rule]


def test_another_head_than_the_tested_one_is_held():
    assert held(replace(READY, tested=OTHER)) == ["untested-head"]
    assert held(replace(READY, head=Sha(""), tested=Sha(""))) == ["untested-head"]
    assert held(replace(READY, ci=CiGreen((), ("test",)))) == ["ci-absent"]


@pytest.mark.parametrize(("rule", "change"), WITHOUT_A_PERSON)
def test_what_needs_a_person_waits_for_one_and_goes_with_one(rule, change):
    facts = replace(READY, **change)
    assert held(facts) == [rule]
    assert held(replace(facts, approvals=(APPROVED,))) == []


@pytest.mark.parametrize("why", NOT_APPROVALS)
def test_what_only_looks_like_an_approval_does_not_count(why):
    facts = replace(READY, risk=Risk.HIGH, approvals=(NOT_APPROVALS[why],))
    assert held(facts) == ["risk"]
    assert held(replace(facts, approvals=(NOT_APPROVALS[why], APPROVED))) == []


def test_a_permit_can_be_made_only_by_the_gate_and_not_altered():
    permit = merge_gate(READY)
    assert isinstance(permit, MergePermit)
    for make in (
        lambda: MergePermit(HEAD, object()),
        lambda: MergePermit(HEAD, None),
        lambda: replace(permit, sha=OTHER, seal=None),
    ):
        with pytest.raises(TypeError):
            make()
    with pytest.raises(ValueError, match="seal"):
        replace(permit, sha=OTHER)
    with pytest.raises(AttributeError):
        permit.sha = OTHER  # ty: ignore[invalid-assignment]
    assert copy.copy(permit).sha == HEAD


facts_of_every_sort = st.builds(
    MergeFacts,
    author_is_our_app=st.booleans(),
    author_id=st.sampled_from([US, 1]),
    branch_is_ours=st.booleans(),
    same_repository=st.booleans(),
    base_is_default=st.booleans(),
    head=st.sampled_from([HEAD, OTHER]),
    tested=st.sampled_from([None, HEAD, OTHER]),
    strength=st.sampled_from(Strength),
    ci=st.sampled_from(
        [
            CiGreen(("test",), ("test",)),
            CiGreen((), ()),
            CiRed(("x",)),
            CiPending(("x",)),
            CiAbsent(),
        ]
    ),
    patch=st.sampled_from([PatchAccepted(1, (), ()), REFUSED]),
    admission_unchanged=st.booleans(),
    paused=st.booleans(),
    kind=st.sampled_from(Kind),
    risk=st.sampled_from(Risk),
    merge_policy=st.sampled_from(MergePolicy),
    approvals=st.lists(st.sampled_from([APPROVED, *NOT_APPROVALS.values()]), max_size=3).map(tuple),
)
mostly_ready = st.dictionaries(
    st.sampled_from([field.name for field in fields(MergeFacts)]), st.just(None), max_size=3
).flatmap(
    lambda chosen: facts_of_every_sort.map(
        lambda facts: replace(READY, **{name: getattr(facts, name) for name in chosen})
    )
)


@given(facts_of_every_sort | mostly_ready)
def test_no_combination_of_facts_yields_a_permit_when_a_condition_fails(facts):
    verdict = merge_gate(facts)
    person = any(
        not one.actor.is_bot
        and one.actor.id != facts.author_id
        and one.permission in {Permission.WRITE, Permission.MAINTAIN, Permission.ADMIN}
        and one.sha == facts.head
        for one in facts.approvals
    )
    by_itself = (
        facts.risk is Risk.LOW
        and facts.merge_policy is MergePolicy.BOT
        and facts.strength is Strength.JUNIT
        and facts.kind is not Kind.DEPENDENCY
    )
    ready = (
        facts.author_is_our_app
        and facts.branch_is_ours
        and facts.same_repository
        and facts.base_is_default
        and facts.head == facts.tested
        and facts.ci == CiGreen(("test",), ("test",))
        and isinstance(facts.patch, PatchAccepted)
        and facts.admission_unchanged
        and not facts.paused
        and (person or by_itself)
    )
    assert isinstance(verdict, MergePermit) == ready
    assert isinstance(verdict, MergeHeld) or verdict.sha == facts.tested


def test_green_where_nothing_is_required_waits_for_a_person():
    assert held(replace(READY, ci=CiGreen(("license/cla",), ()))) == ["nothing-required"]
