"""Git's conflict markers that were left in files: a suite that never reads them stays green."""

from bot.kernel.patch_gate import FileChange
from bot.kernel.values import Breach

_MARKERS = ("<<<<<<< ", "||||||| ", ">>>>>>> ")


def left_markers(changes: tuple[FileChange, ...]) -> tuple[Breach, ...]:
    """One breach for each file in which the change leaves a marker that was not there before."""
    return tuple(
        Breach("conflict-marker", f"{change.path} still holds `{line}`: resolve the conflict")
        for change in changes
        if (line := _first_new(change)) is not None
    )


def _first_new(change: FileChange) -> str | None:
    before, after = (
        (data or b"").decode(errors="replace").splitlines()
        for data in (change.before, change.after)
    )
    known = set(before)
    found = (line for line in after if line.startswith(_MARKERS) and line not in known)
    return next((line.split(" ")[0] for line in found), None)
