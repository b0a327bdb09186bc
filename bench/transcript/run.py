"""A transcript of one pull request, from a red check to the merge: the forge's pages as files.

    python -m bench.transcript.run [--out docs] [--home DIR]

Writes the pages as HTML below `transcript/` of the folder, each in one file, and pictures of them
below `pictures/` when there is a chromium. Times and commits are those of the run; the address of
the forge is replaced by one that leads nowhere. Exits with 1 when the story ended otherwise.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from bench.transcript.pictures import NotDrawn, browser, draw, without
from bench.transcript.story import Told, tell
from bot.cli.demo.stage import NotStarted
from bot.cli.demo.story import StoryFailed

HOST = "https://forge.example"
_HREF = re.compile(r"href='(/[^']*)'")


def main() -> None:
    """Tell the story, write the pages, draw the pictures."""
    options = _arguments()
    home = options.home or Path(tempfile.mkdtemp(prefix="evolve-transcript-"))
    try:
        told = tell(home)
    except (StoryFailed, NotStarted) as failed:
        print(f"the story did not end well: {failed}", file=sys.stderr)
        sys.exit(1)
    print("\nseconds of each scene")
    for scene, seconds in told.scenes:
        print(f"  {seconds:6.1f}  {scene}")
    pages = pages_of(told)
    for name, html in pages.items():
        file = options.out / "transcript" / f"{name}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html)
        print(f"{file}: {file.stat().st_size:,} bytes")
    if (command := browser()) is None:
        print("chromium is not installed: no pictures are drawn")
        return
    try:
        for name, html in pictures_of(pages).items():
            picture = options.out / "pictures" / f"{name}.png"
            print(f"{picture}: {draw(command, html, picture):,} bytes")
    except NotDrawn as failed:
        print(f"no picture: {failed}", file=sys.stderr)
        sys.exit(1)


def pages_of(told: Told) -> dict[str, str]:
    """Each page under its name: it links to the others as files, and to nothing else there was."""
    files = {path: f"{page.name}.html" for page in told.pages for path in page.paths}

    def leading(found: re.Match[str]) -> str:
        file = files.get(found[1])
        return f"href='{file}'" if file is not None else "title='not part of the transcript'"

    def kept(html: str) -> str:
        return _HREF.sub(leading, html).replace(told.web_url, HOST) + "\n"

    return {page.name: kept(page.html) for page in told.pages}


def pictures_of(pages: dict[str, str]) -> dict[str, str]:
    """What is drawn: the pull request in two, its opening text and what followed."""
    pull = pages["pull-request"]
    return {
        "issue": pages["issue"],
        "refused": pages["refused"],
        "pull-request": without(pull, "#since", "#state", "#files"),
        "review": without(pull, "header", ".title", "#opening", "#files"),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("docs"), help="default: docs")
    parser.add_argument("--home", type=Path, help="where the state lies (default: a new directory)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
