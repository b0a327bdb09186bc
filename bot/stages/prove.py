"""Run the suites that prove a change, and as many more as its proof needs."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.kernel.patch_gate import PatchAccepted
from bot.kernel.proof import ProofEvidence, ProofVerdict, Proven, Suite, Unproven, proof_verdict
from bot.kernel.values import Kind, Sha
from bot.stages.probing import Ground, Hunks, covered, mutated
from bot.stages.suites import Lab, Trial, is_prose, run_suite

RERUNS_MOST = 2
"""More runs of the base's own suite, to see whether what fails on the change is flaky."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The verdict with the runs it was read from, in their order; the first four always run.

    `places` of the change were seen to be run by tests, and `mutants` of it were killed.
    """

    verdict: ProofVerdict
    trials: tuple[Trial, ...]
    places: int = 0
    mutants: int = 0

    @property
    def new_tests_on_base(self) -> Suite:
        """The run in which the new tests had to fail."""
        return self.trials[2].suite

    @property
    def whole(self) -> Trial:
        """The whole suite on the change."""
        return self.trials[3]


def prove(
    lab: Lab,
    base: Sha,
    tree: Sha,
    kind: Kind,
    patch: PatchAccepted,
    progress: Callable[[str], None],
) -> Proof:
    """Four runs: base on base, base tests on new code, new tests on base, all on the change.

    Only a change that holds so far is looked at more closely: new failures by more runs of the
    base, red tests by a second run, then the changed lines by probes or mutants.
    """
    tests = patch.test_paths
    base_tree = lab.mirror.tree_of(base)
    kept_tree = lab.mirror.overlay(tree, base_tree, tests)
    red_tree = lab.mirror.overlay(base_tree, tree, tests)
    trials: list[Trial] = []
    ran: dict[Sha, Trial] = {}

    def again(name: str, of: Sha) -> Suite:
        progress(name)
        trials.append(run_suite(lab, name, of))
        ran[of] = trials[-1]
        return trials[-1].suite

    def once(name: str, of: Sha) -> Suite:
        if of not in ran:
            return again(name, of)
        trials.append(replace(ran[of], name=name))
        return ran[of].suite

    evidence = ProofEvidence(
        kind=kind,
        base_sha=base,
        tree=tree,
        base_suite=once("base tests on the base", base_tree),
        base_on_change=once("base tests on the change", kept_tree),
        tests_on_base=once("new tests on the base", red_tree),
        change_suite=once("whole suite on the change", tree),
        uncovered=None,
        code_changed=any(not (path in tests or is_prose(path)) for path in patch.files),
    )
    hunks = Hunks(lab, base, tree, frozenset(tests), trials[3].seconds, progress)
    places = 0
    while isinstance(verdict := proof_verdict(evidence), Unproven):
        rules = {breach.rule for breach in verdict.breaches}
        if rules == {"newly-failing"} and len(evidence.base_again) < RERUNS_MOST:
            more = again("base tests on the base, again", base_tree)
            evidence = replace(evidence, base_again=(*evidence.base_again, more))
        elif rules == {"not-repeated"}:
            red = again("new tests on the base, again", red_tree)
            evidence = replace(
                evidence, again=(red, again("whole suite on the change, again", tree))
            )
        elif rules == {"not-covered"} and evidence.uncovered is None:
            bases = (evidence.base_suite, *evidence.base_again)
            coverage = covered(
                hunks,
                Ground(base_tree, bases),
                Ground(kept_tree, (*bases, evidence.base_on_change)),
            )
            places, evidence = coverage.places, replace(evidence, uncovered=coverage.uncovered)
        else:
            break
    if not (isinstance(verdict, Proven) and lab.mutants and kind in {Kind.FIX, Kind.FEATURE}):
        return Proof(verdict, tuple(trials), places)
    mutation = mutated(hunks, verdict, evidence.base_suite)
    judged = proof_verdict(replace(evidence, survivors=mutation.survivors))
    return Proof(judged, tuple(trials), places, mutation.killed)
