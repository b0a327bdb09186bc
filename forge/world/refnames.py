"""Which names a ref may have."""

import re

# Source: git's check-ref-format
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|\.$|/$")


def is_valid_ref(name: str) -> bool:
    """Whether a full ref name such as `refs/heads/x` is well formed."""
    return name.startswith("refs/") and name.count("/") >= 2 and not _FORBIDDEN.search(name)
