import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import (
    HintCommit,
    HintIssue,
    HintPull,
    HintRepo,
    Hints,
    Ignored,
    read_delivery,
)
from bot.domain.subject import Repo
from tests.oracle import examples

REPO = Repo("octo", "hello", 7)
SHA = "ab" * 20
US = 4242
EVENTS = (
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "check_run",
    "check_suite",
    "workflow_run",
    "merge_group",
    "status",
    "push",
    "installation",
    "installation_repositories",
)
BASE = {
    "repository": {"full_name": "octo/hello", "default_branch": "main"},
    "installation": {"id": 7},
}
PULL = {"number": 17, "head": {"ref": "evolve/12-1", "repo": {"full_name": "octo/hello"}}}


def read(event: str, us: int = 0, **payload: object) -> Hints | Ignored:
    return read_delivery(event, json.dumps(BASE | payload).encode(), us)


def test_an_issue_and_a_comment_on_it_lead_to_the_issue():
    hints = Hints((HintIssue(REPO, 12),))
    assert read("issues", action="labeled", issue={"number": 12}) == hints
    comment = {"id": 1, "user": {"id": 5}}
    assert read("issue_comment", US, issue={"number": 12}, comment=comment) == hints


def test_a_comment_in_the_conversation_of_a_pull_request_leads_to_the_pull_request():
    issue = {"number": 17, "pull_request": {"url": "https://example.org"}}
    assert read("issue_comment", issue=issue) == Hints((HintPull(REPO, 17, None),))


@pytest.mark.parametrize(
    "event",
    [
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_review_thread",
    ],
)
def test_what_happens_on_a_pull_request_leads_to_it_and_names_its_branch(event):
    assert read(event, pull_request=PULL) == Hints((HintPull(REPO, 17, "evolve/12-1"),))


@pytest.mark.parametrize("head_repo", [None, {"full_name": "mallory/hello"}, {}])
def test_a_branch_of_a_fork_is_not_taken_for_one_of_ours(head_repo):
    pull = PULL | {"head": {"ref": "evolve/12-1", "repo": head_repo}}
    assert read("pull_request", pull_request=pull) == Hints((HintPull(REPO, 17, None),))


def test_checks_lead_to_their_commit_and_its_branches():
    suite = {"head_sha": SHA, "head_branch": "evolve/12-1"}
    hints = Hints((HintCommit(REPO, SHA, ("evolve/12-1",)),))
    assert read("check_suite", check_suite=suite) == hints
    assert read("check_run", check_run={"head_sha": SHA, "check_suite": suite}) == hints
    assert read("workflow_run", workflow_run=suite) == hints
    branches = [{"name": "evolve/12-1"}, {"name": "main"}, {"nome": 3}, None]
    assert read("status", sha=SHA, branches=branches) == Hints(
        (HintCommit(REPO, SHA, ("evolve/12-1", "main")),)
    )


def test_a_check_of_a_fork_has_no_branch_and_leads_to_its_commit_all_the_same():
    run = {"head_sha": SHA, "check_suite": {"head_branch": None}}
    assert read("check_run", check_run=run) == Hints((HintCommit(REPO, SHA, ()),))


QUEUE = f"gh-readonly-queue/release/1.x/pr-17-{SHA}"


def test_a_merge_group_leads_to_the_pull_request_that_it_tests():
    group = {"head_sha": SHA, "head_ref": f"refs/heads/{QUEUE}"}
    for action in ("checks_requested", "destroyed"):
        found = read("merge_group", action=action, merge_group=group)
        assert found == Hints((HintPull(REPO, 17, None),))


def test_a_check_on_the_queues_own_commit_leads_to_the_pull_request():
    suite = {"head_sha": SHA, "head_branch": QUEUE}
    hints = Hints((HintCommit(REPO, SHA, (QUEUE,)), HintPull(REPO, 17, None)))
    assert read("check_suite", check_suite=suite) == hints


@pytest.mark.parametrize(
    "ref", ["refs/heads/main", f"refs/heads/x/{QUEUE}", "refs/heads/gh-readonly-queue/m/pr-0-a", 7]
)
def test_a_merge_group_on_any_other_branch_leads_nowhere(ref):
    found = read("merge_group", merge_group={"head_ref": ref})
    assert found == Ignored("it names no queued pull request")


