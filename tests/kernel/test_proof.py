"""Red before, green after, nothing lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.proof import (
    CouldNotRun,
    ExitOnly,
    Outcome,
    ProofEvidence,
    Proven,
    Ran,
    Strength,
    TestId,
    Unproven,
    proof_verdict,
)
from bot.kernel.values import Kind, Sha

TREE = Sha("t" * 40)
P, F, E, S = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED


def ran(exit_code=None, **results):
    found = {TestId(name): outcome for name, outcome in results.items()}
    code = int(any(outcome in (F, E) for outcome in results.values()))
    return Ran(found, code if exit_code is None else exit_code)


FIX = ProofEvidence(
    kind=Kind.FIX,
    base_sha=Sha("b" * 40),
    tree=TREE,
    base_suite=ran(old=P, slow=S),
    base_on_change=ran(old=P, slow=S),
    tests_on_base=ran(new=F),
    change_suite=ran(old=P, slow=S, new=P),
    uncovered=None,
    code_changed=True,
)
EXIT = replace(
    FIX,
    base_suite=ExitOnly(0),
    base_on_change=ExitOnly(0),
    tests_on_base=ExitOnly(1),
    change_suite=ExitOnly(0),
)


def judged(evidence):
    """The verdict when a second run of both says the same as the first."""
    twice = evidence.tests_on_base, evidence.change_suite
    return proof_verdict(replace(evidence, again=evidence.again or twice))


def rules(evidence):
    verdict = judged(evidence)
    return {b.rule for b in verdict.breaches} if isinstance(verdict, Unproven) else set()


def test_a_fix_with_a_red_then_green_test_is_proven():
    assert judged(FIX) == Proven(TREE, (TestId("new"),), ("new", "old"), 2, 3, Strength.JUNIT)


@pytest.mark.parametrize("kind", [Kind.FIX, Kind.FEATURE])
@pytest.mark.parametrize("on_base", [ran(new=P), ran(new=S), ran(other=F), Ran({}, 0), Ran({}, 5)])
def test_without_a_red_test_a_fix_or_feature_is_unproven(kind, on_base):
    assert rules(replace(FIX, kind=kind, tests_on_base=on_base)) == {"no-red-test"}


def test_a_red_test_must_pass_on_the_change():
    assert "no-red-test" in rules(replace(FIX, change_suite=ran(old=P, slow=S)))
    stuck = replace(FIX, change_suite=ran(old=P, slow=S, new=F))
    assert rules(stuck) == {"no-red-test", "new-test-not-passing"}


def test_a_changed_test_may_be_the_red_one():
    verdict = judged(replace(FIX, tests_on_base=ran(old=F)))
    assert isinstance(verdict, Proven)
    assert verdict.red_on_base == ("old",)


def test_an_error_on_the_base_is_red():
    assert rules(replace(FIX, tests_on_base=ran(new=E))) == set()


def test_a_new_test_in_a_module_that_does_not_import_on_the_base_is_red():
    on_base = Ran({TestId("::tests.test_new"): E}, 2)
    found = {**FIX.change_suite.results, TestId("tests.test_new::test_a"): P}
    verdict = judged(replace(FIX, tests_on_base=on_base, change_suite=Ran(found, 0)))
    assert isinstance(verdict, Proven)
    assert verdict.red_on_base == ("tests.test_new::test_a",)


def test_an_old_passing_test_in_such_a_module_is_not_taken_for_red():
    old, error = TestId("tests.test_old::test_a"), TestId("tests.test_old")
    suite = Ran({old: P}, 0)
    evidence = replace(FIX, base_suite=suite, base_on_change=suite, change_suite=suite)
    assert rules(replace(evidence, tests_on_base=Ran({error: E}, 2))) == {"no-red-test"}


@pytest.mark.parametrize("run", ["base_on_change", "change_suite"])
@pytest.mark.parametrize(
    ("results", "rule"),
    [
        ({"slow": S, "new": P}, "test-lost"),
        ({"old": P, "new": P}, "test-lost"),
        ({"old": F, "slow": S, "new": P}, "newly-failing"),
        ({"old": P, "slow": E, "new": P}, "newly-failing"),
        ({"old": S, "slow": S, "new": P}, "newly-skipped"),
    ],
)
def test_no_base_test_may_be_lost_newly_fail_or_newly_be_skipped(run, results, rule):
    assert rule in rules(replace(FIX, **{run: ran(**results)}))


def test_what_was_red_on_the_base_may_stay_red_but_not_vanish_or_be_skipped():
    red = replace(FIX, base_suite=ran(old=P, bad=F), base_on_change=ran(old=P, bad=E))
    assert rules(replace(red, change_suite=ran(old=P, bad=F, new=P))) == set()
    assert rules(replace(red, change_suite=ran(old=P, new=P))) == {"test-lost"}
    assert rules(replace(red, change_suite=ran(old=P, bad=S, new=P))) == {"newly-skipped"}


@pytest.mark.parametrize("run", ["base_suite", "base_on_change", "tests_on_base", "change_suite"])
@pytest.mark.parametrize(
    "suite",
    [CouldNotRun("no disk"), ExitOnly(0), ran(old=P, exit_code=3), ran(old=F, exit_code=137)],
)
def test_what_could_not_be_checked_is_a_no(run, suite):
    assert "could-not-check" in rules(replace(FIX, **{run: suite}))


def test_the_first_test_of_a_repository_can_prove_a_fix():
    none = Ran({}, 5)
    first = replace(FIX, base_suite=none, base_on_change=none, change_suite=ran(new=P))
    assert rules(first) == set()
    assert "no-tests" in rules(replace(first, change_suite=none))


@pytest.mark.parametrize("kind", [Kind.REFACTOR, Kind.PERFORMANCE])
def test_a_refactoring_needs_its_changed_lines_covered_and_no_red_test(kind):
    evidence = replace(FIX, kind=kind, tests_on_base=CouldNotRun("no new tests"))
    assert rules(replace(evidence, uncovered=())) == set()
    assert rules(replace(evidence, uncovered=("a.py:3",))) == {"not-covered"}
    assert rules(replace(evidence, uncovered=None)) == {"not-covered"}


def test_a_docs_change_touches_no_code_and_still_passes_the_suite():
    docs = replace(FIX, kind=Kind.DOCS, tests_on_base=CouldNotRun("none"), code_changed=False)
    assert rules(docs) == set()
    assert rules(replace(docs, code_changed=True)) == {"code-changed"}
    assert "newly-failing" in rules(replace(docs, change_suite=ran(old=F, slow=S, new=P)))


def test_a_dependency_change_passes_the_suite():
    evidence = replace(FIX, kind=Kind.DEPENDENCY, tests_on_base=CouldNotRun("none"))
    assert rules(evidence) == set()
    assert "test-lost" in rules(replace(evidence, change_suite=ran(new=P)))


def test_exit_codes_alone_prove_weakly():
    verdict = judged(EXIT)
    assert verdict == Proven(TREE, (), (), 0, 0, Strength.EXIT_ONLY)
    assert rules(replace(EXIT, tests_on_base=ExitOnly(0))) == {"no-red-test"}
    assert rules(replace(EXIT, base_on_change=ExitOnly(1))) == {"suite-failed"}
    assert rules(replace(EXIT, change_suite=ExitOnly(1))) == {"suite-failed"}


@pytest.mark.parametrize("code", [124, 126, 127, 137, -9])
def test_a_time_out_or_a_missing_command_is_not_a_red_test(code):
    assert rules(replace(EXIT, tests_on_base=ExitOnly(code))) == {"could-not-check"}


def test_results_cannot_be_changed_after_the_fact():
    results = {TestId("a"): P}
    suite = Ran(results, 0)
    results[TestId("a")] = F
    assert suite.results[TestId("a")] is P
    with pytest.raises(TypeError):
        suite.results[TestId("a")] = F  # ty: ignore[invalid-assignment]


def test_one_run_does_not_make_a_red_test():
    once = proof_verdict(FIX)
    assert isinstance(once, Unproven)
    assert {breach.rule for breach in once.breaches} == {"not-repeated"}


@pytest.mark.parametrize(
    "again",
    [
        (ran(new=P), FIX.change_suite),
        (ran(other=F), FIX.change_suite),
        (ran(new=F), ran(old=P, slow=S, new=F)),
        (ran(new=F), ran(old=P, slow=S)),
    ],
    ids=["green on the base", "not there", "red on the change", "gone on the change"],
)
def test_a_new_test_that_flickers_proves_nothing(again):
    assert "no-red-test" in rules(replace(FIX, again=again))


def test_a_new_test_must_be_there_and_pass_in_both_runs_of_the_change():
    for more in (ran(old=P, slow=S, new=P, late=F), ran(old=P, slow=S, new=P, late=P)):
        again = (FIX.tests_on_base, more)
        assert rules(replace(FIX, again=again)) == {"new-test-not-passing"}


def test_a_test_that_fails_in_the_second_run_of_the_change_is_newly_failing():
    again = (FIX.tests_on_base, ran(old=F, slow=S, new=P))
    assert rules(replace(FIX, again=again)) == {"newly-failing"}


def test_what_passes_and_fails_on_the_unchanged_base_neither_proves_nor_refutes():
    failing = replace(FIX, change_suite=ran(old=F, slow=S, new=P))
    assert rules(failing) == {"newly-failing"}
    flaky = replace(failing, base_again=(ran(old=F, slow=S),))
    verdict = judged(flaky)
    assert isinstance(verdict, Proven)
    assert verdict.flaky == ("old",)
    red = replace(FIX, tests_on_base=ran(old=F), base_again=(ran(old=F, slow=S),))
    assert rules(red) == {"no-red-test"}


def test_a_flaky_test_may_neither_vanish_nor_be_skipped():
    flaky = replace(FIX, base_again=(ran(old=F, slow=S),))
    assert rules(replace(flaky, change_suite=ran(slow=S, new=P))) == {"test-lost"}
    assert rules(replace(flaky, change_suite=ran(old=S, slow=S, new=P))) == {"newly-skipped"}


@pytest.mark.parametrize("more", [CouldNotRun("no disk"), ExitOnly(0), ran(old=F, exit_code=137)])
def test_a_base_that_cannot_be_run_again_makes_nothing_flaky(more):
    assert "could-not-check" in rules(replace(FIX, base_again=(more,)))


def test_a_base_on_which_many_tests_flicker_can_judge_nothing():
    def of(outcome, most):
        return ran(**{f"t{number}": outcome for number in range(most)})

    for most, expected in ((10, set()), (11, {"could-not-check"})):
        passing, failing = of(P, most), of(F, most)
        whole = Ran({**failing.results, TestId("new"): P}, 1)
        evidence = replace(FIX, base_suite=passing, base_on_change=passing, change_suite=whole)
        assert rules(replace(evidence, base_again=(failing,))) == expected


def test_a_mutant_that_lives_is_named():
    verdict = judged(replace(FIX, survivors=("a.py:3: `<` became `<=`",)))
    assert isinstance(verdict, Unproven)
    assert [(b.rule, b.detail) for b in verdict.breaches] == [
        ("mutant-survived", "a.py:3: `<` became `<=`")
    ]


names = st.sampled_from(["a", "b", "c", "d"]).map(TestId)
runs = st.builds(Ran, st.dictionaries(names, st.sampled_from(Outcome)), st.sampled_from([0, 1, 5]))
suites = runs | st.sampled_from([ExitOnly(0), ExitOnly(1), CouldNotRun("x")])
evidences = st.builds(
    ProofEvidence,
    kind=st.sampled_from(Kind),
    base_sha=st.just(Sha("b")),
    tree=st.just(TREE),
    base_suite=suites,
    base_on_change=suites,
    tests_on_base=suites,
    change_suite=suites,
    uncovered=st.sampled_from([None, (), ("a.py:1",)]),
    code_changed=st.booleans(),
    base_again=st.lists(suites, max_size=2).map(tuple),
    again=st.none() | st.tuples(suites, suites),
    survivors=st.sampled_from([(), ("a.py:1",)]),
)
steady = st.dictionaries(names, st.sampled_from([P, P, F, S]), min_size=1)


@st.composite
def flickering(draw):
    """Evidence that is often proven: every run is the base's with a few outcomes changed."""
    base = draw(steady)

    def run(**more):
        odd = draw(
            st.dictionaries(st.sampled_from(sorted(base)), st.sampled_from([P, F]), max_size=1)
        )
        found = {**base, **odd, **{TestId(name): outcome for name, outcome in more.items()}}
        return Ran(found, int(any(outcome in (F, E) for outcome in found.values())))

    return replace(
        FIX,
        base_suite=run(),
        base_on_change=run(),
        tests_on_base=run(new=F),
        change_suite=run(new=P),
        base_again=tuple(run() for _ in range(draw(st.integers(0, 2)))),
        again=(run(new=draw(st.sampled_from([P, F]))), run(new=draw(st.sampled_from([P, F])))),
    )


