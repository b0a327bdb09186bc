"""Commits that the forge signs, as GitHub does with its own key, and how it knows them again.

The signature is a header of the commit, so the commit's id holds it. Which commits the forge signed
is in a file beside the objects, where the update hook reads it, too: a header alone proves nothing.
"""

import hashlib
import hmac
from collections.abc import Iterable
from textwrap import wrap

from forge.git.hook import SIGNED_COMMITS
from forge.git.loose import write_loose
from forge.git.repository import Repository

_KEY = b"the forge's own signing key, which signs nothing outside of it"
_HEADER = "gpgsig"


def sign(repository: Repository, sha: str) -> str:
    """A copy of a commit with the forge's signature; answer its sha."""
    payload = repository.content("commit", sha).decode("utf-8", "replace")
    head, _, message = payload.partition("\n\n")
    armour = signature_over(payload).replace("\n", "\n ")
    signed = f"{head}\n{_HEADER} {armour}\n\n{message}"
    made = write_loose(repository.path, "commit", signed.encode())
    with (repository.path / SIGNED_COMMITS).open("a") as known:
        known.write(f"{made}\n")
    return made


def signature_over(payload: str) -> str:
    """The armoured signature over a commit without one."""
    digest = hmac.new(_KEY, payload.encode(), hashlib.sha512).hexdigest()
    lines = "\n".join(wrap(digest, 64))
    return f"-----BEGIN PGP SIGNATURE-----\n\n{lines}\n-----END PGP SIGNATURE-----"


def signed_payload(repository: Repository, sha: str) -> str | None:
    """What the forge signed when it made this commit; None when it did not."""
    if sha not in _signed(repository):
        return None
    text = repository.content("commit", sha).decode("utf-8", "replace")
    head, _, message = text.partition("\n\n")
    kept, inside = [], False
    for line in head.split("\n"):
        inside = line.startswith(_HEADER) or (inside and line.startswith(" "))
        if not inside:
            kept.append(line)
    return "\n".join(kept) + "\n\n" + message


def unsigned(repository: Repository, shas: Iterable[str]) -> list[str]:
    """Those of the commits that the forge did not sign."""
    known = _signed(repository)
    return [sha for sha in shas if sha not in known]


def _signed(repository: Repository) -> frozenset[str]:
    path = repository.path / SIGNED_COMMITS
    return frozenset(path.read_text().split()) if path.is_file() else frozenset()
