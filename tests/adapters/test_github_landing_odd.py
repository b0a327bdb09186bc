"""Landing on a GitHub that answers oddly: no GraphQL, half answers, lost answers, refusals."""

from collections.abc import Callable

import pytest

from bot.domain.labels import StateLabel
from bot.kernel.ci import CheckState
from bot.kernel.values import Sha
from bot.stages.github import NotAllowed, TryLater
from bot.stages.landing import CheckReport, Enqueued, FileWrite, MergeRefused, MergeRoad
from tests.adapters.github_on_forge import permit
from tests.adapters.scripted_github import REPO, SUBJECT, Asked, Says, route, talking_to

HEAD = Sha("a" * 40)
REPORT = CheckReport("evolve", "k", CheckState.SUCCESS, "t", "s", "")
Answer = Callable[[Asked], Says]


def error(message: str, kind: str = "UNPROCESSABLE") -> Says:
    return Says(body={"data": None, "errors": [{"type": kind, "message": message}]})


class Queue:
    """A GraphQL that knows one pull request and does what a test says with mutations."""

    def __init__(self, mutation: Callable[["Queue"], Says], head: str = HEAD) -> None:
        self.queued, self.auto, self.head, self.mutation, self.mutations = (
            False,
            "",
            head,
            mutation,
            0,
        )

    def __call__(self, asked: Asked) -> Says:
        if "mutation" in str(asked.body["query"]):
            self.mutations += 1
            return self.mutation(self)
        auto = {"mergeMethod": self.auto} if self.auto else None
        pull = {
            "id": "PR_1",
            "headRefOid": self.head,
            "isInMergeQueue": self.queued,
            "autoMergeRequest": auto,
        }
        return Says(body={"data": {"repository": {"pullRequest": pull}}})


def test_a_lost_answer_of_the_queue_is_looked_for_before_it_is_asked_again():
    def lost_but_done(queue: Queue) -> Says:
        queue.queued = True
        return Says(0)

    queue = Queue(lost_but_done)
    with talking_to(queue) as (github, _):
        assert github.enqueue(REPO, 7, permit(HEAD)) == Enqueued()
    assert queue.mutations == 1


def test_an_answer_lost_twice_is_tried_later():
    with talking_to(Queue(lambda _: Says(502))) as (github, _), pytest.raises(TryLater):
        github.enqueue(REPO, 7, permit(HEAD))


def test_who_was_queued_by_somebody_else_meanwhile_is_queued():
    def already(queue: Queue) -> Says:
        queue.queued = True
        return error("Pull request is already in the queue")

    with talking_to(Queue(already)) as (github, _):
        assert github.enqueue(REPO, 7, permit(HEAD)) == Enqueued()


def test_a_head_that_moved_meanwhile_is_looked_at_again():
    def moved(queue: Queue) -> Says:
        queue.head = "b" * 40
        return error("Head sha mismatch")

    with talking_to(Queue(moved)) as (github, _):
        outcome = github.enqueue(REPO, 7, permit(HEAD))
    assert isinstance(outcome, MergeRefused)
    assert outcome.status == 409


def test_a_refusal_keeps_githubs_words():
    with talking_to(Queue(lambda _: error("Repository rule violations"))) as (github, _):
        expected = MergeRefused(405, "Repository rule violations")
        assert github.enqueue(REPO, 7, permit(HEAD)) == expected
        assert not github.ensure_auto_merge(REPO, 7, permit(HEAD), "m")


@pytest.mark.parametrize(
    "answer",
    [
        error("Resource not accessible by integration", "FORBIDDEN"),
        error("Resource not accessible by personal access token", ""),
        Says(403, {"message": "Resource not accessible by integration"}),
        Says(404, {"message": "Not Found"}),
        Says(401, {"message": "Bad credentials"}),
        Says(422, {"message": "no"}),
    ],
)
def test_a_refusal_for_good_is_told_and_is_no_outcome(answer: Says):
    with talking_to(Queue(lambda _: answer)) as (github, _):
        with pytest.raises(NotAllowed):
            github.enqueue(REPO, 7, permit(HEAD))
        with pytest.raises(NotAllowed):
            github.ensure_auto_merge(REPO, 7, permit(HEAD), "m")


def test_a_rate_limit_of_graphql_is_later_not_never():
    limited = error("slow down", "RATE_LIMITED")
    with talking_to(lambda _: limited) as (github, _), pytest.raises(TryLater):
        github.enqueue(REPO, 7, permit(HEAD))


@pytest.mark.parametrize("raw", [b"<html>", b"{}", b"[]", b'{"data": null}'])
def test_what_is_no_answer_is_tried_later(raw: bytes):
    with talking_to(lambda _: Says(raw=raw)) as (github, _), pytest.raises(TryLater):
        github.enqueue(REPO, 7, permit(HEAD))


def test_a_server_without_graphql_has_no_queue_that_we_could_use():
    with talking_to(lambda _: Says(404, {"message": "Not Found"})) as (github, _):
        for ask in (github.dequeue, github.ensure_no_auto_merge):
            with pytest.raises(NotAllowed):
                ask(REPO, 7)


def test_what_stays_in_the_queue_is_told():
    queue = Queue(lambda _: error("locked"))
    queue.queued, queue.auto = True, "SQUASH"
    with talking_to(queue) as (github, _):
        with pytest.raises(NotAllowed, match="locked"):
            github.dequeue(REPO, 7)
        with pytest.raises(NotAllowed, match="locked"):
            github.ensure_no_auto_merge(REPO, 7)


