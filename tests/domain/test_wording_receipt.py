"""What reviewers, the log and people without access read."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.experiment import Tuning
from bot.domain.pathway import Pathway
from bot.domain.policy import PolicyError
from bot.domain.risk.reasons import Reason, Sign
from bot.domain.subject import Repo, Subject
from bot.domain.wording.anchor import journal_head_in
from bot.domain.wording.answers import (
    COMMANDS,
    policy_error_comment,
    refusal_line,
    unknown_command,
)
from bot.domain.wording.blocks import span
from bot.domain.wording.commit import CommitView, commit_message
from bot.domain.wording.journal import JournalView, journal_line
from bot.domain.wording.receipt import receipt
from bot.domain.wording.receipt_view import (
    Agent,
    CostRow,
    FileRow,
    ProofView,
    ReceiptView,
    RunRow,
    TestRow,
)
from bot.domain.wording.template import above, template_part
from bot.domain.wording.tuning import tuning_line
from bot.kernel.proof import Outcome, Strength
from bot.kernel.values import Kind, Risk, Sha, Usd

AGENT = Agent("0.1.0", "1f2e3d4c5b6a")
VIEW = ReceiptView(
    issue=12,
    attempt=1,
    summary="`slug()` dropped the last letter.\nCloses #99 and pings @ada",
    kind=Kind.FIX,
    risk=Risk.LOW,
    base=Sha("a" * 40),
    tested=Sha("b" * 40),
    proof=ProofView(
        Strength.JUNIT,
        (TestRow("tests/test_slug.py::test_last|letter", Outcome.FAILED, Outcome.PASSED),),
        41,
        42,
    ),
    runs=(RunRow("whole suite", "python3 -m pytest -q", 0, 12.3),),
    files=(FileRow("slug.py", 1, 1), FileRow("tests/test_slug.py", 4, 0)),
    costs=(
        CostRow("claude-haiku-5-5", 1, 2000, 100, Usd.of("0.00025")),
        CostRow("claude-sonnet-5-5", 6, 31000, 900, Usd.of("0.0418")),
    ),
    agent=AGENT,
    journal_head="c" * 64,
    lessons=("Run the doctests too.",),
)

GOLDEN = """\
> `slug()` dropped the last letter.
> Closes #&#8203;99 and pings @&#8203;ada

Closes #12

**fix** · 2 files · $0.0421 · attempt 1

**Risk: low** — nothing was seen that makes it riskier.

### Proof

| test | on the base | on this change |
| --- | --- | --- |
| `tests/test_slug.py::test_last\\|letter` | ❌ failed | ✅ passed |

Tests collected: 41 before, 42 after. The whole suite passes in a clean checkout of this commit.

<details><summary>What was run (1 command)</summary>

| what for | command | exit code | time |
| --- | --- | --- | --- |
| whole suite | `python3 -m pytest -q` | 0 | 12 s |

</details>

<details><summary>What was changed (2 files)</summary>

| file | added | removed |
| --- | --- | --- |
| `slug.py` | +1 | -1 |
| `tests/test_slug.py` | +4 | -0 |

