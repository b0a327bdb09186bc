"""The transcript: the story that is played, and what is kept of its pages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.transcript.actor import CLEVER, LINT, PATH, PLAIN, REMARKS, VERDICT, Listening
from bench.transcript.pictures import without
from bench.transcript.run import HOST, pages_of, pictures_of
from bench.transcript.story import Page, Told
from bot.domain.feedback import Feedback, OnPull, OnThread
from bot.kernel.authority import Actor
from bot.stages.revise import to_answer, to_repair
from bot.stages.select.selection import Selection
from bot.stages.triage import Brief
from forge.actors import Conversation, Heard, Talk
from forge.model import Call
from tests.pages import ROOT

KEPT = sorted((ROOT / "docs/transcript").glob("*.html"))


BRIEF = Brief(1, "a title", "a body", Selection((), ()), "make test", (), "n" * 16)
REVIEWER = Actor(7, "reviewer", False)


def answer_to(opening: str) -> tuple[Call, ...]:
    """The calls that the actor makes of an opening, in order."""
    script = Listening(()).change(Talk(Conversation.CHANGE, "", opening, ()))
    first, second = next(script), script.send(Heard((), ""))
    return tuple(one for turn in (first, second) for one in turn.blocks if isinstance(one, Call))


def test_the_actor_repairs_what_the_linter_refuses():
    edit, submit = answer_to(to_repair(BRIEF, ()))
    assert (edit.name, edit.input["new"], submit.name) == ("edit", PLAIN, "submit")


def test_the_actor_answers_each_ask_of_the_review_under_its_number():
    asks = [Feedback("review:1", REVIEWER, VERDICT, OnPull())]
    for number, remark in enumerate(REMARKS):
        place = OnThread(number, PATH, remark.line)
        asks.append(Feedback(f"remark:{number}", REVIEWER, remark.text, place))
    *edits, submit = answer_to(to_answer(BRIEF, tuple(asks)))
    assert edits == [one.edit for one in REMARKS if one.edit is not None]
    replies = submit.input["replies"]
    assert [(one["ask"], one["done"]) for one in replies] == [(1, True), (2, True), (3, False)]
    assert [one["text"] for one in replies[1:]] == [one.answer for one in REMARKS]


def test_the_first_change_is_red_for_the_linter_and_the_repair_is_not(tmp_path: Path):
    shelf = tmp_path / PATH
    shelf.parent.mkdir()
    (tmp_path / "lint.py").write_text(LINT)
    for line, code in ((CLEVER, 1), (PLAIN, 0)):
        shelf.write_text(f"def page_count(items, per_page):\n    {line}\n")
        ran = subprocess.run([sys.executable, "lint.py"], cwd=tmp_path, capture_output=True)
        assert ran.returncode == code, ran.stderr


def test_kept_pages_link_to_each_other_as_files_and_to_no_page_that_is_not_kept():
    web = "http://127.0.0.1:9"
    html = f"<a href='/o/r/pull/2'>2</a> <a href='/o/r/pulls'>all</a> {web}/o/r/issues/1"
    pages = Page("issue", ("/o/r/issues/1",), html), Page("pull", ("/o/r/pull/2",), "")
    told = Told(web, pages, ())
    kept = pages_of(told)["issue"]
    assert "href='pull.html'" in kept
    assert kept.count("href=") == 1
    assert f"{HOST}/o/r/issues/1" in kept
    assert "127.0.0.1" not in kept


def test_a_picture_of_a_part_hides_the_sections_that_the_page_has():
    pages = {path.stem: path.read_text() for path in KEPT}
    for picture in ("pull-request", "review"):
        hidden = re.search(r"<style>(#?[^<{]+) { display:none", pictures_of(pages)[picture][-200:])
        assert hidden is not None
        for section in hidden[1].split(","):
            kind, name = section[0], section[1:]
            there = {"#": f"id='{name}'", ".": f"class='{name}'"}.get(kind, f"<{section}>")
            assert there in pages["pull-request"], section
    assert without("<p>", "p").startswith("<p>")


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_kept_page_names_no_machine_and_links_only_to_kept_pages(path):
    html = path.read_text()
    assert not re.search(r"127\.0\.0\.1|localhost|/tmp/|/home/|/root/|<script", html)
    for target in re.findall(r"href=['\"]([^'\"]+)", html):
        assert (path.parent / target).exists(), target


def test_the_kept_pull_request_tells_the_story_in_its_order():
    html = (ROOT / "docs/transcript/pull-request.html").read_text()
    scenes = ("✗</span> ci / test", "requested changes", "resolved by", "Done in", "approved this")
    places = [html.find(scene) for scene in (*scenes, "merged this as")]
    assert -1 not in places
    assert places == sorted(places)
