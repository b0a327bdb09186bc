"""What GraphQL answers: data, or errors that stand in an answer of 200."""

from collections.abc import Iterator, Mapping

from bot.adapters.github.client import MAX_PAGES, Client
from bot.adapters.github.record import Record, Unreadable
from bot.stages.github import NotAllowed

_MOST_TOLD = 3
_DENIALS = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES", "UNAUTHORIZED"})


class GraphQlRefused(NotAllowed):
    """GraphQL's errors. `kinds` are GitHub's types of them, such as FORBIDDEN or NOT_FOUND."""

    def __init__(self, kinds: tuple[str, ...], message: str) -> None:
        super().__init__(f"GraphQL answered: {message}")
        self.kinds = kinds
        self.message = message
        self._told = (kinds, message)

    @property
    def lacks_permission(self) -> bool:
        """Whether the App or token may not do it; another time will not help."""
        denied = "not accessible by" in str(self)
        return denied or not _DENIALS.isdisjoint(self.kinds)

    def needing(self, permissions: str) -> NotAllowed:
        """The refusal, with what to mend where permissions are what lacks."""
        return NotAllowed(f"{self}; it needs {permissions}") if self.lacks_permission else self

    def __reduce__(self) -> "tuple[type[GraphQlRefused], tuple[tuple[str, ...], str]]":
        """A durable step stores what it raised."""
        return GraphQlRefused, self._told


def data_of(answer: Record) -> Record:
    """The data of an answer without errors; half an answer is none. Raises GraphQlRefused."""
    errors = answer.records("errors")
    data = answer.record("data")
    if errors:
        said = "; ".join(filter(None, (one.text("message") for one in errors[:_MOST_TOLD])))
        kinds = tuple(one.text("type") for one in errors)
        raise GraphQlRefused(kinds, said or "no explanation")
    if data is None:
        raise Unreadable("GraphQL without data and without errors")
    return data


def all_nodes(
    client: Client, query: str, variables: Mapping[str, object], at: tuple[str, ...]
) -> Iterator[Record]:
    """The nodes of the connection at a path, over all its pages; the query takes `$after`.

    Raises as `Client.graphql`, GraphQlRefused, and Unreadable when there is no connection.
    """
    after: str | None = None
    for _ in range(MAX_PAGES):
        page = data_of(client.graphql(query, {**variables, "after": after})).record(*at)
        if page is None:
            raise Unreadable(f"no {'.'.join(at)}")
        yield from page.records("nodes")
        if not page.flag("pageInfo", "hasNextPage"):
            return
        after = page.need_text("pageInfo", "endCursor")
    raise NotAllowed(f"a GraphQL connection has more than {MAX_PAGES} pages")