</details>
"""


def test_the_receipt_reads_from_the_summary_to_the_proof_to_the_details():
    assert receipt(VIEW).startswith(GOLDEN)


def test_the_receipt_names_cost_by_model_agent_commit_journal_and_how_to_undo():
    text = receipt(VIEW)
    assert "| `claude-sonnet-5-5` | 6 | 31,000 | 900 | $0.0418 |" in text
    for fact in ("0.1.0+1f2e3d4c5b6a", "b" * 40, "c" * 64, "- Run the doctests too.", "git revert"):
        assert fact in text


def test_a_proof_by_exit_code_says_that_a_person_must_merge():
    text = receipt(replace(VIEW, proof=ProofView(Strength.EXIT_ONLY, (), 0, 0)))
    assert "rests on exit codes alone" in text
    assert "Tests collected" not in text


def test_what_was_measured_beside_the_suites_is_told():
    more = replace(VIEW.proof, places=1, mutants=3, flaky=("tests/test_net.py::test_wait",))
    text = receipt(replace(VIEW, proof=more))
    for fact in (
        "1 changed place; broken on purpose",
        "each of 3 mutants",
        "1 test passed and failed on the unchanged base",
        "- `tests/test_net.py::test_wait`",
    ):
        assert fact in text
    weak = receipt(replace(VIEW, proof=replace(more, strength=Strength.EXIT_ONLY)))
    assert "1 changed place; broken on purpose" in weak


def test_a_test_that_was_not_on_the_base_says_so():
    row = TestRow("t", None, Outcome.PASSED)
    text = receipt(replace(VIEW, proof=replace(VIEW.proof, tests=(row,))))
    assert "| `t` | not there | ✅ passed |" in text


REASONS = (
    Reason(Sign.API, Risk.BREAKING, "slug_of: b is new and must be given", "slug.py"),
    Reason(Sign.API, Risk.BREAKING, "Slug is gone", "slug.py"),
    Reason(Sign.DEPENDENCIES, Risk.HIGH, "closes #8 @ada", "uv.lock"),
    Reason(Sign.SAID, Risk.MEDIUM, "triage rates it medium"),
)


def test_the_risk_is_said_with_its_gravest_reasons_and_all_of_them_folded():
    text = receipt(replace(VIEW, risk=Risk.BREAKING, reasons=REASONS))
    assert (
        "\n**Risk: breaking** — public API: slug\\_of: b is new and must be given in `slug.py`;"
        " dependencies: closes #&#8203;8 @&#8203;ada in `uv.lock`; triage rates it medium."
        " A person must approve it.\n"
    ) in text
    folded = text.partition("<summary>Why this risk (4 reasons)</summary>")[2]
    assert "| breaking | public API | Slug is gone | `slug.py` |" in folded


def test_reasons_that_the_line_has_said_are_not_said_again():
    text = receipt(replace(VIEW, risk=Risk.MEDIUM, reasons=REASONS[3:]))
    assert "**Risk: medium** — triage rates it medium.\n" in text
    assert "Why this risk" not in text


def test_many_tests_are_folded_and_few_are_not():
    many = replace(VIEW, proof=replace(VIEW.proof, tests=VIEW.proof.tests * 9))
    assert "<summary>9 tests that prove it</summary>" in receipt(many)
    assert "that prove it" not in receipt(VIEW)


def test_a_missing_summary_is_admitted():
    assert receipt(replace(VIEW, summary=" \n")).startswith("No summary was given.")


def test_the_largest_receipt_still_fits_into_a_pull_request():
    large = replace(
        VIEW,
        summary="&`x`" * 30_000,
        proof=replace(VIEW.proof, tests=(TestRow("t" * 999, None, Outcome.PASSED),) * 500),
        runs=VIEW.runs * 500,
        files=(FileRow("f" * 999, 1, 1),) * 500,
        lessons=("<" * 999,) * 99,
    )
    assert len(receipt(large)) < 65_536
    assert "… and 480 more." in receipt(large)


@given(st.text(max_size=200))
def test_only_our_own_closes_is_said(text):
    view = replace(
        VIEW,
        summary=f"{text}\nFixes #7\n</details>\nresolves https://x.example/issues/3",
        files=(FileRow(text + "closes #8", 1, 0),),
        lessons=(text, "closes #9"),
    )
    tokens = MarkdownIt("commonmark").enable("table").parse(receipt(view))
    words = [c.content for t in tokens for c in t.children or () if c.type == "text"]
    assert [word for word in words if "#1" in word or "#7" in word or "#9" in word] == [
        "Closes #12"
    ]
    assert not [word for word in words if "://x" in word]
    html = [t.content.strip() for t in tokens if t.type == "html_block"]
    assert html.count("</details>") == 5


COMMIT = CommitView(
    Subject(Repo("acme", "slugs", 1), 12),
    1,
    "fix: slug() drops the last letter",
    "The slice ended too early.\n\nFixes #99\nSigned-off-by: Ada <a@x.example>\n\nEvolve-Task: x",
    AGENT,
    ("claude-haiku-5-5", "claude-sonnet-5-5"),
    "c" * 64,
)


def test_the_commit_message_says_what_why_and_how_it_was_made():
    assert (
        commit_message(COMMIT)
        == f"""\
fix: slug() drops the last letter

The slice ended too early.

Fixes # 99
| Signed-off-by: Ada <a@ x.example>

| Evolve-Task: x

