"""Check runs, check suites and commit statuses in JSON."""

from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.render.apps import render_app
from forge.render.commits import render_commit, render_simple_commit
from forge.render.nodes import node_id
from forge.render.pulls import render_pull_minimal
from forge.render.repos import render_minimal_repo
from forge.render.urls import Urls, stamp, stamp_or_none
from forge.world.entities import (
    Annotation,
    CheckRun,
    CheckSuite,
    CommitStatus,
    Repo,
    State,
)
from forge.world.world import World


def linked_pulls(world: World, repo: Repo, sha: str) -> list[JsonObject]:
    """The open pull requests whose head is this commit of this repository; forks' are left out."""
    return [
        render_pull_minimal(world, pull)
        for pull in world.pulls(repo)
        if pull.head_sha == sha and pull.head_repo is repo and pull.issue.state is State.OPEN
    ]


def render_check_run(world: World, run: CheckRun) -> JsonObject:
    """GitHub's `check-run`."""
    repo = run.suite.repo
    url = f"{world.urls.repo(repo)}/check-runs/{run.id}"
    page = f"{world.urls.repo_page(repo)}/runs/{run.id}"
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("CheckRun", run.id),
        "head_sha": run.head_sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": page,
        "details_url": run.details_url or page,
        "status": run.status.value,
        "conclusion": None if run.conclusion is None else run.conclusion.value,
        "started_at": stamp_or_none(run.started_at),
        "completed_at": stamp_or_none(run.completed_at),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.suite.id},
        "app": render_app(world.urls, run.app),
        "pull_requests": linked_pulls(world, repo, run.head_sha),
    }


def render_check_run_event(world: World, run: CheckRun) -> JsonObject:
    """A check run as in its own events, where the suite is shown too."""
    suite = render_check_suite(world, run.suite)
    names = (
        "id",
        "node_id",
        "head_branch",
        "head_sha",
        "status",
        "conclusion",
        "url",
        "before",
        "after",
        "pull_requests",
        "app",
        "created_at",
        "updated_at",
    )
    return render_check_run(world, run) | {"check_suite": {name: suite[name] for name in names}}


def render_annotation(urls: Urls, run: CheckRun, annotation: Annotation) -> JsonObject:
    """GitHub's `check-annotation`."""
    page = urls.repo_page(run.suite.repo)
    return {
        "path": annotation.path,
        "blob_href": f"{page}/blob/{run.head_sha}/{annotation.path}",
        "start_line": annotation.start_line,
        "start_column": annotation.start_column,
        "end_line": annotation.end_line,
        "end_column": annotation.end_column,
        "annotation_level": annotation.level,
        "title": annotation.title,
        "message": annotation.message,
        "raw_details": annotation.raw_details,
    }


def render_check_suite(world: World, suite: CheckSuite) -> JsonObject:
    """GitHub's `check-suite`."""
    repo = suite.repo
    url = f"{world.urls.repo(repo)}/check-suites/{suite.id}"
    return {
        "id": suite.id,
        "node_id": node_id("CheckSuite", suite.id),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "status": suite.status.value,
        "conclusion": None if suite.conclusion is None else suite.conclusion.value,
        "url": url,
        "before": suite.before,
        "after": suite.after,
        "pull_requests": linked_pulls(world, repo, suite.head_sha),
        "app": render_app(world.urls, suite.app),
        "created_at": stamp(suite.created_at),
        "updated_at": stamp(suite.updated_at),
        "latest_check_runs_count": len(suite.runs),
        "check_runs_url": f"{url}/check-runs",
        "rerequestable": True,
        "runs_rerequestable": True,
        "head_commit": render_simple_commit(world.git(repo).commit(suite.head_sha)),
        "repository": render_minimal_repo(world.urls, repo),
    }


def render_status(urls: Urls, status: CommitStatus) -> JsonObject:
    """GitHub's `status`."""
    creator = render_account(urls, status.creator)
    return {
        "url": f"{urls.repo(status.repo)}/statuses/{status.sha}",
        "avatar_url": creator["avatar_url"],
        "id": status.id,
        "node_id": node_id("StatusContext", status.id),
        "state": status.state.value,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": stamp(status.created_at),
        "updated_at": stamp(status.updated_at),
        "creator": creator,
    }


def render_status_event(world: World, status: CommitStatus) -> JsonObject:
    """The own part of a `status` event."""
    repo = status.repo
    git = world.git(repo)
    heads = [
        (name.removeprefix("refs/heads/"), sha)
        for name, sha in git.refs("refs/heads/").items()
        if git.contains(status.sha, sha)
    ]
    url = f"{world.urls.repo(repo)}/commits"
    return {
        "id": status.id,
        "sha": status.sha,
        "name": repo.full_name,
        "avatar_url": f"{world.urls.web}/avatars/{status.creator.id}",
        "target_url": status.target_url,
        "context": status.context,
        "description": status.description,
        "state": status.state.value,
        "commit": render_commit(world, repo, git.commit(status.sha)),
        "branches": [
            {"name": name, "commit": {"sha": sha, "url": f"{url}/{sha}"}, "protected": False}
            for name, sha in heads
        ],
        "created_at": stamp(status.created_at),
        "updated_at": stamp(status.updated_at),
    }
