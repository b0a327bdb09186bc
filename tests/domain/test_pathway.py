"""Which way a change evolves what it changes: by paths and kind, and never by words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pathway import Pathway, by_pathway, is_own, pathway_of
from bot.domain.risk.assess import assess
from bot.kernel.protected import TEST_GLOBS
from bot.kernel.values import Kind, Risk
from tests.pages import ROOT

HERE = tuple(
    str(path.relative_to(ROOT))
    for top in ("bot", "webhooks", "forge")
    for path in (ROOT / top).rglob("*.py")
)
paths = st.lists(
    st.sampled_from(
        (
            *HERE,
            "src/a.py",
            "README.md",
            "docs/a.md",
            "Makefile",
            "prompts/x.txt",
            "tests/test_a.py",
        )
    ),
    max_size=6,
)


def ours(*files: str, kind: Kind = Kind.FIX) -> Pathway:
    return pathway_of(files, kind, TEST_GLOBS, own=True)


def theirs(*files: str, kind: Kind = Kind.FIX) -> Pathway:
    return pathway_of(files, kind, TEST_GLOBS, own=False)


@pytest.mark.parametrize(
    ("file", "pathway"),
    [
        ("bot/kernel/prompt.py", Pathway.MODEL),
        ("bot/kernel/prices.py", Pathway.MODEL),
        ("bot/stages/triage.py", Pathway.MODEL),
        ("bot/adapters/claude/request.py", Pathway.MODEL),
        ("bot/memory/journal.py", Pathway.MEMORY),
        ("bot/adapters/database/journal.py", Pathway.MEMORY),
        ("bot/stages/select/rank.py", Pathway.MEMORY),
        ("docs/architecture.md", Pathway.MEMORY),
        ("bot/stages/tools.py", Pathway.TOOL),
        ("bot/adapters/bubblewrap/sandbox.py", Pathway.TOOL),
        ("forge/server.py", Pathway.TOOL),
        ("bot/cli/queue.py", Pathway.TOOL),
        ("bot/engine/attempt.py", Pathway.WORKFLOW),
        ("bot/domain/decide.py", Pathway.WORKFLOW),
        ("bot/domain/policy.py", Pathway.WORKFLOW),
        ("bot/kernel/merge_gate.py", Pathway.WORKFLOW),
        ("webhooks/receive.py", Pathway.WORKFLOW),
        (".github/workflows/ci.yml", Pathway.WORKFLOW),
    ],
)
def test_in_the_bots_own_repository_each_room_is_on_its_pathway(file, pathway):
    assert ours(file) is pathway


@pytest.mark.parametrize(
    ("file", "pathway"),
    [
        ("src/billing/invoice.py", Pathway.TOOL),
        ("app/models/user.rb", Pathway.TOOL),
        ("lib/tools.js", Pathway.TOOL),
        ("prompts/answer.txt", Pathway.MODEL),
        ("ml/data/train.jsonl", Pathway.MODEL),
        ("README.md", Pathway.MEMORY),
        ("docs/how.md", Pathway.MEMORY),
        ("db/migrations/0003_users.py", Pathway.MEMORY),
        ("Makefile", Pathway.WORKFLOW),
        ("CMakeLists.txt", Pathway.WORKFLOW),
        (".github/workflows/ci.yml", Pathway.WORKFLOW),
        ("CLAUDE.md", Pathway.WORKFLOW),
    ],
)
def test_elsewhere_the_kind_of_artefact_tells(file, pathway):
    assert theirs(file) is pathway


def test_a_line_in_the_docs_does_not_make_a_feature_a_memory():
    assert theirs("src/a.py", "README.md", "docs/a.md") is Pathway.TOOL


def test_tests_say_nothing_of_what_a_change_evolves():
    assert ours("bot/memory/journal.py", "tests/engine/test_x.py") is Pathway.MEMORY
    assert theirs("tests/test_a.py") is Pathway.TOOL


def test_new_libraries_are_tools_and_documentation_is_memory():
    assert theirs("pyproject.toml", "uv.lock", "src/a.py", kind=Kind.DEPENDENCY) is Pathway.TOOL
    assert theirs("docs/a.md", kind=Kind.DOCS) is Pathway.MEMORY


@given(paths, st.sampled_from(Kind), st.booleans())
def test_one_file_of_the_workflow_is_enough(files, kind, own):
    alone = {pathway_of((file,), kind, TEST_GLOBS, own=own) for file in files}
    whole = pathway_of(files, kind, TEST_GLOBS, own=own)
    prose_only = all(file.endswith(".md") for file in files)
    assert (Pathway.WORKFLOW in alone) == (whole is Pathway.WORKFLOW) or prose_only
    assert pathway_of(files[::-1], kind, TEST_GLOBS, own=own) is whole


@given(st.sampled_from(Pathway))
def test_a_workflow_change_is_never_low_risk_and_no_other_is_riskier_for_its_pathway(pathway):
    risk = assess((), frozenset(), said=by_pathway(pathway)).risk
    assert risk is (Risk.MEDIUM if pathway is Pathway.WORKFLOW else Risk.LOW)


def test_this_repository_is_known_by_its_files_and_the_demos_is_not():
    assert is_own(HERE)
    assert not is_own(("src/a.py", "bot/engine/attempt.py"))
