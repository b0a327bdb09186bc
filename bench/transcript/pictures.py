"""Pictures of pages: chromium draws them, and pngquant, where there is one, makes them small."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

WIDTH = 1040
"""Pixels; the pages are 980 wide at most."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRAW_S = 120
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_MEASURE = "<script>document.title = 'height ' + document.documentElement.offsetHeight</script>"
_HEIGHT = re.compile(r"<title>height (\d+)</title>")


class NotDrawn(Exception):
    """The browser made no picture; the message holds the end of what it said."""


def browser() -> str | None:
    """The browser of this machine, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def without(html: str, *sections: str) -> str:
    """The page with some of its sections hidden; `header` and `h1` are sections, too."""
    return html + f"<style>{','.join(sections)} {{ display:none }}</style>"


def draw(command: str, html: str, picture: Path) -> int:
    """Draw a whole page into a PNG file; its size in bytes. Raises NotDrawn."""
    with tempfile.TemporaryDirectory(prefix="evolve-pictures-") as folder:
        page, measured = Path(folder, "page.html"), Path(folder, "measured.html")
        page.write_text(html)
        measured.write_text(html + _MEASURE)
        common = (command, *_QUIET, f"--user-data-dir={folder}/profile")
        dom = _run((*common, f"--window-size={WIDTH},800", "--dump-dom", measured.as_uri()))
        height = _HEIGHT.search(dom)
        if height is None:
            raise NotDrawn(f"the height of the page is not known: {dom[-500:]}")
        drawn = Path(folder, "page.png")
        size = f"--window-size={WIDTH},{height[1]}"
        said = _run((*common, size, f"--screenshot={drawn}", page.as_uri()))
        if not drawn.exists():
            raise NotDrawn(said[-500:])
        if (smaller := shutil.which("pngquant")) is not None:
            _run((smaller, "--force", "--ext", ".png", "--speed", "1", "128", str(drawn)))
        picture.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(drawn, picture)
    return picture.stat().st_size


def _run(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DRAW_S, check=False)
    except subprocess.TimeoutExpired as late:
        raise NotDrawn(f"{command[0]} did not end in {DRAW_S} s") from late
    return done.stdout if done.returncode == 0 else done.stdout + done.stderr
