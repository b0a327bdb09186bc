"""What a suite says about code that was broken on purpose: a probe, or a mutant."""

from bot.kernel.proof import FAILING, ExitOnly, Outcome, Ran, Suite, TestId


def runs_it(twins: tuple[Suite, ...], broken: Suite) -> bool:
    """Whether the tests run a place: broken on purpose, tests fail that pass in all `twins`.

    Among these is a run in which the place was touched without harm: what fails by itself, or as
    soon as the text changes, or does not build, says nothing about the place.
    """
    reports = [twin for twin in twins if isinstance(twin, Ran) and twin.readable()]
    match broken:
        case Ran() if broken.readable() and len(reports) == len(twins):
            passing = [{t for t, o in r.results.items() if o is Outcome.PASSED} for r in reports]
            steady = frozenset.intersection(*map(frozenset, passing))
            failed = {t for t in steady if broken.results.get(t, Outcome.ERROR) in FAILING}
            return bool(failed and broken.failing())
        case ExitOnly(code) if broken.readable():
            return code != 0 and all(twin == ExitOnly(0) for twin in twins)
    return False


def kills(tests: frozenset[TestId], mutant: Suite) -> bool | None:
    """Whether one of these tests, which pass on the change, fails on a mutant of it.

    None: it cannot be told, as when the mutant does not even build.
    """
    if not (isinstance(mutant, Ran) and mutant.readable()):
        return None
    if any(mutant.results.get(test) in FAILING for test in tests):
        return True
    return False if tests and all(test in mutant.results for test in tests) else None