@given(evidences | flickering())
def test_nothing_is_proven_with_a_lost_or_newly_failing_test_or_without_its_kinds_condition(
    evidence,
):
    verdict = proof_verdict(evidence)
    if not isinstance(verdict, Proven):
        assert verdict.breaches
        return
    base, wholes = evidence.base_suite, [evidence.change_suite]
    reds = [evidence.tests_on_base]
    if evidence.again is not None:
        reds, wholes = [*reds, evidence.again[0]], [*wholes, evidence.again[1]]
    assert verdict.tree == TREE
    assert not evidence.survivors
    if verdict.strength is Strength.JUNIT:
        assert verdict.collected_after >= verdict.collected_before
        flaky = frozenset(verdict.flaky)
        for whole in wholes:
            assert base.results.keys() <= whole.results.keys()
            assert whole.failing() <= base.failing() | flaky
        for test, outcome in base.results.items():
            if outcome is P and test not in flaky:
                assert {run.results[test] for run in (*wholes, evidence.base_on_change)} == {P}
        for test in verdict.red_on_base:
            assert test not in flaky
            assert all(run.results[test] in (F, E) for run in reds)
            assert all(run.results[test] is P for run in wholes)
        assert verdict.red_on_base or evidence.kind not in {Kind.FIX, Kind.FEATURE}
    else:
        assert not any(isinstance(run, Ran) for run in (base, *wholes))
    if evidence.kind in {Kind.REFACTOR, Kind.PERFORMANCE}:
        assert evidence.uncovered == ()
    if evidence.kind in {Kind.FIX, Kind.FEATURE}:
        assert len(reds) == 2
    assert not (evidence.kind is Kind.DOCS and evidence.code_changed)


@given(evidences | flickering())
def test_only_the_unchanged_base_makes_a_test_flaky(evidence):
    verdict = proof_verdict(evidence)
    if isinstance(verdict, Proven):
        bases = (evidence.base_suite, *evidence.base_again)
        seen = {test: {run.results.get(test) for run in bases} for test in verdict.flaky}
        assert all(P in outcomes and outcomes & {F, E} for outcomes in seen.values())


@given(flickering(), names)
def test_a_test_that_always_passes_on_the_base_may_never_fail_on_the_change(evidence, test):
    bases = (evidence.base_suite, *evidence.base_again)
    changes = (evidence.base_on_change, evidence.change_suite, evidence.again[1])
    always = all(run.results.get(test) is P for run in bases)
    if always and any(run.results[test] is F for run in changes):
        assert isinstance(proof_verdict(evidence), Unproven)
