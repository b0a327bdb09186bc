"""One HTTP request through githubkit, its outcome told in our words. Nothing is retried here."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from bot.adapters.github.answers import (
    Answer,
    Lost,
    RateLimited,
    explain,
    has_rate_limit,
    is_rate_limit,
    seconds_to_wait,
)
from bot.adapters.github.download import download
from bot.adapters.github.record import Record, Unreadable, parse_record
from bot.stages.github import NotAllowed

if TYPE_CHECKING:
    import httpx
    from githubkit import BaseAuthStrategy, GitHub

Query = tuple[tuple[str, str], ...]
JSON_ACCEPT = "application/vnd.github+json"
RAW_ACCEPT = "application/vnd.github.raw+json"
API_VERSION = "2022-11-28"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `path` is below the API's base address and holds no secret."""

    method: str
    path: str
    query: Query = ()
    body: Mapping[str, object] | None = None
    accept: str = JSON_ACCEPT

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Wire:
    """githubkit with one connection pool and one ETag cache, whatever credential is used."""

    def __init__(
        self, api_url: str, timeout_s: float = 30.0, epoch: Callable[[], float] = time.time
    ) -> None:
        from githubkit import GitHub
        from githubkit.throttling import LocalThrottler

        from bot.adapters.github.transport import BoundedCache, SharedTransport

        self.api_url = api_url.rstrip("/")
        self._epoch = epoch
        self._transport = SharedTransport(self.api_url)
        self._cache = BoundedCache()
        self.timeout_s = timeout_s

        def speaking(follow_redirects: bool) -> GitHub:
            return GitHub(
                base_url=self.api_url,
                user_agent="evolve-bot",
                timeout=timeout_s,
                transport=self._transport,
                cache_strategy=self._cache,
                throttler=LocalThrottler(16),
                auto_retry=False,
                follow_redirects=follow_redirects,
                http_cache=follow_redirects,
            )

        self._github = speaking(follow_redirects=True)
        self._staying = speaking(follow_redirects=False)

    @property
    def graphql_url(self) -> str:
        """GraphQL stands beside the REST base: `/api/graphql` where that is `/api/v3`."""
        return f"{self.api_url.removesuffix('/v3')}/graphql"

    def close(self) -> None:
        """Close the connections and the cache."""
        self._transport.shut_down()
        self._cache.cleanup()

    def send(self, auth: "BaseAuthStrategy", ask: Ask) -> Answer:
        """Send once. Raises Lost, RateLimited, Refused (any other 4xx) or NotAllowed."""
        response = self._sent(self._github, auth, ask)
        return Answer(response.status_code, response.content, _next_query(response))

    def graphql(self, auth: "BaseAuthStrategy", ask: Ask) -> Record:
        """A GraphQL answer, its errors within. Raises as `send` does, and Unreadable."""
        response = self._sent(self._github, auth, ask)
        answer = parse_record(response.content)
        if has_rate_limit(answer):
            raise self._limited(ask, response.headers)
        return answer

    def redirect(self, auth: "BaseAuthStrategy", ask: Ask) -> str | None:
        """Where a 302 points to, None for any other success; our credential goes nowhere else.

        Raises as `send` does.
        """
        response = self._sent(self._staying, auth, ask)
        return response.headers.get("location") if response.status_code == 302 else None

    def download(self, link: str, most: int) -> bytes:
        """At most so many bytes of what a link holds, asked for as nobody. Raises Lost."""
        return download(link, most, self.timeout_s)

    def _sent(
        self, github: "GitHub[BaseAuthStrategy]", auth: "BaseAuthStrategy", ask: Ask
    ) -> "httpx.Response":
        import httpx
        from githubkit.exception import RequestError, RequestFailed

        try:
            response = github.with_auth(auth).request(
                ask.method,
                ask.path.lstrip("/"),
                params=list(ask.query) or None,
                json=ask.body,
                headers={"Accept": ask.accept, "X-GitHub-Api-Version": API_VERSION},
            )
        except RequestFailed as failed:
            self._fail(ask, failed.response.raw_response)
        except RequestError as error:
            if isinstance(error.exc, httpx.TransportError):
                raise Lost(f"{ask}: {type(error.exc).__name__}: {error.exc}") from None
            raise NotAllowed(f"{ask} could not be sent: {_reason(error.exc)}") from None
        return response.raw_response

    def _limited(self, ask: Ask, headers: Mapping[str, str]) -> RateLimited:
        wait = seconds_to_wait(headers, self._epoch())
        return RateLimited(f"{ask}: rate limit, again in {wait:.0f} s", wait)

    def _fail(self, ask: Ask, response: "httpx.Response") -> NoReturn:
        status, headers = response.status_code, response.headers
        message = _message(response.content)
        if status >= 500 or status == 408:
            raise Lost(f"{ask}: GitHub answered {status}") from None
        if is_rate_limit(status, headers, message):
            raise self._limited(ask, headers) from None
        raise explain(status, message, str(ask), headers) from None


def _next_query(response: "httpx.Response") -> Query:
    """Only the query is taken from the Link header: our token follows it to no other host."""
    import httpx

    url = response.links.get("next", {}).get("url", "")
    return tuple(httpx.URL(url).params.multi_items()) if url else ()


def _message(body: bytes) -> str:
    try:
        record = parse_record(body)
    except Unreadable:
        return "no explanation"
    details = [_detail(one) for one in record.records("errors")]
    return ": ".join([record.text("message") or "no explanation", *filter(None, details)])


def _detail(error: Record) -> str:
    said = (error.text(name) for name in ("resource", "field", "code"))
    return error.text("message") or " ".join(filter(None, said))


def _reason(error: Exception) -> str:
    """A bad private key is refused by PyJWT, whose message may quote it: only its type is told."""
    if type(error).__module__.startswith(("jwt", "cryptography")):
        return f"the App's private key cannot be used ({type(error).__name__})"
    return f"{type(error).__name__}"