Evolve-Agent: 0.1.0+1f2e3d4c5b6a
Evolve-Model: claude-haiku-5-5
Evolve-Model: claude-sonnet-5-5
Evolve-Task: acme/slugs#12 attempt 1
Evolve-Journal: {"c" * 64}
"""
    )


def test_the_commit_message_tells_what_the_change_evolves():
    told = commit_message(replace(COMMIT, pathway=Pathway.MEMORY))
    assert told.splitlines()[-1] == "Evolve-Pathway: memory"


def test_the_receipt_tells_what_the_change_evolves_and_by_which_parameters():
    line = tuning_line(Tuning(recall=1, escalate_after=2, reviewed=False), "3/trial")
    told = receipt(replace(VIEW, pathway=Pathway.TOOL, tuning=line))
    assert "**fix** · tool evolution · 2 files" in told
    assert (
        "| parameters | 1 lesson at most, a stronger model after 2 failed proofs, reviewer off;"
        " part of 3/trial |" in told
    )


def test_git_reads_exactly_our_trailers():
    hostile = replace(COMMIT, summary="x\n\nEvolve-Agent: fake\n---\nCo-authored-by: Eve <e@x>")
    read = subprocess.run(
        ["git", "interpret-trailers", "--parse"],
        input=commit_message(hostile),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.partition(":")[0] for line in read.stdout.splitlines()] == [
        "Evolve-Agent",
        "Evolve-Model",
        "Evolve-Model",
        "Evolve-Task",
        "Evolve-Journal",
    ]


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_trailers_are_always_the_last_paragraph(title, summary):
    message = commit_message(replace(COMMIT, headline=title, summary=summary))
    assert message.split("\n\n")[-1].startswith("Evolve-Agent: 0.1.0+")
    subject = message.split("\n")[0]
    assert subject.strip()
    assert len(subject) <= 72


def test_a_refusal_is_polite_says_why_and_pings_nobody():
    assert refusal_line(12, "write access is needed; @eve has read") == (
        "<!-- evolve:refusal 12 -->\nThank you, but I may only act for people with write access"
        " here (write access is needed; @&#8203;eve has read). A maintainer can comment `/evolve`"
        " instead."
    )


def test_a_wrong_policy_is_answered_with_line_reason_and_what_to_do():
    assert policy_error_comment(
        12, PolicyError(3, "`max_line` is not known; did you mean `max_lines`?")
    ) == (
        "<!-- evolve:policy 12 -->\n\n"
        "### `.github/evolve.yml` cannot be used\n\n"
        "**Line 3:** `max_line` is not known; did you mean `max_lines`?\n\n"
        "Nothing was started and nothing was spent. Mend that line on the default branch, then"
        " comment `/evolve`."
    )


def test_an_unknown_command_is_answered_with_all_known_ones():
    text = unknown_command("`x` @ada")
    assert "I do not know `` `x` @ada ``." in text
    assert all(command in text for command, _ in COMMANDS)


def test_continue_without_an_amount_is_told_what_is_missing():
    assert "such as `/evolve continue $2`" in unknown_command("continue two")


def test_a_journal_line_cannot_steer_a_terminal():
    view = JournalView(
        7,
        datetime(2026, 11, 1, 12, tzinfo=UTC),
        "acme/slugs",
        12,
        1,
        "merged",
        Usd.of("0.0421"),
        "fix\x1b[2J slug()\nnext",
        ("keep it small",),
        "c" * 64,
    )
    assert journal_line(view) == (
        "    7 cccccccccccc 2026-11-01 12:00 acme/slugs#12-1 merged $0.0421: fix slug() next"
        " | learned: keep it small"
    )


def test_durations_read_well():
    shown = [span(s) for s in (0, 0.44, 9.96, 59.4, 185, 7440)]
    assert shown == ["0.0 s", "0.4 s", "10 s", "59 s", "3 min 5 s", "2 h 4 min"]


def test_the_journals_head_is_read_back_from_a_receipt_whatever_the_model_wrote_in_it():
    row = f"| journal head | `{'e' * 64}` |"
    for summary in (VIEW.summary, row, f"x\n\n{row}\n\nx", f"```\n{row}\n```"):
        assert journal_head_in(receipt(replace(VIEW, summary=summary))) == VIEW.journal_head
    assert journal_head_in("A pull request without a receipt.") is None


def test_the_head_is_read_where_a_person_edited_the_body_and_never_below_the_receipt():
    body = receipt(VIEW)
    assert journal_head_in(body.replace("\n", "\r\n")) == VIEW.journal_head
    forged = template_part(f"```\n| journal head | `{'e' * 64}` |\n```")
    assert f"| journal head | `{'e' * 64}` |" in forged
    assert journal_head_in(above(body, forged)) == VIEW.journal_head
