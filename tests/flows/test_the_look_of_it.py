"""A pull request that looks at home in its repository, and says why a person must look at it."""

import pytest

from bot.domain.task import Ending, TaskState
from bot.kernel.values import Risk
from forge.actors import Script, Talk, call, use
from forge.world.entities import Role
from forge.world.pushes import push_commit_as
from forge.world.reviews import approve, request_changes
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.flows.pull_requests import BY_BOT, Obliging, commits_of, on_the_pull, opened

pytestmark = [pytest.mark.sandbox, needs_sandbox]

TEMPLATE = """\
<!-- Be kind. -->
# Check list

- [x] I asked @octo/core
- [ ] It is in the changelog
"""
HISTORY = (
    "feat: cut lists",
    "fix: an empty list",
    "docs: how to cut",
    "perf: cut faster",
    "ci: new",
)


class Locking(Obliging):
    """Says that the risk is low, and writes of locks all the same."""

    def change(self, talk: Talk) -> Script:
        if "People with write access" not in talk.opening:
            yield use("Careful.", call("run", command="echo '_LOCKS = 0' >> shelf/paging.py"))
        yield from super().change(talk)


def test_title_template_and_risk_stay_what_they_are_from_the_opening_to_the_merge(found: Found):
    files = {".github/PULL_REQUEST_TEMPLATE.md": TEMPLATE}
    town = found(actor=Locking(), policy=BY_BOT, files=files)
    for subject in HISTORY:
        edits = {"notes.txt": subject}
        push_commit_as(town.forge.world, town.maintainer, town.repo, "main", edits, subject)
    issue = opened(town)

    title = "fix: the last page is missing when it is not full"
    assert commits_of(town) == [title]
    assert town.pull().issue.title == title
    body = town.pull().issue.body or ""
    assert (
        "**Risk: high** — concurrency: changed lines speak of “locks” in `shelf/paging.py`" in body
    )
    assert (
        body.index("### Proof")
        < body.index("### Check list")
        < body.index("- [ ] I asked @&#8203;")
    )
    assert "Be kind" not in body
    assert "- [x]" not in body
    task = town.task(issue)
    assert task.state is TaskState.PUBLISHED, "policy or not, a person has to look at it"
    assert task.published is not None
    assert task.published.risk is Risk.HIGH

    town.pull().issue.body = body.replace("- [ ] It is", "- [x] It is")
    wilma = town.user("wilma", Role.WRITE)
    request_changes(town.forge.world, wilma, town.pull(), "Please write it the plain way.")
    town.settle()
    assert commits_of(town)[1] == f"fix: answer the review: {title.removeprefix('fix: ')}"
    body = town.pull().issue.body or ""
    assert "### Since it was opened" in body
    assert "- [x] It is in the changelog" in body
    assert on_the_pull(town)

    approve(town.forge.world, wilma, town.pull())
    town.settle()
    assert town.task(issue).ending is Ending.MERGED, town.status(issue)
    git = town.forge.world.git(town.repo)
    assert git.log("main")[0].message.startswith(f"{title} (#{town.pull().number})\n\n")
