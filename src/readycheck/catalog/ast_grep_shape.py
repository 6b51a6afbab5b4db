"""The keys of an ast-grep rule: it ignores a misspelt one silently, so they are checked before it sees them.

Source: https://ast-grep.github.io/reference/rule.html (0.51). `matches` is left out: it names a utility rule, and a
readycheck rule has no place to define one.
"""

from __future__ import annotations

from readycheck.catalog.shapes import Field, Flag, Named, Number, Record, Several, Shape, Text, Union, Word

STRICTNESS = ("cst", "smart", "ast", "relaxed", "signature", "template")


def ast_grep_rule() -> Shape:
    """The shape of a rule object; it contains itself."""
    return RULE


AST_GREP = Named("ast-grep-rule", ast_grep_rule)
STOP = Field("stopBy", Union((Word(("neighbor", "end"), "stop"), AST_GREP)), "How far to look.", default="neighbor")
FIELD = Field("field", Text(), "The name of the child that must hold it.")
POSITION = Record(
    (
        Field("line", Number(0), "From 0.", required=True),
        Field("column", Number(0), "From 0.", required=True),
    ),
    "a position",
)
PATTERN = Record(
    (
        Field("context", Text(), "Code around the pattern, so that it parses.", required=True),
        Field("selector", Text(), "The kind of the node inside the context to look for."),
        Field("strictness", Word(STRICTNESS, "strictness"), "How exactly nodes must agree."),
    ),
    "an ast-grep pattern object",
)
NTH = Record(
    (
        Field("position", Union((Number(1), Text())), "A number from 1, or a formula such as `2n+1`.", required=True),
        Field("reverse", Flag(), "Count from the end."),
        Field("ofRule", AST_GREP, "Count only nodes that match."),
    ),
    "an nthChild object",
)


def relational() -> Record:
    """An ast-grep rule with the two keys that say where to look."""
    return Record((*RULE.fields, STOP, FIELD), "an ast-grep relational rule")


RELATIVE = Named("ast-grep-relation", relational)
RULE = Record(
    (
        Field("pattern", Union((Text(), PATTERN)), "Code with metavariables: `print($$$ARGS)`."),
        Field("kind", Text(), "The kind of the syntax node, as tree-sitter names it."),
        Field("regex", Text(), "A regex (Rust's dialect) that the node's text must match."),
        Field("nthChild", Union((Number(1), Text(), NTH)), "Its position among its siblings."),
        Field(
            "range",
            Record((Field("start", POSITION, "Start."), Field("end", POSITION, "End.")), "a range"),
            "Where it must stand.",
        ),
        Field("inside", RELATIVE, "A node above it must match."),
        Field("has", RELATIVE, "A node below it must match."),
        Field("precedes", RELATIVE, "A node after it must match."),
        Field("follows", RELATIVE, "A node before it must match."),
        Field("all", Several(AST_GREP, least=1), "All of these must match."),
        Field("any", Several(AST_GREP, least=1), "One of these must match."),
        Field("not", AST_GREP, "This must not match."),
    ),
    "an ast-grep rule",
)
