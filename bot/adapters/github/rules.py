"""What a branch demands of a pull request, from every source that an App may read."""

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import GONE, Client
from bot.adapters.github.demands import fetch_demands
from bot.adapters.github.graphql import GraphQlRefused, data_of
from bot.adapters.github.paths import repo_path
from bot.adapters.github.record import Record
from bot.domain.subject import Repo
from bot.stages.github import NotAllowed
from bot.stages.landing import LandingRules, MergeRoad

DCO_CHECK = "DCO"
"""The name under which the DCO App reports (source: github.com/dcoapp/app)."""

_BRANCH_QUERY = """
query($owner: String!, $name: String!, $branch: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    mergeQueue(branch: $branch) { id }
    ref(qualifiedName: $ref) { refUpdateRule { requiresSignatures } }
  }
}
"""


def fetch_landing_rules(client: Client, repo: Repo, branch: str) -> LandingRules:
    """The union of rulesets, protection and GraphQL's summary of both.

    A classic protection's merge queue and signatures are told by GraphQL alone to who does not
    administer the repository. Where GraphQL does not tell either, GitHub refuses the merge, and
    nothing unsigned lands.
    """
    found = client.record(repo_path(repo))
    if found is None:
        raise NotAllowed(f"{repo.full} cannot be seen")
    demands, summary = fetch_demands(client, repo, branch), _summary(client, repo, branch)
    classic = demands.protection
    queue = "merge_queue" in demands.kinds or summary.record("mergeQueue") is not None
    signed = (
        "required_signatures" in demands.kinds
        or (classic is not None and classic.flag("required_signatures", "enabled"))
        or summary.flag("ref", "refUpdateRule", "requiresSignatures")
    )
    return LandingRules(
        road=MergeRoad.QUEUE if queue else MergeRoad.DIRECT,
        auto_merge=found.flag("allow_auto_merge"),
        signed=signed,
        dco=any(one.name.casefold() == DCO_CHECK.casefold() for one in demands.required),
    )


def _summary(client: Client, repo: Repo, branch: str) -> Record:
    variables: dict[str, object] = {
        "owner": repo.owner,
        "name": repo.name,
        "branch": branch,
        "ref": f"refs/heads/{branch}",
    }
    try:
        answer = client.graphql(_BRANCH_QUERY, variables)
    except Refused as refused:
        if refused.status not in GONE:
            raise
        return Record({})
    try:
        data = data_of(answer)
    except GraphQlRefused:
        # What it may tell in part is better than nothing: each field stands for itself.
        data = answer.record("data") or Record({})
    return data.record("repository") or Record({})