@pytest.mark.parametrize("action", ["created", "edited", "deleted"])
def test_a_comment_on_a_pull_request_is_looked_at_whatever_happened_to_it(action):
    issue = {"number": 17, "pull_request": {"url": "https://example.org"}}
    comment = {"id": 1, "user": {"id": 5}}
    found = read("issue_comment", US, action=action, issue=issue, comment=comment)
    assert found == Hints((HintPull(REPO, 17, None),))


def test_our_own_check_leads_nowhere_unless_a_person_asks_for_it_again():
    run = {"head_sha": SHA, "app": {"id": 99}, "check_suite": {"head_branch": "evolve/12-1"}}

    def of(app: int, action: str, event: str = "check_run") -> Hints | Ignored:
        body = json.dumps(BASE | {event: run, "action": action}).encode()
        return read_delivery(event, body, US, app)

    assert of(99, "completed") == Ignored("our own check")
    assert of(99, "requested", "check_suite") == Ignored("our own check")
    assert isinstance(of(99, "rerequested", "check_suite"), Hints)
    assert isinstance(of(99, "rerequested"), Hints)
    assert isinstance(of(98, "completed"), Hints)
    assert isinstance(of(0, "completed"), Hints)


def test_our_own_state_label_leads_nowhere_but_a_persons_and_our_other_labels_do():
    issue, ours = {"number": 12}, {"id": US}
    state, other = {"name": "evolve: queued"}, {"name": "self-proposed"}
    read_as = {"issue": issue, "action": "labeled"}
    found = read("issues", US, **read_as, label=state, sender=ours)
    assert found == Ignored("our own state label")
    assert isinstance(read("issues", US, **read_as, label=other, sender=ours), Hints)
    assert isinstance(read("issues", US, **read_as, label=state, sender={"id": 5}), Hints)


def test_a_push_to_the_default_branch_concerns_the_whole_repository():
    assert read("push", ref="refs/heads/main", after=SHA) == Hints((HintRepo(REPO),))


def test_a_push_to_another_branch_leads_to_its_commit_and_a_deletion_to_the_last_one():
    hints = Hints((HintCommit(REPO, SHA, ("evolve/12-1",)),))
    assert read("push", ref="refs/heads/evolve/12-1", after=SHA) == hints
    none = "0" * 40
    gone = read("push", ref="refs/heads/evolve/12-1", before=SHA, after=none, deleted=True)
    assert gone == hints


def test_a_pushed_tag_leads_nowhere_even_if_it_is_called_like_the_default_branch():
    assert read("push", ref="refs/tags/main", after=SHA) == Ignored("it is not a push to a branch")


def test_a_new_installation_leads_to_each_repository_it_grants():
    repositories = [{"full_name": "octo/a"}, {"full_name": "octo/b"}]
    both = Hints((HintRepo(Repo("octo", "a", 7)), HintRepo(Repo("octo", "b", 7))))
    assert read("installation", action="created", repositories=repositories) == both
    assert read("installation_repositories", action="added", repositories_added=repositories) == (
        both
    )


def test_an_ended_installation_leads_nowhere():
    gone = read("installation", action="deleted", repositories=[{"full_name": "octo/a"}])
    assert gone == Ignored("the installation has ended")
    removed = read("installation_repositories", repositories_removed=[{"full_name": "octo/a"}])
    assert removed == Ignored("it grants no repository")


def test_our_own_comments_and_reviews_lead_nowhere_by_numeric_id_only():
    ours, other = {"user": {"id": US, "login": "ada"}}, {"user": {"id": 5, "login": "evolve[bot]"}}
    issue = {"number": 12}
    assert read("issue_comment", US, issue=issue, comment=ours) == Ignored("our own comment")
    assert read("pull_request_review", US, pull_request=PULL, review=ours) == Ignored(
        "our own comment"
    )
    assert isinstance(read("issue_comment", US, issue=issue, comment=other), Hints)
    assert isinstance(read("issue_comment", 0, issue=issue, comment=ours), Hints)


def test_a_check_that_our_push_started_is_looked_at_although_we_are_its_sender():
    run = {"head_sha": SHA, "check_suite": {"head_branch": "evolve/12-1"}}
    assert isinstance(read("check_run", US, check_run=run, sender={"id": US}), Hints)


