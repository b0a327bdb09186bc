"""What githubkit stands on: connections kept between requests, and a cache that does not grow."""

import ssl
from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from githubkit.cache import MemCacheStrategy
from githubkit.hishel import SyncMemoryStorage

CACHE_SECONDS = 3600.0


class SharedTransport(httpx.BaseTransport):
    """One connection pool for all threads; githubkit closes its client after each request."""

    def __init__(self, api_url: str) -> None:
        self._inner = httpx.HTTPTransport(verify=trust(), proxy=proxy_for(api_url))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send through the pool."""
        response = self._inner.handle_request(request)
        # githubkit reads this header as whole seconds and breaks on a date.
        if not response.headers.get("retry-after", "0").isdecimal():
            response.headers["retry-after"] = "60"
        return response

    def shut_down(self) -> None:
        """Close the pool, once, when the adapter is closed."""
        self._inner.close()


@cache
def trust() -> ssl.SSLContext:
    """Whom we trust: one for all pools, as reading the certificates takes a while."""
    return httpx.create_ssl_context()


class BoundedCache(MemCacheStrategy):
    """githubkit's ETag cache in memory, whose entries go after an hour."""

    def get_hishel_storage(self) -> SyncMemoryStorage:
        """The storage of this cache, made when it is first needed."""
        if self._hishel_storage is None:
            self._hishel_storage = SyncMemoryStorage(default_ttl=CACHE_SECONDS, keep_unclosed=True)
        return self._hishel_storage


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address; httpx asks only without a transport."""
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
