"""Risk that only a revision can bring: what it takes from the change that was looked at before."""

from bot.domain.risk.reasons import Reason, Sign
from bot.kernel.patch_gate import FileChange
from bot.kernel.protected import matches
from bot.kernel.values import Risk
from bot.kernel.weakening import weakened


def risk_of_revising(
    since: tuple[FileChange, ...], test_globs: tuple[str, ...], undone: int
) -> tuple[Reason, ...]:
    """Tests that `since` weakens, and asks that were left `undone`: a person looks at either.

    The gate compares with the base, where neither the tests of this change nor those that somebody
    added to its branch are; a reviewer may have seen them, and CI may have failed because of them.
    """
    lost = [one.path for one in since if matches(one.old_path, test_globs) and _weaker(one)]
    reasons = [
        Reason(Sign.HARNESS, Risk.MEDIUM, "a test that it held already was taken back", path)
        for path in lost
    ]
    if undone:
        detail = "not everything that people asked for was done"
        reasons.append(Reason(Sign.SAID, Risk.MEDIUM, detail))
    return tuple(reasons)


def _weaker(change: FileChange) -> bool:
    after = change.after if change.path == change.old_path else None
    before, now = (
        None if data is None else data.decode(errors="surrogateescape")
        for data in (change.before, after)
    )
    return bool(weakened(change.old_path, before, now))
