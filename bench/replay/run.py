"""A real fix of a real repository, made again by the whole bot; only the model is played.

    python -m bench.replay.run --repo DIR --commit SHA [--name OWNER/NAME] [--policy FILE]

A repository on the forge gets the history up to the parent of the commit, and an issue with the
commit's own message. The bot does the rest: context, triage, environment, sandbox, gates, proof and
pull request. The actor that plays the model makes the edits that history made. Exits with 1 when no
pull request came of it, and with 2 when the commit cannot be replayed.
"""

import argparse
import html
import re
import sys
import tempfile
from pathlib import Path
from typing import get_args

from bench.replay.history import NotReplayable, read_fix
from bench.replay.story import Asked, Outcome, replay
from bot.cli.demo.stage import NotStarted
from bot.cli.demo.story import StoryFailed
from forge.actors.problem import KindName


def main() -> None:
    """Replay one fix and say what came of it."""
    options = _arguments()
    try:
        fix = read_fix(options.repo, options.commit, tuple(options.tests))
    except NotReplayable as reason:
        print(f"cannot be replayed: {reason}", file=sys.stderr)
        sys.exit(2)
    name = options.name or options.repo.resolve().name.removesuffix(".git")
    policy = options.policy.read_text() if options.policy else None
    asked = Asked(options.repo, name, fix, policy, options.kind, options.patience)
    print(f"{name} {fix.commit[:12]}, on {fix.parent[:12]}: {fix.title}\n")
    home = options.home or Path(tempfile.mkdtemp(prefix="evolve-replay-"))
    try:
        outcome = replay(home, asked)
    except (StoryFailed, NotStarted) as failed:
        print(f"the story did not end well: {failed}", file=sys.stderr)
        sys.exit(1)
    report(asked, outcome)
    sys.exit(0 if outcome.receipt is not None else 1)


def report(asked: Asked, outcome: Outcome) -> None:
    """Everything worth knowing, for a person."""
    print("\nwhat the model was shown first, and what history changed")
    for path in asked.fix.paths:
        place = outcome.shown.index(path) + 1 if path in outcome.shown else None
        told = f"{place} of {len(outcome.shown)}" if place else "not among the files"
        print(f"  {path}: {told}")
    print("\nseconds at each stage")
    for mark, after in zip(outcome.story, outcome.story[1:], strict=False):
        took = (after.at - mark.at).total_seconds()
        print(f"  {took:7.1f}  {mark.stage:<10} {' '.join(mark.detail.split())[:200]}")
    print(f"\n{outcome.seconds:.1f} s from the label to the end, {outcome.spent} spent")
    if outcome.receipt is None:
        print(f"\nno pull request: {outcome.task.ending}\n{_as_read(outcome.status)}")
        return
    print("\nthe receipt\n")
    print(_as_read(outcome.receipt))


def _as_read(markdown: str) -> str:
    """The text without its hidden parts and its tags, every fold open."""
    text = re.sub(r"<!--.*?-->", "", markdown, flags=re.DOTALL)
    text = re.sub(r"<summary>(.*?)</summary>", r"[\1]", text)
    text = re.sub(r"</?(?:details|sub|summary)>", "", text)
    text = re.sub(r"\\([|{}$`*_\[\]])", r"\1", html.unescape(text)).replace("\u200b", "")
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return "\n".join(f"  | {line}".rstrip() for line in text.splitlines())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repo", type=Path, required=True, help="a clone or a bare repository")
    parser.add_argument("--commit", required=True, help="a fix that changed code and tests")
    parser.add_argument("--name", help="owner/name of the repository (default: the directory's)")
    parser.add_argument("--policy", type=Path, help="a .github/evolve.yml to add to the parent")
    parser.add_argument("--tests", action="append", default=[], help="a glob of more tests")
    parser.add_argument("--kind", choices=get_args(KindName), default="fix")
    parser.add_argument("--patience", type=float, default=1800.0, help="seconds")
    parser.add_argument("--home", type=Path, help="where the state lies (default: a new directory)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
