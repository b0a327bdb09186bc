"""What no facts may ever lead to, whatever they are."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import (
    Action,
    Admit,
    AskHuman,
    CloseStale,
    Conclude,
    Disown,
    GoOn,
    Ignore,
    Merge,
    Obeyed,
    Refuse,
    RejectPolicy,
    Remind,
    Reply,
    Rerun,
    Revise,
    SetPause,
    Wait,
)
from bot.domain.blame import Blame
from bot.domain.decide import decide
from bot.domain.decide_pull import MOST
from bot.domain.facts import (
    Facts,
    FreshCommand,
    Gone,
    IssueFacts,
    IssueState,
    Labelled,
    Mergeable,
    PullFacts,
    PullState,
    RedCheck,
)
from bot.domain.policy import Admission, Policy, ProposePolicy, StalePolicy
from bot.domain.revision import Came, Cause, Revision, Wanted, tried
from bot.domain.stale import GRACE, Silence
from bot.domain.task import Ending, Published, TaskState
from bot.kernel.authority import Authorised, Unauthorised
from bot.kernel.ci import CiAbsent, CiGreen, CiPending, CiRed
from bot.kernel.merge_gate import (
    Approval,
    MergeFacts,
    MergeHeld,
    MergePermit,
    MergePolicy,
    Permission,
    merge_gate,
)
from bot.kernel.patch_gate import PatchAccepted, PatchRefused
from bot.kernel.proof import Strength
from bot.kernel.values import Kind, Risk
from tests.domain.deciding import (
    AFTER,
    BEFORE,
    BROKEN,
    COMMANDS,
    HEAD,
    LABELLED,
    MAY,
    MAY_NOT,
    MERGE_SHA,
    NOON,
    OTHER,
    PUBLISHED,
    READER,
    READY,
    TASK,
    US,
    WRITER,
    told,
)

authorities = st.sampled_from([MAY, MAY_NOT, Authorised(US), Unauthorised(None, "nobody knows")])
instants = st.sampled_from([BEFORE, NOON, AFTER])
shas = st.sampled_from([HEAD, OTHER])
issues = st.builds(
    IssueFacts,
    title=st.sampled_from(["a title", "another"]),
    body=st.sampled_from(["a body", ""]),
    state=st.sampled_from(IssueState),
    ours=st.booleans(),
    labelled=st.none() | st.builds(Labelled, authorities, instants),
    commands=st.lists(
        st.builds(
            FreshCommand, st.integers(1, 99), st.sampled_from(COMMANDS), authorities, st.just(12)
        ),
        max_size=3,
    ).map(tuple),
    votes=st.integers(0, 9),
)
published = st.builds(
    Published,
    st.just(13),
    shas,
    st.sampled_from(Risk),
    st.sampled_from(Strength),
    st.just("hash"),
)
tasks = st.builds(
    replace,
    st.just(TASK),
    state=st.sampled_from(TaskState),
    ending=st.none() | st.sampled_from(Ending),
    admitted_at=instants,
    published=st.none() | published,
    estimate=st.none() | st.just(TASK.estimate),
)
approvals = st.builds(
    Approval,
    st.sampled_from([WRITER, READER, US]),
    st.none() | st.sampled_from(Permission),
    shas,
)
gates = st.builds(
    MergeFacts,
    author_is_our_app=st.booleans(),
    author_id=st.sampled_from([US.id, WRITER.id]),
    branch_is_ours=st.booleans(),
    same_repository=st.booleans(),
    base_is_default=st.booleans(),
    head=shas,
    tested=st.none() | shas,
    strength=st.sampled_from(Strength),
    ci=st.sampled_from(
        [
            CiGreen(("test",), ("test",)),
            CiGreen((), ()),
            CiRed(("test",)),
            CiPending(("test",)),
            CiAbsent(),
        ]
    ),
    patch=st.sampled_from([PatchAccepted(1, ("a.py",), ()), PatchRefused(())]),
    admission_unchanged=st.booleans(),
    paused=st.booleans(),
    kind=st.sampled_from(Kind),
    risk=st.sampled_from(Risk),
    merge_policy=st.sampled_from(MergePolicy),
    approvals=st.lists(approvals, max_size=2).map(tuple),
)
ready = st.just(READY)
TIMES = [timedelta(days=days) for days in (0, 1, 6, 7, 20, 21, 400)]
LONG = TIMES[2:]
pulls = st.builds(
    PullFacts,
    number=st.just(13),
    state=st.sampled_from(PullState),
    merge_sha=st.none() | st.just(MERGE_SHA),
    gate=ready | gates,
    mergeable=st.sampled_from(Mergeable),
    asked=st.sampled_from([(), ("remark:1",), ("remark:1", "comment:2")]),
    red=st.lists(
        st.builds(RedCheck, st.just("test"), st.sampled_from(Blame), st.booleans(), st.booleans()),
        max_size=2,
    ).map(tuple),
    revisions=st.lists(
        st.builds(
            Revision,
            task=st.just(7),
            attempt=st.just(1),
            number=st.integers(1, 12),
            wanted=st.builds(
                Wanted, st.sampled_from(Cause), shas, st.sampled_from([(), ("remark:1",)])
            ),
            at=instants,
            came=st.sampled_from(Came),
            said=st.just("so it went"),
        ),
        max_size=6,
    ).map(tuple),
    silence=st.none()
    | st.builds(Silence, instants, st.sampled_from(TIMES), st.none() | st.sampled_from(TIMES)),
    let_go=st.booleans(),
)
stale = st.builds(StalePolicy, st.sampled_from([0, 1, 7]), st.sampled_from([0, 1, 21]))
policies = st.sampled_from(
    [Policy(), Policy(propose=ProposePolicy(admit=Admission.BOT)), BROKEN]
) | st.builds(Policy, stale=stale)
all_facts = st.builds(
    Facts,
    issue=st.just(Gone()) | issues,
    task=st.none() | tasks,
    pull=st.none() | pulls,
    policy=policies,
    paused_by=st.none() | st.just("olga"),
    reopened=st.none() | st.just(13),
)
waiting = st.builds(
    Facts,
    issue=st.just(LABELLED),
    task=st.just(PUBLISHED),
    pull=st.builds(
        replace,
        pulls,
        state=st.just(PullState.OPEN),
        gate=st.builds(
            replace,
            st.just(replace(READY, merge_policy=MergePolicy.HUMAN)),
            ci=st.sampled_from([CiGreen(("test",), ("test",)), CiPending(("test",)), CiAbsent()]),
            paused=st.sampled_from([False, False, True]),
            author_is_our_app=st.sampled_from([True, True, False]),
        ),
        asked=st.sampled_from([(), (), ("remark:1",)]),
        mergeable=st.just(Mergeable.CLEAN),
        silence=st.builds(
            Silence, st.just(NOON), st.sampled_from(LONG), st.sampled_from([None, *LONG])
        ),
    ),
    policy=st.builds(Policy, stale=stale),
    paused_by=st.none(),
)
"""Facts of pull requests that mostly wait for a person, and some for long."""
ACTIONS = (
    Ignore,
    Wait,
    Admit,
    Refuse,
    RejectPolicy,
    Reply,
    Obeyed,
    SetPause,
    Merge,
    Revise,
    Rerun,
    GoOn,
    AskHuman,
    Remind,
    CloseStale,
    Conclude,
    Disown,
)


def authorised_actors(now: Facts) -> set[int]:
    """Everybody whose word counts in these facts."""
    issue = now.issue
    if isinstance(issue, Gone):
        return set()
    words = [command.authority for command in issue.commands]
    if issue.labelled is not None:
        words.append(issue.labelled.authority)
    return {word.actor.id for word in words if isinstance(word, Authorised)}


@given(all_facts)
def test_every_fact_leads_to_some_action_and_none_to_an_error(now: Facts):
    assert isinstance(decide(now), ACTIONS)


@given(all_facts)
def test_nothing_is_merged_but_with_the_permit_of_the_gate_for_this_very_pull_request(now: Facts):
    action: Action = decide(now)
    if isinstance(action, Merge):
        assert now.pull is not None
        permit = merge_gate(now.pull.gate)
        assert isinstance(permit, MergePermit)
        assert action.permit.sha == permit.sha == now.pull.gate.tested
        assert now.pull.state is PullState.OPEN
        assert now.task is not None
        assert now.task.state is TaskState.PUBLISHED


@given(all_facts)
def test_what_the_gate_holds_is_never_merged(now: Facts):
    if now.pull is not None and isinstance(merge_gate(now.pull.gate), MergeHeld):
        assert not isinstance(decide(now), Merge)


@given(all_facts)
def test_only_an_authorised_actor_admits_pauses_or_raises_a_budget(now: Facts):
    match decide(now):
        case Admit(by=actor) | SetPause(by=actor):
            assert actor.id in authorised_actors(now)
        case GoOn():
            assert authorised_actors(now)


@given(all_facts, st.sampled_from(COMMANDS))
def test_the_command_of_somebody_unauthorised_leads_to_a_refusal_alone(now: Facts, command):
    if isinstance(now.issue, Gone):
        return
    issue = told(command, MAY_NOT, now.issue)
    assert isinstance(decide(replace(now, issue=issue)), Refuse)


@given(all_facts)
def test_a_policy_that_cannot_be_read_admits_nothing_and_merges_nothing(now: Facts):
    assert not isinstance(decide(replace(now, policy=BROKEN)), Admit | Merge)


@given(all_facts)
def test_while_paused_nothing_is_admitted(now: Facts):
    assert not isinstance(decide(replace(now, paused_by="olga")), Admit)


@given(all_facts)
def test_an_old_label_alone_never_admits_an_ended_task(now: Facts):
    if isinstance(now.issue, Gone) or now.task is None:
        return
    task = replace(now.task, state=TaskState.ENDED, admitted_at=NOON)
    old = replace(now.issue, commands=(), labelled=Labelled(MAY, BEFORE))
    assert isinstance(decide(replace(now, issue=old, task=task)), Ignore | Disown)


@given(all_facts)
def test_a_closed_issue_is_never_admitted(now: Facts):
    if isinstance(now.issue, IssueFacts):
        closed = replace(now.issue, state=IssueState.CLOSED)
        assert not isinstance(decide(replace(now, issue=closed)), Admit)


@given(all_facts)
def test_an_edited_text_is_never_merged(now: Facts):
    if isinstance(now.issue, IssueFacts) and now.task is not None:
        edited = replace(now.issue, title=f"{now.issue.title}!")
        assert not isinstance(decide(replace(now, issue=edited)), Merge)


@given(all_facts)
def test_an_ending_without_a_delivered_change_is_never_called_merged(now: Facts):
    match decide(now):
        case Conclude(ending=Ending.MERGED):
            assert now.pull is not None
            assert now.pull.state is PullState.MERGED


@given(all_facts | waiting)
def test_nothing_of_a_pull_request_is_touched_while_paused_or_when_it_is_not_ours(now: Facts):
    if isinstance(decide(now), Revise | Rerun | Remind | CloseStale):
        assert now.pull is not None
        gate = now.pull.gate
        assert not gate.paused
        assert gate.author_is_our_app
        assert gate.branch_is_ours
        assert gate.same_repository
        assert now.pull.state is PullState.OPEN


@given(all_facts)
def test_nothing_is_revised_twice_for_one_reason_nor_without_end(now: Facts):
    match decide(now):
        case Revise(wanted):
            assert now.pull is not None
            assert tried(now.pull.revisions, wanted) is None
            counted = [r for r in now.pull.revisions if r.counts and r.wanted.cause is wanted.cause]
            assert len(counted) < MOST[wanted.cause]


@given(all_facts)
def test_ci_is_repaired_only_where_it_is_red_and_the_base_is_not(now: Facts):
    match decide(now):
        case Revise(Wanted(cause=Cause.REPAIR)) | Rerun():
            assert now.pull is not None
            assert isinstance(now.pull.gate.ci, CiRed)
            assert not any(check.red_on_base for check in now.pull.red)


@given(all_facts | waiting)
def test_nobody_is_reminded_and_nothing_closed_where_the_policy_says_never(now: Facts):
    match decide(now):
        case Remind():
            assert isinstance(now.policy, Policy)
            assert now.policy.stale.remind > 0
        case CloseStale():
            assert isinstance(now.policy, Policy)
            assert now.policy.stale.remind > 0
            assert now.policy.stale.close > 0


@given(all_facts | waiting)
def test_nothing_is_closed_before_people_were_reminded_and_had_time(now: Facts):
    match decide(now):
        case CloseStale(silence=silence):
            assert silence.reminded is not None
            assert silence.reminded >= GRACE
        case Remind(silence=silence):
            assert silence.reminded is None


@given(all_facts | waiting)
def test_people_are_left_alone_while_it_is_the_bot_or_ci_that_is_waited_for(now: Facts):
    if isinstance(decide(now), Remind | CloseStale):
        assert now.pull is not None
        assert now.pull.asked == ()
        assert not isinstance(now.pull.gate.ci, CiPending)
        assert now.task is not None
        assert now.task.state is TaskState.PUBLISHED
