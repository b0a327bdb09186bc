"""`.github/evolve.yml` read strictly: a typing error must not quietly mean the default."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import TypeAlias, TypeVar

from bot.domain import policy_values as read
from bot.domain.policy import (
    Admission,
    BudgetPolicy,
    LearnPolicy,
    ModelPolicy,
    Policy,
    PolicyError,
    ProofPolicy,
    ProposePolicy,
    RunPolicy,
    StalePolicy,
    Switch,
    TestPolicy,
)
from bot.domain.yaml_tree import BadYaml, Keys, Scalar, Tree, read_tree
from bot.kernel.merge_gate import MergePolicy

T = TypeVar("T")
Schema: TypeAlias = type[
    Policy
    | TestPolicy
    | ProofPolicy
    | ModelPolicy
    | BudgetPolicy
    | ProposePolicy
    | StalePolicy
    | RunPolicy
    | LearnPolicy
]


def read_policy(text: str | None) -> Policy | PolicyError:
    """The policy in the file's text. No file (None), or an empty one, means the defaults."""
    try:
        tree = None if text is None else read_tree(text)
        return Policy() if tree is None else _policy(tree)
    except BadYaml as bad:
        return PolicyError(bad.line, bad.reason)


@dataclass(frozen=True, slots=True)
class _Section:
    """A mapping whose keys are the fields of a dataclass; `name` is its dotted place."""

    name: str
    keys: Keys

    def read(self, key: str, reader: Callable[[Tree], T], default: T) -> T:
        """The value of a key, or the default when the key is not there."""
        tree = self.keys.values.get(key)
        try:
            return default if tree is None else reader(tree)
        except BadYaml as bad:
            named = bad.reason if bad.reason.startswith("`") else f"`{self._full(key)}`: {bad}"
            raise BadYaml(bad.line, named) from bad

    def section(self, key: str, reader: Callable[[Tree, str], T], default: T) -> T:
        """The section under a key, or the default when the key is not there."""
        tree = self.keys.values.get(key)
        return default if tree is None else reader(tree, key)

    def _full(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key


def _open(tree: Tree, name: str, schema: Schema) -> _Section:
    """Check that the tree is a mapping and that the schema knows every key in it."""
    if isinstance(tree, Scalar) and not tree.quoted and tree.text in {"", "~", "null"}:
        tree = Keys(tree.line, {}, {})
    if not isinstance(tree, Keys):
        what = f"`{name}`" if name else "the file"
        raise BadYaml(tree.line, f"{what} must be a section of `key: value` lines")
    known = [field.name for field in fields(schema)]
    for key in tree.values:
        if key not in known:
            place = f" in `{name}`" if name else ""
            raise BadYaml(tree.lines[key], f"`{key[:60]}` is not known{place}; {_near(key, known)}")
    return _Section(name, tree)


def _near(key: str, known: list[str]) -> str:
    match get_close_matches(key[:60].lower().replace("-", "_"), known, n=1, cutoff=0.5):
        case [nearest]:
            return f"did you mean `{nearest}`?"
        case _:
            return f"known are {', '.join(f'`{one}`' for one in known)}"


def _policy(tree: Tree) -> Policy:
    top, default = _open(tree, "", Policy), Policy()
    return Policy(
        merge=top.read("merge", read.choice(MergePolicy), default.merge),
        open_prs=top.read("open_prs", read.whole(1, 20), default.open_prs),
        max_lines=top.read("max_lines", read.whole(1, 400), default.max_lines),
        protected=top.read("protected", read.list_of(read.glob), default.protected),
        bots=frozenset(top.read("bots", read.list_of(read.user_id), tuple(default.bots))),
        test=top.section("test", _test, default.test),
        proof=top.section("proof", _proof, default.proof),
        models=top.section("models", _models, default.models),
        budget=top.section("budget", _budget, default.budget),
        propose=top.section("propose", _propose, default.propose),
        stale=top.section("stale", _stale, default.stale),
        run=top.section("run", _run, default.run),
        learn=top.section("learn", _learn, default.learn),
    )


def _test(tree: Tree, name: str) -> TestPolicy:
    section, default = _open(tree, name, TestPolicy), TestPolicy()
    return TestPolicy(
        command=section.read("command", read.command, default.command),
        report=section.read("report", read.path, default.report),
        seconds=section.read("seconds", read.seconds, default.seconds),
        globs=section.read("globs", read.list_of(read.glob), default.globs),
        setup=section.read("setup", read.command, default.setup),
        setup_seconds=section.read("setup_seconds", read.seconds, default.setup_seconds),
    )


def _proof(tree: Tree, name: str) -> ProofPolicy:
    section, default = _open(tree, name, ProofPolicy), ProofPolicy()
    return ProofPolicy(mutants=section.read("mutants", read.whole(0, 20), default.mutants))


def _models(tree: Tree, name: str) -> ModelPolicy:
    section, default = _open(tree, name, ModelPolicy), ModelPolicy()
    return ModelPolicy(
        triage=section.read("triage", read.model, default.triage),
        plan=section.read("plan", read.model_or_none, default.plan),
        implement=section.read("implement", read.model, default.implement),
        escalate=section.read("escalate", read.model_or_none, default.escalate),
        review=section.read("review", read.model_or_none, default.review),
        turns=section.read("turns", read.whole(1, 200), default.turns),
    )


def _budget(tree: Tree, name: str) -> BudgetPolicy:
    section, default = _open(tree, name, BudgetPolicy), BudgetPolicy()
    return BudgetPolicy(
        call=section.read("call", read.dollars, default.call),
        change=section.read("change", read.dollars, default.change),
    )


def _propose(tree: Tree, name: str) -> ProposePolicy:
    section, default = _open(tree, name, ProposePolicy), ProposePolicy()
    return ProposePolicy(
        max_open=section.read("max_open", read.whole(0, 50), default.max_open),
        admit=section.read("admit", read.choice(Admission), default.admit),
    )


def _stale(tree: Tree, name: str) -> StalePolicy:
    section, default = _open(tree, name, StalePolicy), StalePolicy()
    return StalePolicy(
        remind=section.read("remind", read.whole(0, 365), default.remind),
        close=section.read("close", read.whole(0, 365), default.close),
    )


def _run(tree: Tree, name: str) -> RunPolicy:
    section, default = _open(tree, name, RunPolicy), RunPolicy()
    return RunPolicy(
        max_changes=section.read("max_changes", read.whole(0, 20), default.max_changes),
        budget=section.read("budget", read.dollars, default.budget),
    )


def _learn(tree: Tree, name: str) -> LearnPolicy:
    section, default = _open(tree, name, LearnPolicy), LearnPolicy()
    return LearnPolicy(tune=section.read("tune", read.choice(Switch), default.tune))
