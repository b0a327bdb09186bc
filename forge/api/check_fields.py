"""Reading what an App says about its check."""

from datetime import datetime

from forge.api import fields
from forge.api.http import ApiError, refused_schema
from forge.jsontypes import JsonObject
from forge.world.checks import MAX_ANNOTATIONS_A_CALL, CheckReport
from forge.world.entities import Annotation, CheckConclusion, CheckStatus

_MOST_TEXT_CHARACTERS = 65535
# these two are GitHub's own to give
_CONCLUSIONS = sorted({it.value for it in CheckConclusion} - {"stale", "startup_failure"})


def read_report(body: JsonObject) -> CheckReport:
    """The report in a request to create or update a check run; raises 422."""
    status = fields.choice(body, "status", [it.value for it in CheckStatus])
    conclusion = fields.choice(body, "conclusion", _CONCLUSIONS)
    if status == "completed" and conclusion is None:
        raise refused_schema('"conclusion" is required when "status" is "completed".')
    output = fields.object_or_none(body, "output")
    return CheckReport(
        name=fields.text_or_none(body, "name"),
        status=None if status is None else CheckStatus(status),
        conclusion=None if conclusion is None else CheckConclusion(conclusion),
        started_at=_instant(body, "started_at"),
        completed_at=_instant(body, "completed_at"),
        external_id=fields.text_or_none(body, "external_id"),
        details_url=fields.text_or_none(body, "details_url"),
        title=None if output is None else fields.text_or_none(output, "title"),
        summary=None if output is None else _required(output, "summary"),
        text=None if output is None else _limited(output, "text"),
        annotations=() if output is None else _annotations(output),
    )


def _required(output: JsonObject, name: str) -> str:
    fields.required_text(output, name)
    return _limited(output, name) or ""


def _limited(output: JsonObject, name: str) -> str | None:
    value = fields.text_or_none(output, name)
    if value is not None and len(value) > _MOST_TEXT_CHARACTERS:
        message = f"Only {_MOST_TEXT_CHARACTERS} characters are allowed; {name} has more."
        raise ApiError(422, message)
    return value


def _annotations(output: JsonObject) -> list[Annotation]:
    given = fields.objects(output, "annotations")
    if len(given) > MAX_ANNOTATIONS_A_CALL:
        raise refused_schema(f"No more than {MAX_ANNOTATIONS_A_CALL} annotations are allowed.")
    return [_annotation(one) for one in given]


def _annotation(one: JsonObject) -> Annotation:
    match fields.required_text(one, "annotation_level"):
        case "notice" | "warning" | "failure" as level:
            pass
        case other:
            raise refused_schema(f"{other} is not a member of notice, warning, failure.")
    return Annotation(
        path=fields.required_text(one, "path"),
        start_line=fields.required_whole(one, "start_line"),
        end_line=fields.required_whole(one, "end_line"),
        level=level,
        message=fields.required_text(one, "message"),
        title=fields.text_or_none(one, "title"),
        raw_details=fields.text_or_none(one, "raw_details"),
        start_column=fields.whole_or_none(one, "start_column"),
        end_column=fields.whole_or_none(one, "end_column"),
    )


def _instant(body: JsonObject, name: str) -> datetime | None:
    text = fields.text_or_none(body, name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise refused_schema(f"{text} is not a date-time for '{name}'.")
    return moment