def test_an_event_we_do_not_use_is_ignored_without_reading_its_body():
    assert read_delivery("star", b"\xff") == Ignored("star is not an event the bot acts on")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the body is not JSON"),
        (b"\xff\xfe\x00", "the body is not JSON"),
        (b"{" * 10, "the body is not JSON"),
        (b"[" * 200_000, "the body is not JSON"),
        (b'{"a":' * 200_000, "the body is not JSON"),
        (b"1" * 10_000, "the body is not JSON"),
        (b"payload=%7B%7D", "the body is not JSON"),
        (b"[]", "the body is not a JSON object"),
        (b"null", "the body is not a JSON object"),
        (b"{}", "it names no issue"),
    ],
)
def test_a_body_that_is_not_what_github_sends_is_ignored_with_why(body, why):
    assert read_delivery("issues", body) == Ignored(why)


@pytest.mark.parametrize("number", [0, -1, True, "12", 1.5, None, 2**63, [12]])
def test_a_number_that_is_none_names_no_issue(number):
    assert read("issues", issue={"number": number}) == Ignored("it names no issue")


@pytest.mark.parametrize(
    "name",
    ["octo", "octo/hello/x", "../..", "octo/..", "octo/.", "octo/he llo", "octo/h\n", "", 7, None],
)
def test_a_name_that_no_repository_has_names_no_issue(name):
    found = read("issues", repository={"full_name": name}, issue={"number": 12})
    assert found == Ignored("it names no issue")


@pytest.mark.parametrize("sha", ["HEAD", SHA.upper(), SHA[:-1], SHA + "\n", 7, None])
def test_what_is_no_commit_names_none(sha):
    assert read("status", sha=sha) == Ignored("it names no commit")


def test_a_branch_name_that_could_not_be_stored_is_left_out():
    broken = b'{"repository":{"full_name":"octo/hello"},"sha":"%s","branches":[' % SHA.encode()
    body = broken + rb'{"name":"\ud800"},{"name":"a\u0000b"},{"name":""},{"name":"ok"}]}'
    commit = HintCommit(Repo("octo", "hello", 0), SHA, ("ok",))
    assert read_delivery("status", body) == Hints((commit,))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "action",
        "after",
        "before",
        "branches",
        "check_run",
        "check_suite",
        "comment",
        "head_ref",
        "label",
        "merge_group",
        "name",
        "sender",
        "workflow_run",
        "deleted",
        "full_name",
        "head",
        "head_branch",
        "head_sha",
        "id",
        "installation",
        "issue",
        "number",
        "pull_request",
        "ref",
        "repo",
        "repositories",
        "repositories_added",
        "repository",
        "review",
        "sha",
        "user",
    ]
)
PAYLOADS = st.recursive(JSON, lambda inner: st.dictionaries(KEYS, inner, max_size=4), max_leaves=20)


@given(st.sampled_from(EVENTS), PAYLOADS | st.dictionaries(KEYS, PAYLOADS))
def test_no_payload_whatever_makes_the_reader_raise(event, payload):
    result = read_delivery(event, json.dumps(payload).encode(), US)
    assert isinstance(result, Ignored) or result.hints


@given(st.sampled_from(EVENTS), st.binary())
def test_no_bytes_whatever_make_the_reader_raise(event, body):
    assert isinstance(read_delivery(event, body), Ignored)


@pytest.mark.oracle
def test_every_published_example_survives_the_loss_of_any_one_of_its_fields():
    read_ones = 0
    for event, payload in examples():
        if event not in EVENTS:
            continue
        for key in payload:
            less = {name: value for name, value in payload.items() if name != key}
            read_delivery(event, json.dumps(less).encode(), US)
            read_delivery(event, json.dumps(less | {key: None}).encode(), US)
            read_ones += 1
    assert read_ones > 300


@pytest.mark.oracle
def test_all_329_published_examples_are_read_and_those_we_use_lead_somewhere():
    seen = 0
    nowhere: set[str] = set()
    for event, payload in examples():
        seen += 1
        found = read_delivery(event, json.dumps(payload).encode(), US, 1)
        if isinstance(found, Ignored) and event in EVENTS:
            nowhere.add(f"{event}: {found.why}")
    assert seen == 329
    assert nowhere == {
        "installation: the installation has ended",
        "installation: it grants no repository",
        "installation_repositories: it grants no repository",
        "push: it is not a push to a branch",
    }
