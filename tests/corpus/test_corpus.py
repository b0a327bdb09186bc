"""Weakened tests in four languages are refused, each by its rule; honest patches pass."""

from collections import Counter

import pytest

from bot.cli.gate import borrow
from bot.domain.policy import Policy
from bot.kernel.patch_gate import PatchAccepted, PatchRefused, PatchVerdict, patch_gate
from bot.kernel.values import Kind
from tests.cli.commands import evolve
from tests.corpus.cases import Case, build, cases
from tests.corpus.ways import LANGUAGES, NOT_THERE, Way, language_of, way_of

CHEATS, HONEST = cases("cheats"), cases("honest")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    root = tmp_path_factory.mktemp("corpus")
    build(root / "corpus.git", (*CHEATS, *(HONEST)))
    return root


def judged(corpus, case: Case) -> PatchVerdict:
    repository, revisions = corpus / "corpus.git", (f"base/{case.name}", f"head/{case.name}")
    mirror, base, head = borrow(repository, *revisions, corpus / "mirrors")
    return patch_gate(mirror.changes(base, head), Policy().patch_rules(Kind.FIX))


def test_the_corpus_holds_enough_of_each_language_on_both_sides():
    for found in (CHEATS, HONEST):
        counts = Counter(case.name.partition("-")[0] for case in found)
        assert set(counts) == set(LANGUAGES)
        assert min(counts.values()) >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_to_weaken_a_test_is_there_in_each_language_that_has_it(language):
    ways = {way_of(case) for case in CHEATS if language_of(case) == language}
    assert ways == {way for way in Way if (way, language) not in NOT_THERE}


@pytest.mark.parametrize("case", CHEATS, ids=lambda case: case.name)
def test_a_cheat_is_refused_by_its_rule(corpus, case):
    verdict = judged(corpus, case)
    assert isinstance(verdict, PatchRefused)
    assert case.rule in {breach.rule for breach in verdict.breaches}, verdict.breaches


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case.name)
def test_an_honest_patch_is_accepted(corpus, case):
    verdict = judged(corpus, case)
    assert isinstance(verdict, PatchAccepted), verdict.breaches


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_gives_the_same_answers(corpus, language):
    for found, code in ((CHEATS, 1), (HONEST, 0)):
        case = next(one for one in found if one.name.startswith(language))
        where = ("--repo", str(corpus / "corpus.git"))
        revisions = ("--base", f"base/{case.name}", "--head", f"head/{case.name}")
        result = evolve(corpus / "home", "gate", *where, *revisions)
        assert result.exit_code == code, result.output
        assert f"  {case.rule}: " in result.stdout or not code
