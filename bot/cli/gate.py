"""`evolve gate`: the patch gate, and the proof, on any two commits of a repository on this machine.

The repository is only read: what the proof writes goes into a scratch mirror that borrows its
objects.
"""

from pathlib import Path
from typing import Annotated, NoReturn, assert_never

import typer

from bot.adapters.bubblewrap import Bubblewrap
from bot.adapters.git import BareMirror, GitError, GitMirrors
from bot.adapters.git.command import GitCommand
from bot.adapters.places import ScratchPlaces
from bot.cli.sandbox import scratch
from bot.cli.start import fail_unfit, usable_settings
from bot.domain.policy import POLICY_PATH, Policy, PolicyError
from bot.domain.policy_file import read_policy
from bot.kernel.patch_gate import PatchAccepted, PatchRefused, patch_gate
from bot.kernel.proof import Proven, Unproven
from bot.kernel.values import Breach, Kind, Sha
from bot.stages.prove import prove
from bot.stages.suites import Lab, Trial, line_of
from bot.stages.workspace import Unusable


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
    sandbox = Bubblewrap()
    if proof and (missing := sandbox.check()) is not None:
        fail_unfit(f"There is no sandbox here: {missing.reason}. {missing.remedy}.")
    with scratch(usable_settings().home) as place:
        try:
            mirror, old, new = borrow(repo, base, head, place)
            policy = _policy(mirror, old)
            patch = _gate(mirror, old, new, policy, kind)
            if proof:
                lab = Lab(mirror, sandbox, ScratchPlaces(place / "work"), policy.test)
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
    text = mirror.read_file(base, POLICY_PATH)
    policy = read_policy(None if text is None else text.decode(errors="replace"))
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


def _prove(lab: Lab, base: Sha, head: Sha, kind: Kind, patch: PatchAccepted) -> None:
    tree = lab.mirror.tree_of(head)
    proof = prove(lab, base, tree, kind, patch, lambda name: typer.echo(f"  running {name}"))
    for trial in proof.trials:
        typer.echo(f"  {_told(trial)}")
    match proof.verdict:
        case Proven(red_on_base=red, strength=strength):
            typer.echo(f"proof: proven ({strength}; {len(red)} tests red on the base)")
            for test in red:
                typer.echo(f"  red, then green: {test}")
        case Unproven(breaches):
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
