"""What changed lines and paths speak of, and what can reach the test run that judges it."""

import pytest

from bot.domain.risk.assess import assess
from bot.domain.risk.reasons import Sign
from bot.kernel.values import Risk
from tests.domain.risky import assessed, change, of

LOW, MEDIUM, HIGH, BREAKING = Risk


def test_an_ordinary_line_is_low_and_there_is_nothing_to_say():
    seen = assessed("a.py", "x = 1\n", "x = 2\n")
    assert (seen.risk, seen.reasons) == (LOW, ())


@pytest.mark.parametrize(
    "line",
    ["import atexit", "os._exit(0)", "print(sys.argv)", "open('junit.xml')", "process.exit(0)"],
)
def test_code_that_can_end_or_see_its_own_run_is_high(line):
    changed = change("a.py", "x = 1\n", f"x = 1\n{line}\n")
    assert assess((changed,), frozenset()).risk is HIGH
    assert assess((changed,), frozenset({"a.py"})).risk is LOW


def test_what_was_there_before_does_not_count():
    assert assessed("a.py", "import atexit\nx = 1\n", "import atexit\nx = 2\n").risk is LOW


@pytest.mark.parametrize(
    ("line", "sign", "risk"),
    [
        ("if not check_password(user):", Sign.SECURITY, HIGH),
        ("return isAuthorized(request)", Sign.SECURITY, HIGH),
        ("OAuth2Client()", Sign.SECURITY, HIGH),
        ("hmac.compare_digest(a, b)", Sign.SECURITY, HIGH),
        ("session.user = user", Sign.SECURITY, MEDIUM),
        ("tokens = line.split()", Sign.SECURITY, MEDIUM),
        ("author = commit.author", Sign.SECURITY, LOW),
        ("self._lock.acquire()", Sign.CONCURRENCY, HIGH),
        ("threading.Thread(target=f)", Sign.CONCURRENCY, HIGH),
        ("AtomicUsize::new(0)", Sign.CONCURRENCY, HIGH),
        ("mutexGuard.drop()", Sign.CONCURRENCY, HIGH),
        ("await fetch(url)", Sign.CONCURRENCY, MEDIUM),
        ("block = read()", Sign.CONCURRENCY, LOW),
        ("clock = time()", Sign.CONCURRENCY, LOW),
        ("db.run('ALTER TABLE a ADD b int')", Sign.SCHEMA, HIGH),
        ("op.drop_column('a', 'b')", Sign.SCHEMA, HIGH),
        ("drop(table)", Sign.SCHEMA, LOW),
    ],
)
def test_words_are_found_in_names_taken_apart_and_not_in_parts_of_words(line, sign, risk):
    added = assessed("src/a.py", "x = 1\n", f"x = 1\n{line}\n")
    removed = assessed("src/a.py", f"x = 1\n{line}\n", "x = 1\n")
    for seen in (added, removed):
        assert max((one[0] for one in of(seen, sign)), default=LOW) is risk


@pytest.mark.parametrize("line", ["go run(x)", "go func() {", "x <- 1", "y := <-x"])
def test_goroutines_and_channels_are_seen_in_go(line):
    seen = assessed("a/a.go", "package a\n", f"package a\n\t{line}\n")
    assert of(seen, Sign.CONCURRENCY)[0][0] is HIGH


@pytest.mark.parametrize(
    ("path", "sign", "risk"),
    [
        ("requirements.txt", Sign.DEPENDENCIES, HIGH),
        ("web/package-lock.json", Sign.DEPENDENCIES, HIGH),
        ("Cargo.toml", Sign.DEPENDENCIES, HIGH),
        ("db/migrations/0001_first.py", Sign.SCHEMA, HIGH),
        ("schema.sql", Sign.SCHEMA, HIGH),
        (".github/workflows/ci.yml", Sign.MACHINERY, HIGH),
        ("Makefile", Sign.MACHINERY, HIGH),
        ("config/settings.yaml", Sign.MACHINERY, MEDIUM),
        (".env.example", Sign.MACHINERY, MEDIUM),
        ("src/auth/cache.py", Sign.SECURITY, HIGH),
        ("src/author.py", Sign.SECURITY, LOW),
        ("src/thread_pool.py", Sign.CONCURRENCY, HIGH),
    ],
)
def test_some_paths_are_telling_whatever_stands_in_the_file(path, sign, risk):
    seen = assessed(path, "a = 1\n", "a = 2\n")
    assert max((one[0] for one in of(seen, sign)), default=LOW) is risk


def test_a_lockfile_is_a_dependency_whatever_its_packages_are_called():
    seen = assessed("uv.lock", "a\n", "a\ncryptography threadpool\n")
    assert [one.sign for one in seen.reasons] == [Sign.DEPENDENCIES]


def test_prose_may_speak_of_anything():
    assert assessed("docs/security.md", "x\n", "password, lock, DROP TABLE a\n").risk is LOW
