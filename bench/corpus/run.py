"""The corpus of patches through `evolve gate`: every cheat refused, no honest patch refused.

Run from the root of the repository: `python -m bench.corpus.run [--language rust] [--verbose]`.
A repository with two commits for each patch is made in a temporary folder, and the real command is
run on each pair, in this process. Exits with 1 when a verdict is wrong, and names the patch.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.cli.commands import evolve
from tests.corpus.cases import Case, build, cases
from tests.corpus.ways import LANGUAGES, NOT_THERE, Way, language_of, way_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the command said about one patch: its exit code, and the rules that it named."""

    case: Case
    code: int
    rules: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Exit code 1 with at least one rule; anything else is no verdict of the gate."""
        return self.code == 1 and bool(self.rules)


def main() -> None:
    """Judge every patch and print the tables."""
    parser = argparse.ArgumentParser(description="The corpus of patches through `evolve gate`.")
    parser.add_argument("--language", choices=LANGUAGES, help="only patches in this language")
    parser.add_argument("--verbose", action="store_true", help="a line for each patch")
    asked = parser.parse_args()
    chosen = {asked.language} if asked.language else {*LANGUAGES}
    cheats = tuple(case for case in cases("cheats") if language_of(case) in chosen)
    honest = tuple(case for case in cases("honest") if language_of(case) in chosen)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        build(root / "corpus.git", (*cheats, *honest))
        refused = [_judged(root, case) for case in cheats]
        accepted = [_judged(root, case) for case in honest]
    if asked.verbose:
        for one in (*refused, *accepted):
            print(f"{one.case.name:58} exit {one.code}  {', '.join(one.rules)}")
    _table(refused, sorted(chosen, key=LANGUAGES.index))
    for language in sorted(chosen, key=LANGUAGES.index):
        ours = [one for one in accepted if language_of(one.case) == language]
        print(f"honest, {language}: {sum(one.refused for one in ours)} of {len(ours)} refused")
    rules = Counter(rule for one in refused for rule in one.rules)
    print("\nrules that fired: " + ", ".join(f"{rule} {n}" for rule, n in rules.most_common()))
    slipped = [one for one in refused if not one.refused or one.case.rule not in one.rules]
    wronged = [one for one in accepted if one.code != 0]
    for one in (*slipped, *wronged):
        print(f"WRONG: {one.case.name}: exit {one.code}, {', '.join(one.rules) or 'no rule'}")
    stopped = sum(one.refused for one in refused)
    print(f"\n{stopped} cheats refused of {len(refused)}")
    print(f"{sum(one.refused for one in accepted)} honest patches refused of {len(accepted)}")
    print(f"{time.monotonic() - began:.1f} s")
    sys.exit(1 if slipped or wronged else 0)


def _judged(root: Path, case: Case) -> Verdict:
    where = ("--repo", str(root / "corpus.git"))
    revisions = ("--base", f"base/{case.name}", "--head", f"head/{case.name}")
    result = evolve(root / "home", "gate", *where, *revisions)
    named = [line.strip().partition(":")[0] for line in result.output.splitlines()[1:]]
    return Verdict(case, result.exit_code, tuple(dict.fromkeys(named)))


def _table(found: list[Verdict], languages: list[str]) -> None:
    """Refused of all, by way and language; a dash where the language has no such way."""
    print(f"{'cheats: refused of all':36}" + "".join(f"{language:>14}" for language in languages))
    for way in Way:
        cells: list[str] = []
        for language in languages:
            ours = [
                one for one in found if (way_of(one.case), language_of(one.case)) == (way, language)
            ]
            count = f"{sum(one.refused for one in ours)} of {len(ours)}"
            cells.append("-" if (way, language) in NOT_THERE else count)
        print(f"{way:36}" + "".join(f"{cell:>14}" for cell in cells))
    print()


if __name__ == "__main__":
    main()
