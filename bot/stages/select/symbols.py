"""The names a file defines, found by the shape of the line, in any of the usual languages."""

import re

from bot.domain.terms import WORD

_DEFINITION = re.compile(
    r"""
    \n(?:
      [ \t]*(?:(?:export|default|pub(?:\([a-z]+\))?|public|private|protected|static|final|abstract
          |async|unsafe|extern|inline|constexpr|virtual|declare|override|const|sealed|data|open)
          [ \t]+)*
        (?:(?:def|class|func|fn|function\*?|struct|enum|trait|interface|type|union|module|mod
            |namespace|record|object|protocol|extension|impl|macro_rules!|typedef|\#[ \t]*define)
          (?:<[^>\n]*>)?[ \t]+(?:\([^)\n]*\)[ \t]*)?([A-Za-z_$][\w$]*)
        |(?:let|var|const|static)[ \t]+(?:mut[ \t]+)?([A-Za-z_$][\w$]*)[^=\n]{0,60}=
        |([A-Za-z_$][\w$]*)[ \t]*\([^()\n]*\)[ \t]*\{
        )
      |(?:export[ \t]+)?(?:const|static)[ \t]+([A-Za-z_$][\w$]*)[^=\n]{0,60}=
      |([A-Z_][A-Z0-9_]{2,})[ \t]*(?::[^=\n]+)?=
      |[ \t]*[\w$.]+\.([A-Za-z_$][\w$]*)[ \t]*=[ \t]*(?:async[ \t]+)?(?:function|\()
      |[A-Za-z_][\w:<>,*&\ \t]*[ \t*&]([A-Za-z_]\w*)[ \t]*\([^;\n]*(?=\n|\Z)
    )
    """,
    re.VERBOSE,
)
"""The line break in front, and not `^`, lets the search leap from line to line."""
_NOT_NAMES = frozenset(
    WORD.findall("if for while switch catch return else function elif with match loop sizeof new")
)


def definitions(text: str) -> list[str]:
    """The defined names, in order, with repeats."""
    found = []
    for groups in _DEFINITION.findall("\n" + text):
        name = next((group for group in groups if group), "")
        if len(name) > 1 and name not in _NOT_NAMES:
            found.append(name)
    return found
