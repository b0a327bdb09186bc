"""`evolve gate`: the patch gate, and the proof, on any two commits of a repository on this machine.

The repository is only read: what the proof writes goes into a scratch mirror that borrows its
objects. A set-up that its tests need runs as for an attempt, and is kept for the next time.
"""

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn, assert_never

import typer

from bot.adapters.bubblewrap import Bubblewrap
from bot.adapters.environments import EnvironmentCache
from bot.adapters.git import BareMirror, GitError, GitMirrors
from bot.adapters.git.command import GitCommand
from bot.adapters.places import ScratchPlaces
from bot.adapters.toolchains import interpreters, way_out
from bot.cli.sandbox import scratch
from bot.cli.start import fail_unfit, usable_settings
from bot.domain.policy import POLICY_PATH, Policy, PolicyError
from bot.kernel.patch_gate import PatchAccepted, PatchRefused, patch_gate
from bot.kernel.proof import Proven, Unproven
from bot.kernel.text import strip_hidden
from bot.kernel.values import Breach, Kind, Sha
from bot.stages.environment import (
    Mounts,
    SetupFailed,
    Workshop,
    configured,
    equip,
    recipe,
)
from bot.stages.policies import policy_at
from bot.stages.prove import prove
from bot.stages.suites import Lab, Trial, line_of
from bot.stages.workspace import Unusable

SHOWN_LINES = 15
"""Lines of the whole suite's output that are shown when the proof is refused."""


def gate_command(
    repo: Annotated[
        Path, typer.Option(help="A git repository here.", exists=True, resolve_path=True)
    ],
    base: Annotated[str, typer.Option(help="The commit to start from; its policy applies.")],
    head: Annotated[str, typer.Option(help="The commit to judge; nothing of it is believed.")],
    kind: Annotated[Kind, typer.Option(help="What the change is for.")] = Kind.FIX,
    proof: Annotated[
        bool, typer.Option("--prove", help="Run the suites in the sandbox as well.")
    ] = False,
) -> None:
    """Judge the difference from BASE to HEAD exactly as the bot would; exits 1 on a refusal."""
    home = usable_settings().home
    sandbox = Bubblewrap(interpreters(home))
    if proof and (missing := sandbox.check()) is not None:
        fail_unfit(f"There is no sandbox here: {missing.reason}. {missing.remedy}.")
    with scratch(home) as place:
        try:
            mirror, old, new = borrow(repo, base, head, place)
            policy = _policy(mirror, old)
            test, told = configured(mirror, old, policy.test)
            policy = replace(policy, test=test)
            patch = _gate(mirror, old, new, policy, kind)
            if proof:
                kept = EnvironmentCache(home / "environments", way_out(os.environ))
                places = ScratchPlaces(place / "work")
                # a name that no repository on GitHub has
                name = f"local/{hashlib.sha256(bytes(repo)).hexdigest()[:16]}"
                shop = Workshop(name, mirror, sandbox, places, kept)
                mounts = _equip(shop, old, policy, told)
                lab = Lab(mirror, sandbox, places, test, mounts, policy.proof.mutants)
                _prove(lab, old, new, kind, patch)
        except Unusable as unusable:
            typer.echo(f"cannot be judged, so refused: {unusable}", err=True)
            raise typer.Exit(1) from unusable


def borrow(repo: Path, base: str, head: str, place: Path) -> tuple[BareMirror, Sha, Sha]:
    """A scratch mirror over the repository's objects, and the commits. Exits 2 without them."""
    at = GitCommand(repo / ".git" if (repo / ".git").exists() else repo)
    # The common directory: a linked work tree keeps its objects in the main one.
    common = at.call("rev-parse", "--path-format=absolute", "--git-common-dir", cwd=repo)
    if common.code != 0:
        raise typer.BadParameter(f"{repo} is no git repository", param_hint="--repo")
    mirror = GitMirrors(place).mirror("local/borrowed")
    alternates = place / "local" / "borrowed.git" / "objects" / "info" / "alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_bytes(common.output.rstrip(b"\n") + b"/objects\n")
    return mirror, _commit(at, base, "--base"), _commit(at, head, "--head")