def test_auto_merge_by_another_method_is_not_ours():
    queue = Queue(lambda _: error("no"))
    queue.auto = "REBASE"
    with talking_to(queue) as (github, _):
        assert not github.ensure_auto_merge(REPO, 7, permit(HEAD), "m")


# ---- rules


def rules(graphql: Says, ruleset: list[object]) -> Answer:
    def answer(asked: Asked) -> Says:
        path = asked.path.split("?")[0]
        if path.endswith("/graphql"):
            return graphql
        if path == "/api/v3/repos/octo/hello":
            return Says(body={"id": 1, "allow_auto_merge": True})
        if "/rules/branches/" in path:
            return Says(body=ruleset)
        if path.endswith("/branches/main"):
            return Says(body={"name": "main"})
        return Says(403 if path.endswith("/protection") else 404, {"message": "no"})

    return answer


@pytest.mark.parametrize(
    "graphql",
    [
        Says(404, {"message": "Not Found"}),
        error("Resource not accessible by integration", "FORBIDDEN"),
        Says(body={"data": {"repository": None}}),
        Says(body={"data": {"repository": {"mergeQueue": None, "ref": None}}}),
    ],
)
def test_rulesets_are_enough_to_know_what_they_demand(graphql: Says):
    listed: list[object] = [{"type": "merge_queue"}, {"type": "required_signatures"}, {"odd": 1}]
    with talking_to(rules(graphql, listed)) as (github, _):
        found = github.landing_rules(REPO, "main")
    assert (found.road, found.signed, found.auto_merge) == (MergeRoad.QUEUE, True, True)


def test_a_queue_of_a_classic_protection_is_told_by_graphql_alone():
    data = {"mergeQueue": {"id": "MQ_1"}, "ref": {"refUpdateRule": {"requiresSignatures": True}}}
    with talking_to(rules(Says(body={"data": {"repository": data}}), [])) as (github, _):
        found = github.landing_rules(REPO, "main")
    assert (found.road, found.signed) == (MergeRoad.QUEUE, True)


@pytest.mark.parametrize("status", [500, 403, 401])
def test_rules_that_cannot_be_read_are_no_rules_that_are_empty(status: int):
    says = Says(status, {"message": "no"})
    with talking_to(lambda _: says) as (github, _), pytest.raises((NotAllowed, TryLater)):
        github.landing_rules(REPO, "main")


# ---- our check, our labels, signed commits


def test_a_persons_token_may_not_write_checks_and_that_is_told():
    def answer(asked: Asked) -> Says:
        if asked.method == "GET":
            return Says(body={"check_runs": []})
        return Says(403, {"message": "You must authenticate via a GitHub App."})

    with talking_to(answer) as (github, _), pytest.raises(NotAllowed, match="via a GitHub App"):
        github.ensure_check(REPO, HEAD, REPORT)


def test_a_check_of_another_app_with_our_name_and_key_is_not_taken_for_ours():
    # A plain token has no App, so there only the key counts; an App looks at the App's number.
    theirs = {"id": 5, "name": "evolve", "external_id": "other", "app": {"id": 1}}

    def answer(asked: Asked) -> Says:
        body = {"check_runs": [theirs]} if asked.method == "GET" else {"id": 6}
        return Says(body=body)

    with talking_to(answer) as (github, script):
        assert github.ensure_check(REPO, HEAD, REPORT) == 6
        assert script.count("PATCH", "/api/v3/repos/octo/hello/check-runs/5") == 0


def test_a_label_that_vanishes_meanwhile_is_off():
    queued = {"name": StateLabel.QUEUED.value}

    def answer(asked: Asked) -> Says:
        if asked.method == "DELETE":
            return Says(404, {"message": "Label does not exist"})
        return Says(body=[queued])

    with talking_to(answer) as (github, _):
        github.ensure_state_label(SUBJECT, None)


def test_labels_of_an_issue_that_is_gone_are_not_guessed():
    with talking_to(route()) as (github, _), pytest.raises(TryLater):
        github.ensure_state_label(SUBJECT, StateLabel.DONE)
    gone = Says(410, {"message": "gone"})
    with talking_to(lambda _: gone) as (github, _), pytest.raises(NotAllowed):
        github.ensure_state_label(SUBJECT, StateLabel.DONE)


@pytest.mark.parametrize("verification", [None, {}, {"verified": False, "reason": "unsigned"}])
def test_a_commit_that_github_did_not_sign_goes_to_no_branch(verification: object):
    def answer(asked: Asked) -> Says:
        if "/git/ref/" in asked.path:
            return Says(404, {"message": "Not Found"})
        if asked.path.endswith("/git/commits"):
            return Says(201, {"sha": "c" * 40, "verification": verification})
        return Says(body={"sha": "d" * 40, "tree": {"sha": "e" * 40}})

    files = (FileWrite("a", "100644", b"a\n"),)
    with talking_to(answer) as (github, script):
        with pytest.raises(NotAllowed, match="did not sign"):
            github.commit_signed(REPO, "evolve/1-1", HEAD, files, "m", None)
        assert script.count("POST", "/api/v3/repos/octo/hello/git/refs") == 0
        made = next(one for one in script.asked if one.path.endswith("/git/commits"))
        assert not {"author", "committer", "signature"} & made.body.keys()
