"""Which symbolic links of a tree may become links on disk."""


def stays_inside(path: str, target: bytes) -> bool:
    """Whether a link at `path` cannot lead out of the tree, even through other such links.

    `..` is allowed only in front: there it climbs real directories. Behind a name it could climb
    from wherever another link has led.
    """
    if not target or len(target) > 1024 or target.startswith(b"/") or b"\0" in target:
        return False
    parts = [part for part in target.split(b"/") if part not in (b"", b".")]
    climbs = 0
    while parts and parts[0] == b"..":
        parts.pop(0)
        climbs += 1
    return climbs <= path.count("/") and b".." not in parts