def _commit(at: GitCommand, revision: str, option: str) -> Sha:
    wanted = f"{revision}^{{commit}}"
    found = at.call("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    if found.code != 0:
        raise typer.BadParameter(f"there is no commit {revision!r}", param_hint=option)
    return Sha(found.output.decode().strip())


def _policy(mirror: BareMirror, base: Sha) -> Policy:
    """The policy of the base. Raises GitError when it cannot be used."""
    policy = policy_at(mirror, base)
    if isinstance(policy, PolicyError):
        raise GitError(f"mend {POLICY_PATH} on the base, line {policy.line}: {policy.reason}")
    return policy


def _gate(mirror: BareMirror, base: Sha, head: Sha, policy: Policy, kind: Kind) -> PatchAccepted:
    match patch_gate(mirror.changes(base, head), policy.patch_rules(kind)):
        case PatchRefused(breaches):
            _refuse("patch gate", breaches)
        case PatchAccepted(lines=lines, files=files) as accepted:
            typer.echo(f"patch gate: accepted ({lines} lines outside tests, {len(files)} files)")
            return accepted
        case never:
            assert_never(never)


def _equip(shop: Workshop, base: Sha, policy: Policy, told: str) -> Mounts:
    """The test environment of the base, as an attempt has it. Exits 1 when it cannot be made."""
    if told:
        typer.echo(f"  {told}")
    setup = policy.test.setup
    if setup is None:
        typer.echo("  no set-up: the suites run on what this machine has")
        return ()
    made = recipe(shop, base, setup, policy.test)
    found = shop.environments.find(shop.repo, made.key) is not None
    typer.echo(
        f"  the test environment is there already ({made.key[:12]})"
        if found
        else f"  making the test environment, with network and without secrets: {setup}"
    )
    outcome = equip(shop, made)
    if isinstance(outcome, SetupFailed):
        typer.echo(f"proof: refused\n  could-not-check: {outcome.reason}")
        raise typer.Exit(1)
    inside = ", ".join(sorted(where for _, where in outcome)) or "nothing"
    typer.echo(f"  read-only in every run, which have no network: {inside}")
    return outcome


def _prove(lab: Lab, base: Sha, head: Sha, kind: Kind, patch: PatchAccepted) -> None:
    tree = lab.mirror.tree_of(head)
    proof = prove(lab, base, tree, kind, patch, lambda name: typer.echo(f"  running {name}"))
    for trial in proof.trials:
        typer.echo(f"  {_told(trial)}")
    match proof.verdict:
        case Proven(red_on_base=red, strength=strength, flaky=flaky):
            typer.echo(f"proof: proven ({strength}; {len(red)} tests red on the base)")
            for test in red:
                typer.echo(f"  red, then green: {test}")
            for test in flaky:
                typer.echo(f"  flaky on the base, so it counts for nothing: {test}")
            if proof.places:
                typer.echo(f"  changed places that tests run: {proof.places}")
            if proof.mutants:
                typer.echo(f"  mutants that the new tests killed: {proof.mutants}")
        case Unproven(breaches):
            for line in proof.whole.output.splitlines()[-SHOWN_LINES:]:
                typer.echo(f"  | {strip_hidden(line)}")
            _refuse("proof", breaches)
        case never:
            assert_never(never)


def _told(trial: Trial) -> str:
    line = line_of(trial)
    ended = "could not run" if line.exit_code is None else f"exit {line.exit_code}"
    counts = f"{line.passed} passed, {line.failed} failed, {line.skipped} skipped"
    return f"{line.name}: {ended}, {counts}, {line.seconds:.1f} s"


def _refuse(gate: str, breaches: tuple[Breach, ...]) -> NoReturn:
    """Print every rule that fired, and exit with 1."""
    typer.echo(f"{gate}: refused")
    for breach in breaches:
        typer.echo(f"  {breach.rule}: {breach.detail}")
    raise typer.Exit(1)
