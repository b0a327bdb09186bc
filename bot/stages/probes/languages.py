"""What probes and mutants must know of a language, in the names of its tree-sitter grammar."""

from dataclasses import dataclass

_JS_THROW = 'throw new Error("evolve-bot probe")'


@dataclass(frozen=True, slots=True)
class Insertion:
    """What goes before a statement, and what around an expression."""

    statement: str
    around: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Language:
    """`breaks` fails whoever runs it; `idles` builds in the same way, and does nothing.

    `blocks` hold statements. Fields are written `kind.field`, or `kind.` for a child without one;
    those in `expressions` may hold an expression that runs by itself, and those in `statements` a
    statement without a block. `inert` declarations run nothing; `opaque` ones cannot be probed.
    """

    breaks: Insertion
    idles: Insertion
    blocks: frozenset[str]
    functions: frozenset[str]
    expressions: frozenset[tuple[str, str]] = frozenset()
    statements: frozenset[tuple[str, str]] = frozenset()
    inert: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()
    negation: tuple[str, str] = ("!(", ")")
    removed: str = ""
    """What stands in place of a statement that a mutant leaves out."""
    nothing: str | None = None
    """A return without a value, where a function that returns one still builds with it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _fields(text: str) -> frozenset[tuple[str, str]]:
    pairs = (word.partition(".") for word in text.split())
    return frozenset((kind, field) for kind, _, field in pairs)


def _braced(
    condition: str, action: str, expression: tuple[str, str] | None = None, end: str = " "
) -> Insertion:
    statement = f"if {condition} {{ {action}; }}{end}"
    return Insertion(statement, expression or (f"{{ {statement}", " }"))


def _js(comparison: str) -> Insertion:
    # a condition that no type checker takes for a constant: what follows stays reachable
    condition = f"[].length {comparison} 1"
    return _braced(
        f"({condition})", _JS_THROW, (f"({condition} ? (() => {{ {_JS_THROW}; }})() : (", "))")
    )


PYTHON = Language(
    breaks=Insertion('raise AssertionError("evolve-bot probe")', ("([][0], (", "))[1]")),
    idles=Insertion("pass", ("((), (", "))[1]")),
    blocks=_words("module block"),
    functions=_words("function_definition"),
    expressions=_fields("lambda.body elif_clause.condition"),
    negation=("not (", ")"),
    removed="pass",
    nothing="return None",
)
JAVASCRIPT = Language(
    breaks=_js("<"),
    idles=_js(">"),
    blocks=_words("program statement_block switch_case switch_default"),
    functions=_words(
        "function_declaration function_expression generator_function method_definition"
        " generator_function_declaration arrow_function"
    ),
    expressions=_fields("arrow_function.body"),
    statements=_fields(
        "if_statement.consequence else_clause. for_statement.body for_in_statement.body"
        " while_statement.body do_statement.body"
    ),
    removed=";",
    nothing="return undefined;",
)
GO = Language(
    breaks=_braced("true", 'panic("evolve-bot probe")', end="; "),
    idles=_braced("false", 'panic("evolve-bot probe")', end="; "),
    blocks=_words("statement_list"),
    functions=_words("function_declaration method_declaration func_literal"),
    statements=_fields("if_statement.alternative"),
    inert=_words("package_clause import_declaration type_declaration"),
    opaque=_words("const_declaration var_declaration"),
)
RUST = Language(
    breaks=_braced("true", 'panic!("evolve-bot probe")'),
    idles=_braced("false", 'panic!("evolve-bot probe")'),
    blocks=_words("block"),
    functions=_words("function_item closure_expression"),
    expressions=_fields("match_arm.value closure_expression.body else_clause."),
    inert=_words(
        "use_declaration extern_crate_declaration struct_item enum_item union_item type_item"
        " trait_item impl_item mod_item function_signature_item"
    ),
    opaque=_words("const_item static_item macro_definition"),
)

_BY_SUFFIX = {
    "py": PYTHON,
    **dict.fromkeys(("js", "jsx", "mjs", "cjs", "ts", "mts", "tsx"), JAVASCRIPT),
    "go": GO,
    "rs": RUST,
}


def language_of(path: str) -> Language | None:
    """The language of a file by its suffix, if probes can be made in it."""
    return _BY_SUFFIX.get(path.rpartition(".")[2].lower())
