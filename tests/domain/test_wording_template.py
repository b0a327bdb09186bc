"""A repository's template stands below what the bot says, harmless, for people to fill in."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.wording.proposal import proposal
from bot.domain.wording.quoting import document
from bot.domain.wording.template import (
    MARKER,
    MOST_CHARS,
    above,
    issue_template,
    kept,
    pull_template,
    template_part,
)
from tests.domain.proposing import VIEW

TEMPLATE = """\
---
name: Change
about: x
---
<!-- Thank you! Please
read this. -->

# What is it?

Fixes #12, see [the guide](https://x.example/guide) or ask @octo/core.

## Check list

- [x] I ran `make test`
* [ ] I wrote a test
- [X]
  - [ ] and its twin

**Screenshots:**

Before | After
------ | -----

```sh
$ make test @ada
```

Signed <b>off</b>
=====
"""

SHOWN = """\
### What is it?

Fixes #&#8203;12, see the guide or ask @&#8203;octo/core.

### Check list

- [ ] I ran `make test`
- [ ] I wrote a test
- [ ]
- [ ] and its twin

**Screenshots:**

Before \\| After
\\------ \\| -----

````
$ make test @ada
````

Signed &lt;b&gt;off&lt;/b&gt;"""


def test_comments_go_boxes_are_unticked_and_nothing_calls_or_links():
    assert template_part(TEMPLATE) == SHOWN


def test_a_template_of_comments_alone_is_none():
    assert template_part("<!-- say why -->\n\n<!-- and how -->\n") == ""
    assert above("ours", "") == "ours"


def test_a_long_template_is_cut():
    assert len(template_part("word " * 10_000)) <= MOST_CHARS


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ((), None),
        (("README.md",), None),
        (
            (".github/pull_request_template.md", "pull_request_template.md"),
            ".github/pull_request_template.md",
        ),
        (("PULL_REQUEST_TEMPLATE.md", "docs/pull_request_template.md"), "PULL_REQUEST_TEMPLATE.md"),
        (("docs/pull_request_template.txt",), "docs/pull_request_template.txt"),
        (("src/pull_request_template.md",), None),
        ((".github/PULL_REQUEST_TEMPLATE/only.md",), ".github/PULL_REQUEST_TEMPLATE/only.md"),
        ((".github/PULL_REQUEST_TEMPLATE/a.md", ".github/PULL_REQUEST_TEMPLATE/b.md"), None),
        (
            (".github/PULL_REQUEST_TEMPLATE/a.md", ".github/PULL_REQUEST_TEMPLATE/default.md"),
            ".github/PULL_REQUEST_TEMPLATE/default.md",
        ),
    ],
)
def test_the_pull_request_template_is_looked_for_where_github_looks(paths, found):
    assert pull_template(paths) == found


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), None),
        (("anything",), "anything"),
        (("bug_report", "question"), "bug_report"),
        (("bug_report", "feature_request"), "feature_request"),
        (("question", "security"), None),
    ],
)
def test_the_issue_template_is_the_only_one_or_the_one_for_improvements(names, found):
    folder = ".github/ISSUE_TEMPLATE"
    paths = [f"{folder}/{name}.md" for name in names] + [f"{folder}/config.yml"]
    assert issue_template(paths) == (None if found is None else f"{folder}/{found}.md")


def test_an_old_single_issue_template_counts():
    assert issue_template(["docs/ISSUE_TEMPLATE.md"]) == "docs/ISSUE_TEMPLATE.md"


def test_what_people_made_of_the_template_is_kept_and_what_they_took_out_stays_out():
    body = above("receipt one", "- [ ] done")
    ticked = body.replace("- [ ]", "- [x]").replace("\n", "\r\n")
    assert kept(ticked) == "- [x] done"
    assert above("receipt two", kept(ticked)).startswith("receipt two\n")
    assert kept(body.partition(MARKER)[0]) == ""


def test_an_improvement_asks_what_the_repository_asks():
    view = replace(VIEW, template=template_part(TEMPLATE))
    assert proposal(view).endswith(template_part(TEMPLATE))
    assert "@octo" not in proposal(view)


@pytest.mark.parametrize("space", [" ", "\t", " \x0c", "\x0c", "\u2003 ", " \xa0"])
def test_a_box_is_unticked_whatever_kind_of_space_follows_it(space):
    assert document(f"- [x]{space}done") == "- [ ] done"


@given(st.text(max_size=300), st.sampled_from(["", "# ", "- [x] ", "```\n", "**", "1. ", "> "]))
def test_no_template_mentions_links_ticks_or_draws(text, start):
    hostile = f"{start}{text}\n{start}@ada closes #7 <img src=x> https://x.example\n{start}{text}"
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(document(hostile))
    inline = [c for t in tokens for c in t.children or ()]
    assert not [
        t for t in (*tokens, *inline) if t.type in {"html_block", "html_inline", "link_open"}
    ]
    words = "".join(c.content for c in inline if c.type == "text")
    assert "@ada" not in words
    assert "#7" not in words
    assert "://x" not in words
    assert "[x]" not in words.lower()
