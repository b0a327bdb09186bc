"""What happened on issues: the timeline and the issue events."""

from forge.api.call import Call
from forge.api.http import Reply, Router, not_found
from forge.api.subject import READ, subject
from forge.render.timeline import is_issue_event, render_issue_event, render_timeline

router = Router()


@router.get("/repos/{owner}/{repo}/issues/{number:int}/timeline", app=READ)
def timeline(call: Call) -> Reply:
    """Everything that happened on an issue, oldest first."""
    issue = subject(call)
    return call.paged(issue.timeline, lambda event: render_timeline(call.urls, issue, event))


@router.get("/repos/{owner}/{repo}/issues/{number:int}/events", app=READ)
def events_of_issue(call: Call) -> Reply:
    """The events of an issue, oldest first: the timeline without comments, mentions, reviews."""
    issue = subject(call)
    found = [event for event in issue.timeline if is_issue_event(event)]
    return call.paged(found, lambda event: render_issue_event(call.urls, issue, event))


@router.get("/repos/{owner}/{repo}/issues/events", app=READ)
def all_events(call: Call) -> Reply:
    """The events of all issues, newest first."""
    pairs = [
        (issue, event)
        for issue in call.repo().issues.values()
        for event in issue.timeline
        if is_issue_event(event)
    ]
    pairs.sort(key=lambda pair: pair[1].id, reverse=True)
    return call.paged(pairs, lambda pair: render_issue_event(call.urls, *pair, with_issue=True))


@router.get("/repos/{owner}/{repo}/issues/events/{event_id:int}", app=READ)
def get_event(call: Call) -> Reply:
    """One event with its issue."""
    for issue in call.repo().issues.values():
        for event in issue.timeline:
            if event.id == call.number("event_id") and is_issue_event(event):
                return Reply(200, render_issue_event(call.urls, issue, event, with_issue=True))
    raise not_found()
