"""Outside text cannot reach anybody or anything from where the bot puts it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.wording.quoting import code, flatten, inline, plain, plain_line, prose, quoted

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HARMLESS = {"inline", "text", "code_inline", "softbreak", "paragraph_open", "paragraph_close"}
LISTS = {
    f"{kind}_{end}"
    for kind in ("bullet_list", "ordered_list", "list_item")
    for end in ("open", "close")
}

NASTY = st.lists(
    st.sampled_from(
        [
            "@ada",
            "#1",
            "Closes #12",
            "GH-7",
            "https://evil.example/issues/3",
            "www.evil.example",
            "<!--",
            "-->",
            "<img src=x>",
            "<b>",
            "&#64;ada",
            "![x](http://e)",
            "[x](y)",
            "`",
            "``",
            "\\",
            "*",
            "**",
            "_",
            "~~",
            "|",
            "---",
            "===",
            "# h",
            "> q",
            "- ",
            "1. ",
            "    ",
            "\t",
            "\n",
            "\n\n",
            " ",
            "```",
            "~~~",
            "[a]: http://e",
            "[skip ci]",
            "Signed-off-by: x",
            "Evolve-Task: 9",
            "skip-checks: true",
            "word",
            "$",
            "\u200b",
            "\u202e",
            "!",
            "a@b.example",
            "&",
            ";",
            "8",
        ]
    ),
    max_size=14,
).map("".join)


def leaves(markdown: str):
    for token in MARKDOWN.parse(markdown):
        yield token
        yield from token.children or ()


def visible(markdown: str) -> str:
    """What stands outside code, as a reader (and GitHub's mention filter) sees it."""
    return "\n".join(token.content for token in leaves(markdown) if token.type in {"text"})


def assert_reaches_nobody(markdown: str) -> None:
    text = visible(markdown)
    assert not re.search(r"@[\w-]", text)
    assert not re.search(r"(#|GH-)[0-9]", text, re.IGNORECASE)
    assert "//" not in text.replace("//\u200b", "")


@given(NASTY)
def test_inline_text_is_only_text(text):
    markdown = f"**x** {inline(text)}"
    assert "\n" not in markdown
    kinds = {token.type for token in leaves(markdown)}
    assert kinds <= HARMLESS - {"code_inline", "softbreak"} | {
        "strong_open",
        "strong_close",
        "text_special",
    }
    assert_reaches_nobody(markdown)


@given(NASTY)
def test_prose_is_only_paragraphs_lists_and_code(text):
    markdown = prose(text)
    assert {token.type for token in leaves(markdown)} <= HARMLESS | LISTS | {"text_special"}
    assert_reaches_nobody(markdown)


@given(NASTY)
def test_quoted_prose_stays_in_its_quote(text):
    tokens = MARKDOWN.parse(quoted(text) + "\n\nafter")
    assert tokens[0].type == "blockquote_open"
    assert [token.type for token in tokens].count("blockquote_close") == 1
    assert tokens[-2].content == "after"


@given(NASTY)
def test_code_is_one_piece_of_code_also_in_a_table(text):
    tokens = list(leaves(f"| a |\n| --- |\n| {code(text)} |"))
    shown = [token for token in tokens if token.type == "code_inline"]
    assert len(shown) <= 1
    assert [token.type for token in tokens].count("td_open") == 1
    if flatten(text, 200).strip("` "):
        assert shown[0].content.strip() == flatten(text, 200).strip()


@given(NASTY)
def test_a_commit_message_holds_no_mention_reference_trailer_or_ci_switch(text):
    message = plain(text)
    assert not re.search(r"@[\w-]|#[0-9]|GH-[0-9]|://", message)
    assert not re.search(r"^\s*(Evolve-Task|Signed-off-by)\s*:", message, re.MULTILINE)
    assert "[skip" not in message
    assert "skip-checks:" not in message
    assert "\n" not in plain_line(text)


@given(st.text(max_size=300))
def test_no_text_raises(text):
    for show in (inline, prose, quoted, code, plain, plain_line):
        assert isinstance(show(text), str)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Thanks @ada, closes #12", "Thanks @&#8203;ada, closes #&#8203;12"),
        ("a < b & c_d", "a &lt; b &amp; c\\_d"),
        ("see <!-- secret --> here", "see here"),
        ("https://x.example", "https://&#8203;x.example"),
        ("mail ada@x.example", "mail ada@&#8203;x.example"),
    ],
)
def test_inline_reads_well(written, shown):
    assert inline(written) == shown


def test_prose_keeps_lists_and_code_and_nothing_else():
    written = "# Plan\n\n1. call `parse_all(x)`\n2. then `@ada`\n* done\n<b>bold</b>"
    assert prose(written) == (
        "\\# Plan\n\n1. call `parse_all(x)`\n2. then \\`@&#8203;ada\\`\n- done\n"
        "&lt;b&gt;bold&lt;/b&gt;"
    )


def test_a_long_text_is_shortened_visibly():
    assert inline("x" * 300, 10) == "x" * 9 + "…"
    assert prose("x" * 300, 10) == "x" * 9 + "…"


def test_a_secret_is_never_repeated():
    token = "ghp_" + "a1B2" * 9
    for show in (inline, prose, code, plain):
        assert token not in show(f"the key is {token}")


def test_hidden_characters_do_not_survive():
    assert inline("a\u200b\u202eb\x1b[31m") == "ab"


def test_plain_text_reads_well():
    assert plain("Thanks @ada, closes #12 [skip ci]\nCo-authored-by: x\nNote: fine") == (
        "Thanks @ ada, closes # 12 (skip ci]\n| Co-authored-by: x\nNote: fine"
    )
