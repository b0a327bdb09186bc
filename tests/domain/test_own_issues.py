"""A bot-filed issue may queue itself; it never authorises its own merge above low risk."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import Admit
from bot.domain.decide import decide
from bot.domain.facts import Labelled
from bot.domain.policy import Admission, Policy, ProposePolicy
from bot.kernel.authority import Actor, Authorised, Permission, label_counts
from bot.kernel.merge_gate import Approval, MergeHeld, merge_gate
from bot.kernel.values import Risk
from tests.domain.deciding import BEFORE, ISSUE, US, facts
from tests.kernel.test_merge_gate import HEAD, READY

BOTS = st.builds(Actor, st.integers(1, 9), st.text(max_size=5), st.just(True))
APPROVALS = st.lists(
    st.builds(Approval, BOTS, st.sampled_from([None, *Permission]), st.just(HEAD)), max_size=3
)


def test_its_own_label_queues_its_own_issue_where_the_repository_says_so():
    authority = label_counts(US, None, US.id, US.id, frozenset())
    assert authority == Authorised(US)
    issue = replace(ISSUE, ours=True, labelled=Labelled(authority, BEFORE))
    policy = Policy(propose=ProposePolicy(admit=Admission.BOT))
    assert decide(facts(issue, policy=policy)) == Admit(US)


@given(st.sampled_from([risk for risk in Risk if risk > Risk.LOW]), APPROVALS)
def test_no_word_of_a_bot_merges_what_is_above_low_risk(risk, approvals):
    own = Approval(Actor(READY.author_id, "evolve-bot[bot]", is_bot=True), Permission.ADMIN, HEAD)
    verdict = merge_gate(replace(READY, risk=risk, approvals=(*approvals, own)))
    assert isinstance(verdict, MergeHeld)
    assert "risk" in {breach.rule for breach in verdict.breaches}
