"""The frame of every page, and small pieces of HTML. Everything that is text is escaped here."""

from datetime import datetime
from html import escape
from urllib.parse import quote

from forge.world.entities import Account, AccountKind, Label, Repo

_STYLE = """
:root { --line:#d1d9e0; --soft:#f6f8fa; --ink:#1f2328; --pale:#59636e; --blue:#0969da;
  --green:#1a7f37; --red:#cf222e; --purple:#8250df; }
* { box-sizing:border-box }
body { margin:0; font:14px/1.5 system-ui,"Segoe UI",Helvetica,Arial,sans-serif; color:var(--ink) }
header { background:var(--soft); border-bottom:1px solid var(--line); padding:14px 24px;
  font-size:16px }
main { max-width:980px; margin:24px auto; padding:0 24px }
a { color:var(--blue); text-decoration:none } a:hover { text-decoration:underline }
h1 { font-weight:400; font-size:28px; margin:0 0 8px; line-height:1.25 }
h1 span,.pale,time { color:var(--pale) } time { white-space:nowrap; font-size:12px }
h2 { font-size:17px; margin:28px 0 10px }
.state { color:#fff; border-radius:2em; padding:4px 12px; font-weight:600; margin-right:8px }
.open { background:var(--green) } .closed,.merged { background:var(--purple) }
.abandoned { background:var(--red) } .draft { background:var(--pale) }
.label { border-radius:2em; padding:1px 9px; font-size:12px; font-weight:600; margin:0 3px }
.avatar { display:inline-flex; width:28px; height:28px; border-radius:50%; color:#fff;
  align-items:center; justify-content:center; font-size:12px; font-weight:600; margin-right:8px;
  vertical-align:middle }
.avatar.bot { border-radius:6px }
.box { border:1px solid var(--line); border-radius:6px; margin:16px 0; overflow:hidden }
.box>.head { background:var(--soft); border-bottom:1px solid var(--line); padding:8px 14px }
.body { padding:4px 16px; overflow-x:auto }
.box.approved { border-color:var(--green) } .box.asked { border-color:var(--red) }
.box.landed { border-color:var(--purple) } .event+.box { margin-top:0 }
.thread { margin-left:38px } .thread .diff { border-bottom:1px solid var(--line) }
.remark { padding:10px 14px 0 } .remark+.remark { border-top:1px solid var(--line) }
.remark .body { padding:0 0 2px 36px }
.badge { border:1px solid var(--line); border-radius:2em; color:var(--pale); font-size:12px;
  padding:1px 8px; margin-left:6px } .badge.done { border-color:var(--green); color:var(--green) }
summary.plain { font-weight:400 }
.row { border-top:1px solid var(--line); padding:10px 14px } .row:first-child { border-top:0 }
.event { color:var(--pale); margin:10px 0 10px 18px; padding-left:18px;
  border-left:2px solid var(--line) } .event.commit b { font-weight:500; color:var(--ink) }
.reactions { padding:0 16px 10px } .reactions span { border:1px solid var(--line);
  border-radius:2em; padding:1px 8px; margin-right:6px; font-size:13px }
pre,code { font:12px/1.45 ui-monospace,SFMono-Regular,Menlo,monospace; background:var(--soft);
  border-radius:6px } code { padding:2px 5px } pre { padding:12px; overflow-x:auto }
pre code { padding:0 }
table { border-collapse:collapse; margin:10px 0 } td,th { border:1px solid var(--line);
  padding:5px 12px; text-align:left }
blockquote { border-left:4px solid var(--line); color:var(--pale); margin:0; padding:0 14px }
sub { font-size:.8em; vertical-align:baseline; color:#59636e }
details { margin:8px 0 } summary { cursor:pointer; font-weight:600 }
.diff { margin:0; padding:0; background:#fff; border-radius:0 } .diff div { padding:0 12px;
  white-space:pre } .add { background:#dafbe1 } .del { background:#ffebe9 }
.hunk { background:#ddf4ff; color:var(--pale) }
.success { color:var(--green) } .failure { color:var(--red) } .pending { color:#9a6700 }
button { background:var(--green); color:#fff; border:0; border-radius:6px; padding:8px 16px;
  font:inherit; font-weight:600; cursor:pointer }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https:"
"""The Content-Security-Policy of every page: no script runs, whatever somebody wrote."""


def page(title: str, crumbs: str, body: str) -> str:
    """A whole page; `crumbs` and `body` are HTML already."""
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<header>{crumbs}</header><main>{body}</main></html>"
    )


def crumbs(repo: Repo) -> str:
    """The way to a repository's lists."""
    base = f"/{quote(repo.full_name)}"
    return (
        f"<b><a href='/'>forge</a> / {escape(repo.full_name)}</b> &nbsp; "
        f"<a href='{base}/issues'>Issues</a> · <a href='{base}/pulls'>Pull requests</a>"
    )


def avatar(account: Account) -> str:
    """An account's initials on its own colour; bots have corners."""
    letters = "".join(part[0] for part in account.login.replace("-", " ").split()[:2]).upper()
    kind = " bot" if account.kind is AccountKind.BOT else ""
    hue = account.id * 47 % 360
    style = f"background:hsl({hue} 45% 45%)"
    return f"<span class='avatar{kind}' style='{style}'>{escape(letters)}</span>"


def who(account: Account) -> str:
    """A login in bold."""
    return f"<b>{escape(account.login)}</b>"


def chip(label: Label) -> str:
    """A label in its colour, with ink that can be read on it."""
    red, green, blue = (int(label.color[at : at + 2], 16) for at in (0, 2, 4))
    ink = "#1f2328" if red * 299 + green * 587 + blue * 114 > 140_000 else "#fff"
    return (
        f"<span class='label' style='background:#{label.color};color:{ink}'>"
        f"{escape(label.name)}</span>"
    )


def when(moment: datetime) -> str:
    """A time in UTC, to the second: what a program does takes no longer."""
    return f"<time datetime='{moment:%Y-%m-%dT%H:%M:%SZ}'>{moment:%Y-%m-%d %H:%M:%S}</time>"
