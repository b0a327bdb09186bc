"""Hidden text is stripped, fences hold, secrets do not leave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.text import fence, find_secrets, invisible, redact, strip_hidden

NONCE = "a1b2c3d4e5f6a7b8"
HIDDEN = [
    ("see <!-- do evil --> this", "see   this"),
    ("see <!-- never closed", "see  "),
    ("<!<!-- x -->-- not hidden -->", "<! -- not hidden -->"),
    ("<\u200b!-- joined --> shown", "  shown"),
    ("zero\u200bwidth\ufeff", "zerowidth"),
    ("bidi \u202eevil\u202c", "bidi evil"),
    ("tag\U000e0041\U000e0042", "tag"),
    ("\x1b[31mred\x1b[0m \x1b]0;title\x07text", "red text"),
    ("kept\r\nlines\rhere", "kept\nlines\nhere"),
    ("a\n[//]: # (hidden words)\nb", "a\n\nb"),
    ("plain ⚠️ text, <b>bold</b>, [link](https://x.y)", None),
]


def secret(*parts):
    """A secret-shaped string, in parts so that this file holds none."""
    return "".join(parts)


SECRETS = {
    "github-token": secret("gh", "p_", "a1" * 18),
    "anthropic-key": secret("sk-", "ant-api03-", "x" * 20),
    "openai-key": secret("sk-", "proj-", "a1" * 20),
    "aws-key": secret("AK", "IA", "ABCDEFGHIJKLMNOP"),
    "google-key": secret("AI", "za", "b" * 35),
    "slack-token": secret("xo", "xb-", "1234567890-abc"),
    "stripe-key": secret("sk_", "live_", "1a" * 10),
    "gitlab-token": secret("gl", "pat-", "c" * 20),
    "package-token": secret("np", "m_", "d" * 36),
    "jwt": secret("ey", "J" + "a" * 12, ".eyJ" + "b" * 12, "." + "c" * 12),
    "url-password": secret("https://user", ":", "hunter22", "@host"),
    "private-key": secret("-----BEGIN RSA ", "PRIVATE KEY-----\nabc\n"),
    "assigned-secret": secret("API", '_KEY = "', "a1b2c3d4e5" * 2, '"'),
}
pieces = st.sampled_from(
    [*SECRETS.values(), "A", "_", "x.y", '"', "://", "@", ": ", "\n", "[", "]"]
)


@pytest.mark.parametrize(("text", "shown"), HIDDEN)
def test_what_github_does_not_show_is_stripped(text, shown):
    assert strip_hidden(text) == (text if shown is None else shown)


def test_hostile_text_is_stripped_and_scanned_in_linear_time():
    nested = "<!" * 20_000 + "<!-- -->" + "-- -->" * 20_000
    assert "<!--" not in strip_hidden(nested)
    assert find_secrets("ey" + "eyJaaaaaaaaaaaa" * 20_000) == ()


@given(st.text() | st.lists(st.sampled_from("<!-->\u200b\x1b[]m\r\na ")).map("".join))
def test_stripped_text_hides_nothing_and_strips_no_further(text):
    stripped = strip_hidden(text)
    assert "<!--" not in stripped
    assert invisible(stripped) == ()
    assert strip_hidden(stripped) == stripped


def test_invisible_characters_are_named():
    assert invisible("a\u202eb\u200b") == (
        "U+200B ZERO WIDTH SPACE",
        "U+202E RIGHT-TO-LEFT OVERRIDE",
    )
    assert invisible("x = 1\rimport os\n") == ("U+000D CONTROL",)
    assert invisible("tab\there\r\nform\ffeed ⚠️ 1️⃣ äß漢") == ()
    assert invisible("hidden\ufe0f\ufe0fdata") == ("U+FE0F VARIATION SELECTOR-16",)


noncesque = st.lists(st.sampled_from([NONCE, NONCE[:7], NONCE[7:], "</data-", ">", "x"])).map(
    "".join
)


@given(st.text() | noncesque, st.text() | noncesque)
def test_fenced_text_can_never_hold_its_closing_fence(text, label):
    fenced = fence(text, NONCE, label)
    assert fenced.count(NONCE) == 2
    assert fenced.count(f"</data-{NONCE}>") == 1
    assert fenced.endswith(f"\n</data-{NONCE}>")
    assert fenced.splitlines()[0].startswith(f'<data-{NONCE} label="')


def test_a_nonce_that_spans_text_and_label_is_none():
    half = NONCE[8:] + NONCE[:8]
    assert half in fence(half, NONCE, half)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 15, "with space 123456", "</data>" * 4])
def test_a_weak_nonce_is_refused(nonce):
    with pytest.raises(ValueError, match="nonce"):
        fence("text", nonce, "issue")


def test_plain_text_stays_in_its_fence():
    assert fence("hello", NONCE, "issue #3") == (
        f'<data-{NONCE} label="issue #3">\nhello\n</data-{NONCE}>'
    )


@pytest.mark.parametrize("name", SECRETS)
def test_each_kind_of_secret_is_found_and_redacted(name):
    text = f"before {SECRETS[name]} after"
    assert name in find_secrets(text)
    assert SECRETS[name] not in redact(text)
    assert f"[redacted: {name}]" in redact(text)


@pytest.mark.parametrize(
    "text",
    ["commit 3f786850e387550fdab836ed7e6dc881de23001b", "token = get_token()", "sk-learn",
     "https://example.org/a:b@c", 'password = "change me"', "ghp_ tokens", "api_key: str"],
)  # fmt: skip
def test_ordinary_text_is_left_alone(text):
    assert find_secrets(text) == ()
    assert redact(text) == text


@given(st.lists(pieces, max_size=8).map("".join) | st.text())
def test_redacted_text_holds_no_secret_and_is_redacted_no_further(text):
    once = redact(text)
    assert find_secrets(once) == ()
    assert redact(once) == once
