"""Text from outside: shown to the model only stripped and fenced, sent out only redacted."""

import re
import unicodedata

# Controls, soft hyphen, fillers, zero-width, bidi, variation selectors, tags. A lone carriage
# return ends a line for Python but not for a reader. U+FE0F after a symbol only makes an emoji.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|\r(?!\n)|(?<![0-9#*\xa9\xae\u203c-\u3299\U0001f000-\U0001faff])\ufe0f"
)
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARKDOWN_COMMENT = re.compile(r"^ {0,3}\[[^\]\n]*\]: *(?:#|<>)(?: .*)?$", re.MULTILINE)

SECRETS = {
    "private-key": r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)",
    "github-token": r"gh[pousr]_[A-Za-z0-9_.-]{20,}|github_pat_[A-Za-z0-9_]{20,}",
    "anthropic-key": r"sk-ant-[A-Za-z0-9_-]{16,}",
    "openai-key": r"sk-(?:proj-)?[A-Za-z0-9_-]{32,}",
    "aws-key": r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    "google-key": r"AIza[0-9A-Za-z_-]{35}",
    "slack-token": r"xox[abeprs]-[A-Za-z0-9-]{10,}",
    "stripe-key": r"[rs]k_live_[0-9A-Za-z]{16,}",
    "gitlab-token": r"glpat-[A-Za-z0-9_-]{20,}",
    "package-token": r"npm_[A-Za-z0-9]{36}|pypi-AgEI[A-Za-z0-9_-]{30,}",
    "jwt": r"(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "url-password": r"://[^\s/:@\[]+:[^\s/@\[]{6,}@",
    "assigned-secret": r"(?i:api_?key|secret|token|passw(?:or)?d)['\"]?\s{0,3}[:=]\s{0,3}['\"]"
    r"(?=[^'\"]*[0-9])(?=[^'\"]*[A-Za-z])[A-Za-z0-9+/_=.-]{20,}['\"]",
}
_PATTERNS = {name: re.compile(pattern, re.DOTALL) for name, pattern in SECRETS.items()}


def invisible(text: str) -> tuple[str, ...]:
    """Name every kind of character in the text that a reader would not see."""
    found = sorted({match[0] for match in _INVISIBLE.finditer(text)})
    return tuple(f"U+{ord(c):04X} {unicodedata.name(c, 'CONTROL')}" for c in found)


def strip_hidden(text: str) -> str:
    """Remove what GitHub does not show: comments, terminal escapes, invisible characters."""
    text = _INVISIBLE.sub("", _ANSI.sub("", re.sub("\r\n?", "\n", text)))
    # A space for a comment: its removal must not join the halves of another one.
    return _MARKDOWN_COMMENT.sub("", _COMMENT.sub(" ", text))


def fence(text: str, nonce: str, label: str) -> str:
    """Mark outside text as data. The nonce is a secret of this run: raises ValueError if weak."""
    if not re.fullmatch("[0-9A-Za-z]{16,}", nonce):
        raise ValueError("a nonce is at least 16 letters and digits")
    # What stands in for the nonce holds no letter, so its neighbours cannot join to a new one.
    text, label = text.replace(nonce, "[-]"), label.replace(nonce, "[-]")
    label = re.sub(r"[^\w ./#:-]", "_", label)
    return f'<data-{nonce} label="{label}">\n{text}\n</data-{nonce}>'


def find_secrets(text: str) -> tuple[str, ...]:
    """Name the kinds of secret-shaped strings in the text, never the strings."""
    return tuple(name for name, pattern in _PATTERNS.items() if pattern.search(text))


def redact(text: str) -> str:
    """Replace every secret-shaped string; the result holds none."""
    while found := find_secrets(text):
        for name in found:
            text = _PATTERNS[name].sub(f"[redacted: {name}]", text)
    return text
