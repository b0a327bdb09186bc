"""What a branch demands of what is merged into it, as far as an App may read it."""

from dataclasses import dataclass
from urllib.parse import quote

from bot.adapters.github.client import Client
from bot.adapters.github.paths import repo_path
from bot.adapters.github.record import Record
from bot.domain.subject import Repo
from bot.kernel.ci import Required


@dataclass(frozen=True, slots=True)
class Demands:
    """The active rules of the rulesets that hold on a branch, and its classic protection.

    Reading the protection itself takes `administration: read`, which we do not ask for; without it
    the branch tells its required checks. Either is None where it is not there or not ours to read.
    """

    rules: tuple[Record, ...]
    protection: Record | None
    branch: Record | None

    @property
    def required(self) -> tuple[Required, ...]:
        """The union of the checks that any of them requires."""
        classic = (one for one in (self.protection, self.branch) if one is not None)
        found = [one for told in classic for one in required_of_protection(told)]
        found += [one for rule in self.rules for one in required_of_rule(rule)]
        return tuple(dict.fromkeys(found))

    @property
    def kinds(self) -> frozenset[str]:
        """The types of the rules, in GitHub's words."""
        return frozenset(rule.text("type") for rule in self.rules)


def fetch_demands(client: Client, repo: Repo, branch: str) -> Demands:
    """Ask each source once. Raises NotAllowed when the rules cannot be read."""
    name = quote(branch, safe="")
    at = repo_path(repo, "branches", name)
    return Demands(
        rules=client.pages(repo_path(repo, "rules/branches", name)),
        protection=client.readable(f"{at}/protection"),
        branch=client.record(at),
    )


def required_of_protection(record: Record) -> tuple[Required, ...]:
    """Required checks of a protection, or of a branch that carries a summary of its own."""
    checks = record.record("required_status_checks") or record.record(
        "protection", "required_status_checks"
    )
    if checks is None:
        return ()
    listed = tuple(
        Required(one.text("context"), _source(one.number("app_id")))
        for one in checks.records("checks")
        if one.text("context")
    )
    names = checks.at("contexts")
    contexts = [one for one in names if isinstance(one, str)] if isinstance(names, list) else []
    known = {one.name for one in listed}
    return (*listed, *(Required(name) for name in contexts if name not in known))


def required_of_rule(record: Record) -> tuple[Required, ...]:
    """Required checks of one active rule of a ruleset."""
    if record.text("type") != "required_status_checks":
        return ()
    return tuple(
        Required(one.text("context"), _source(one.number("integration_id")))
        for one in record.records("parameters", "required_status_checks")
        if one.text("context")
    )


def _source(app_id: int | None) -> int | None:
    """GitHub writes "any source" as -1 or null."""
    return None if app_id is None or app_id < 0 else app_id
