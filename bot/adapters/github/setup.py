"""The last step of creating an App by its manifest: a one-time code becomes its credentials."""

from dataclasses import dataclass, field
from urllib.parse import quote

from bot.adapters.github.answers import Lost
from bot.adapters.github.badges import AnonymousBadge
from bot.adapters.github.credentials import GITHUB_API
from bot.adapters.github.wire import Ask, Wire
from bot.stages.github import TryLater


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """A new App. Its secrets are shown by GitHub this once, and never by `repr`."""

    app_id: int
    slug: str
    owner: str
    web_url: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)


def convert(code: str, api_url: str = GITHUB_API) -> AppCredentials:
    """Exchange the code of `/settings/apps/new`, good for an hour and for one use.

    Raises NotAllowed for a code that is wrong, used or old, and TryLater.
    """
    wire = Wire(api_url)
    ask = Ask("POST", f"/app-manifests/{quote(code, safe='')}/conversions")
    try:
        made = wire.send(AnonymousBadge().auth(), ask).record()
    except Lost as lost:
        raise TryLater(f"{lost}; begin again: the code may be used up", 0.0) from None
    finally:
        wire.close()
    return AppCredentials(
        app_id=made.need_number("id"),
        slug=made.need_text("slug"),
        owner=made.text("owner", "login"),
        web_url=made.text("html_url"),
        private_key=made.need_text("pem"),
        webhook_secret=made.need_text("webhook_secret"),
        client_id=made.text("client_id"),
        client_secret=made.text("client_secret"),
    )
