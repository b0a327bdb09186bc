"""What the changed lines speak of: rights and secrets, threads, stored data, the test run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.risk.lines import Delta
from bot.domain.risk.reasons import Reason, Sign
from bot.kernel.values import Risk

_REACHES_THE_HARNESS = re.compile(
    r"atexit|_exit\b|sys\.(?:argv|modules|settrace|setprofile)|junit|gc\.get_|PYTEST_|os\.environ"
    r"|process\.(?:argv|exit|env)|os\.Exit|std::process::exit|sitecustomize|importlib\.(?:reload|abc)",
    re.IGNORECASE,
)
"""Code that can see or end the run it is judged by. Most of it is honest; a person looks."""


@dataclass(frozen=True, slots=True)
class _Rule:
    sign: Sign
    risk: Risk
    words: re.Pattern[str]


def _words(words: str) -> re.Pattern[str]:
    """Whole words, once identifiers are taken apart; a trailing `*` takes any ending."""
    return re.compile(rf"\b(?:{'|'.join(words.split()).replace('*', '[a-z]*')})\b")


_RIGHTS = _words(
    "auth authn authz authenti* authori* unauthori* login logout signin password* passwd passphrase"
    " permission* csrf xsrf cors jwt oauth* oidc saml sso ldap mfa totp credential* secret* crypto*"
    " encrypt* decrypt* cipher* hmac rsa ecdsa aes bcrypt scrypt argon pbkdf nonce tls ssl certif*"
    " privilege* sudo setuid impersonat* sandbox* saniti* unsaniti* pickle eval"
)
_MAYBE_RIGHTS = _words(
    "session* token* cookie* role roles acl* admin* signature* verif* hash hashed hashing escap*"
)
_THREADS = _words(
    "thread* multithread* mutex* lock* unlock* rlock rwlock semaphore* atomic* volatile condvar"
    " synchronized deadlock multiprocessing fork spawn goroutine* chan channel* waitgroup barrier"
    " gather race worker* executor*"
)
_ASYNC = _words("async await promise* future* coroutine* asyncio tokio")
_GO_STATEMENT = re.compile(r"^\s*go\s+(?:func\b|[\w.]+\()|<-")
_STORED = re.compile(
    r"\b(?:create|alter|drop|truncate|rename)\s+(?:table|index|column|view|schema|database|type)\b"
    r"|\badd\s+column\b|\bop\.(?:add|drop|alter|create|rename)_\w+\(|\bdelete\s+from\b",
    re.IGNORECASE,
)
_RULES = (
    _Rule(Sign.SECURITY, Risk.HIGH, _RIGHTS),
    _Rule(Sign.SECURITY, Risk.MEDIUM, _MAYBE_RIGHTS),
    _Rule(Sign.CONCURRENCY, Risk.HIGH, _THREADS),
    _Rule(Sign.CONCURRENCY, Risk.MEDIUM, _ASYNC),
)


def by_words(path: str, old_path: str, changed: Delta) -> Iterator[Reason]:
    """One reason for each rule that the path or the changed lines of a code file meet."""
    spoken = "\n".join(_apart(line) for line in changed.lines)
    named = _apart("/".join(sorted({path, old_path})))
    for rule in _RULES:
        in_path = rule.words.search(named) if rule.risk is Risk.HIGH else None
        if in_path is not None:
            yield Reason(rule.sign, rule.risk, f"the file's name says “{in_path[0]}”", path)
        elif (found := rule.words.search(spoken)) is not None:
            yield Reason(rule.sign, rule.risk, f"changed lines speak of “{found[0]}”", path)
    if path.endswith(".go") and any(_GO_STATEMENT.search(line) for line in changed.lines):
        yield Reason(Sign.CONCURRENCY, Risk.HIGH, "changed lines start or talk to goroutines", path)
    if any(_STORED.search(line) for line in changed.lines):
        yield Reason(Sign.SCHEMA, Risk.HIGH, "changed lines alter or delete stored data", path)
    if _REACHES_THE_HARNESS.search("\n".join(changed.added)):
        detail = "added lines can see or end the run that judges them"
        yield Reason(Sign.HARNESS, Risk.HIGH, detail, path)


def _apart(text: str) -> str:
    """`checkPassword_hash2` as `check password hash2`, so that words can be told from parts."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return text.replace("_", " ").lower()
