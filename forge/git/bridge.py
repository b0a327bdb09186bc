"""Git over HTTP: from a request at `/{owner}/{name}.git/…` to git and back to the world."""

import re
from dataclasses import replace
from typing import IO, assert_never
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from forge.api.auth import ByToken
from forge.api.http import ApiError
from forge.faults import FailAfter, FailBefore, Faults, SecondaryLimit, Slow
from forge.git.access import admit, may_change_workflows, rules_for
from forge.git.backend import BodyRefused, GitRequest, GitResponse, Service, call_backend, spool
from forge.git.objects import ZERO
from forge.git.pktline import BadPacket, RefCommand, read_commands
from forge.git.repository import Repository
from forge.world.entities import Repo
from forge.world.pushes import RefChange, refs_changed
from forge.world.world import World

_ROUTE = re.compile(
    r"/(?P<owner>[^/]+)/(?P<name>[^/]+?)\.git"
    r"(?P<path>/info/refs|/git-upload-pack|/git-receive-pack)"
)


class GitBridge:
    """An ASGI application that serves the smart HTTP protocol of all repositories of a world.

    It meets the same faults as the API; their `path` is searched in `/{owner}/{name}.git/…`.
    """

    def __init__(self, world: World, faults: Faults | None = None) -> None:
        self._world = world
        self._faults = faults or Faults()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response: Response
        try:
            response = await self._meet_fault(request)
        except ApiError as error:
            response = PlainTextResponse(error.message + "\n", error.status, dict(error.headers))
        except (BodyRefused, BadPacket) as error:
            response = PlainTextResponse(f"{error}\n", 400)
        await response(scope, receive, send)

    async def _meet_fault(self, request: Request) -> StreamingResponse:
        match self._faults.take(request.method, request.url.path):
            case None:
                return await self._answer(request)
            case FailBefore(status):
                raise ApiError(status, "Server Error")
            case FailAfter(status):
                async for _ in (await self._answer(request)).body_iterator:
                    """What git says is lost on the way."""
                raise ApiError(status, "Server Error")
            case SecondaryLimit():
                raise ApiError(429, "Too many requests")
            case Slow(seconds):
                response = await self._answer(request)
                await run_in_threadpool(self._faults.closing.wait, seconds)
                return response
            case fault:
                assert_never(fault)

    async def _answer(self, request: Request) -> StreamingResponse:
        route = _ROUTE.fullmatch(request.url.path)
        service = None if route is None else _service(request, route["path"])
        if route is None or service is None:
            raise ApiError(404, "Not Found")
        header = request.headers.get("authorization")
        repo, principal = admit(self._world, header, route["owner"], route["name"], service)
        encoding = request.headers.get("content-encoding", "")
        body, length = await spool(request.stream(), encoding)
        git = GitRequest(
            repository=self._world.git(repo).path,
            path=route["path"],
            method=request.method,
            query=request.url.query,
            content_type=request.headers.get("content-type", ""),
            protocol=request.headers.get("git-protocol", ""),
            body=body,
            body_length=length,
            user=principal.account.login if isinstance(principal, ByToken) else "",
        )
        if route["path"] == "/git-receive-pack" and isinstance(principal, ByToken):
            answer = await run_in_threadpool(self._push, repo, principal, git, body)
        else:
            answer = await run_in_threadpool(call_backend, git)
        return _streamed(answer)

    def _push(
        self, repo: Repo, principal: ByToken, request: GitRequest, body: IO[bytes]
    ) -> GitResponse:
        """Run one push to its end, then tell the world what it changed.

        The world stands still meanwhile, so that the rules that were read are those that hold.
        """
        commands = read_commands(body)
        with self._world.lock:
            limited = replace(
                request,
                rules=rules_for(self._world, repo, principal.account, commands),
                may_change_workflows=may_change_workflows(principal),
            )
            answer = call_backend(limited)
            content = b"".join(answer.body)
            changes = _applied(self._world.git(repo), commands)
            refs_changed(self._world, principal.account, repo, changes)
        return GitResponse(answer.status, answer.headers, iter((content,)))


def _service(request: Request, path: str) -> Service | None:
    match request.method, path:
        case "GET", "/info/refs":
            wanted = parse_qs(request.url.query).get("service", [""])[0]
        case "POST", _:
            wanted = path.removeprefix("/")
        case _:
            return None
    match wanted:
        case "git-upload-pack" | "git-receive-pack" as service:
            return service
        case _:
            return None


def _applied(git: Repository, commands: tuple[RefCommand, ...]) -> list[RefChange]:
    """The commands that git carried out: those whose ref is now where they wanted it."""
    now = git.refs()
    return [
        RefChange(command.ref, command.old, command.new)
        for command in commands
        if command.old != command.new and now.get(command.ref, ZERO) == command.new
    ]


def _streamed(answer: GitResponse) -> StreamingResponse:
    return StreamingResponse(answer.body, answer.status, dict(answer.headers))
