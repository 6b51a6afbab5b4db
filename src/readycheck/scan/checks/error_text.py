"""Checks on the texts of errors: what a library or the database says of a failure is not for the client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Language
from readycheck.scan.checks.contract import per_served_file
from readycheck.scan.checks.leaks import (
    BLANKS,
    FUNCTIONS,
    TEXT_LENGTH,
    find_answer,
    find_copies,
    find_python_answer,
    is_error,
)
from readycheck.scan.environment import CONDITIONS, contains_not, find_condition
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MESSAGE: dict[str, Any] = {
    "kind": "member_expression",
    "has": {"field": "property", "regex": "^(?:message|sqlMessage|detail|sql|toString)$"},
}
BARE: dict[str, Any] = {
    "kind": "identifier",
    "regex": "^(?:e|ex|err|error|exception|reason)$",
    "inside": {"any": [{"kind": "arguments"}, {"kind": "pair"}, {"kind": "template_substitution"}]},
}
SHORTHAND: dict[str, Any] = {"kind": "shorthand_property_identifier", "regex": "^(?:err|error|exception)$"}
# An error that the application made for the client, or that says of itself that it may be shown.
OWN = compile_late(
    r"\binstanceof\s+(?!(?:Error|TypeError|RangeError|SyntaxError|EvalError|Object)\b)[\w$.]+"
    r"|\bisOperational\b|\.expose\b|\bisPublic\b|\bisBoom\b|\.name\s*[=!]==?\s*['\"]|\bisHttpError\b|\bisAppError\b"
    r"|[sS]tatus(?:Code)?\)?\s*(?:<|>=|[=!]==?)\s*[45]\d\d"
)
RAISED = compile_late(r"^(?:@nestjs/common\.\w+Exception|@trpc/server\.TRPCError|hono/http-exception\.HTTPException)$")
KEEPING = compile_late(
    r"^(?:str|repr|String|JSON\.stringify|json\.dumps|dict)$|\.(?:format|concat|join|trim|slice|replace)$"
)
GENERIC = frozenset({
    "Exception", "BaseException", "RuntimeError", "OSError", "IOError", "KeyError", "TypeError", "AttributeError",
    "EnvironmentError", "LookupError", "IndexError", "ConnectionError", "TimeoutError", "ImportError",
})  # fmt: skip
LIBRARIES = frozenset({
    "sqlalchemy", "psycopg", "psycopg2", "asyncpg", "sqlite3", "pymysql", "aiomysql", "MySQLdb", "mysql", "requests",
    "httpx", "aiohttp", "redis", "pymongo", "botocore", "openai", "anthropic", "jwt", "jose", "urllib3", "urllib",
    "smtplib", "subprocess", "json", "django", "stripe", "elasticsearch", "grpc", "pydantic_settings", "cryptography",
    "google", "langchain", "langchain_core",
})  # fmt: skip
# Express tells error middleware by its parameters; what else is made for errors is named so.
MIDDLEWARE = 4
HANDLING = compile_late(r"catch|handle|reject|onerror", re.IGNORECASE)
HARMLESS = frozenset({"django.core.exceptions.ValidationError", "django.core.exceptions.PermissionDenied"})
HANDLER = compile_late(r"\.(?:exception_handler|errorhandler|app_errorhandler)\((.*)\)", re.DOTALL)


@per_served_file
def error_text_sent_to_client(unit: Unit, rule: Rule) -> Iterator[Match]:
    """The text of an error that is none of the application's own is put into an answer."""
    is_python = unit.language is Language.PYTHON
    seen: set[int] = set()
    for text, source in find_python_texts(unit) if is_python else find_texts(unit):
        for node in (text, *(find_copies(text) if is_kept(text) else ())):
            answer = find_python_answer(unit, node) if is_python else find_text_answer(unit, node)
            if answer is None or answer.range().start.index in seen or is_tested(node, answer):
                continue
            seen.add(answer.range().start.index)
            shown = text if answer_holds(answer, text) else node
            exempt = find_excuse(text, source) or find_excuse(node, source)
            yield make_match(unit, rule, shown, answer, exempt)


def is_tested(node: SgNode, answer: SgNode) -> bool:
    """Whether a text only decides what is answered: it is compared, or looked up in a table."""
    below = node
    for parent in node.ancestors():
        kind = parent.kind()
        if parent == answer:
            return False
        operator = parent.field("operator") if kind == "binary_expression" else None
        if kind == "comparison_operator" or (operator is not None and operator.text()[0] in "=!<>"):
            return True
        if kind in ("subscript_expression", "subscript") and parent.field("index") in (below, None):
            return True
        if kind in ("ternary_expression", "conditional_expression"):
            condition = parent.field("condition") or parent.named_children()[1]
            if condition == below:
                return True
        below = parent
    return False


def is_kept(node: SgNode) -> bool:
    """Whether what is made of an error up to a variable still holds its text."""
    below = node
    for parent in node.ancestors():
        if parent.kind() in FUNCTIONS or parent.kind() in (
            "variable_declarator",
            "assignment",
            "assignment_expression",
        ):
            return True
        if below.kind() in ("arguments", "argument_list"):
            callee = parent.field("function") or parent.field("constructor")
            if callee is None or KEEPING.search(callee.text()) is None:
                return False
        below = parent
    return False


def answer_holds(answer: SgNode, node: SgNode) -> bool:
    """Whether a node lies inside of an answer."""
    return not contains_not(answer, node)


def find_texts(unit: Unit) -> Iterator[tuple[SgNode, SgNode]]:
    """What gives the text of an error in JavaScript, with the error's name."""
    for rule in (MESSAGE, BARE, SHORTHAND):
        for node in unit.root.find_all({"rule": rule}):  # type: ignore[call-overload]
            root = node.field("object") if node.kind() == "member_expression" else node
            while root is not None and root.kind() in (
                "parenthesized_expression",
                "as_expression",
                "non_null_expression",
            ):
                root = next(iter(root.named_children()), None)
            if (
                root is not None
                and root.kind() in ("identifier", "shorthand_property_identifier")
                and is_caught(unit, root)
            ):
                yield node, root


def is_caught(unit: Unit, name: SgNode) -> bool:
    """Whether a variable holds an error that was caught, or that a function is handed as its first argument."""
    if not is_error(name):
        return False
    for target in unit.bindings.find_targets(name):
        parent = target.parent()
        kind = parent.kind() if parent is not None else ""
        if kind == "catch_clause" or kind in FUNCTIONS:
            return True
        typed = parent if parent is not None and kind in ("required_parameter", "optional_parameter") else target
        parameters = typed.parent()
        if parameters is not None and parameters.kind() == "formal_parameters":
            listed = [one for one in parameters.named_children() if one.kind() != "comment"]
            annotation = typed.field("type")
            is_text = annotation is not None and "string" in annotation.text()
            return listed[0] == typed and not is_text and is_rejection(parameters, len(listed))
    return False


def is_rejection(parameters: SgNode, count: int) -> bool:
    """Whether a function that begins with an error is middleware, a callback, or told of a rejection."""
    function = parameters.parent()
    holder = function.parent() if function is not None else None
    call = holder.parent() if holder is not None and holder.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    if callee is not None:
        return not callee.text().endswith((".map", ".forEach", ".filter", ".flatMap", ".some", ".find"))
    return count == MIDDLEWARE or (function is not None and HANDLING.search(read_name(function)) is not None)


def read_name(function: SgNode) -> str:
    """A function's own name, or that of the variable that holds it, or empty."""
    holder = function.parent()
    is_held = holder is not None and holder.kind() == "variable_declarator"
    name = function.field("name") or (holder.field("name") if is_held and holder is not None else None)
    return name.text() if name is not None else ""


def find_text_answer(unit: Unit, node: SgNode) -> SgNode | None:
    """The call by which an error's text reaches the client: an answer, or an exception that the framework shows."""
    if (answer := find_answer(unit, node)) is not None:
        return answer
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in FUNCTIONS or kind.endswith("_statement"):
            return None
        if kind == "new_expression" and (constructor := parent.field("constructor")) is not None:
            return parent if is_shown(unit, constructor, parent) else None
        if kind == "call_expression":
            return None
    return None


def is_shown(unit: Unit, constructor: SgNode, made: SgNode) -> bool:
    """Whether an exception's text is what the client gets: the framework's own, or one that refuses a socket."""
    if any(RAISED.match(name) for name in unit.bindings.qualify(constructor)):
        return True
    arguments = made.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    if callee is None or callee.text() != "next" or constructor.text() != "Error":
        return False
    function = next((one for one in made.ancestors() if one.kind() in FUNCTIONS), None)
    parameters = function.field("parameters") if function is not None else None
    return parameters is not None and re.match(r"^\(\s*socket\b", parameters.text()) is not None


def find_python_texts(unit: Unit) -> Iterator[tuple[SgNode, SgNode]]:
    """The uses of each caught error, and of the error that a registered handler is given."""
    for clause in unit.find_kind("except_clause"):
        caught = next((child for child in clause.named_children() if child.kind() == "as_pattern"), None)
        alias = caught.field("alias") if caught is not None else None
        name = next(iter(alias.named_children()), alias) if alias is not None else None
        if caught is None or name is None or not is_foreign(unit, caught.named_children()[0]):
            continue
        yield from find_uses(clause, name)
    for decorated in unit.find_kind("decorated_definition"):
        found = HANDLER.search(decorated.children()[0].text())
        function = decorated.field("definition")
        parameters = function.field("parameters") if function is not None else None
        if found and function is not None and parameters is not None and is_foreign_name(unit, decorated, found[1]):
            name = next(
                (
                    one
                    for one in parameters.find_all(kind="identifier")
                    if re.match(r"^(?:e|ex|exc|err|error)\b", one.text())
                ),
                None,
            )
            if name is not None:
                yield from find_uses(function, name)


def find_uses(scope: SgNode, name: SgNode) -> Iterator[tuple[SgNode, SgNode]]:
    """Where an error is turned into text, or handed on as it is."""
    for use in scope.find_all(kind="identifier", regex=f"^{re.escape(name.text())}$"):
        parent = use.parent()
        if use == name or parent is None or parent.kind() == "type_conversion":
            continue
        if parent.kind() == "attribute" and parent.field("object") == use:
            attribute = parent.field("attribute")
            if attribute is None or attribute.text() not in ("args", "message", "orig", "detail", "stderr", "msg"):
                continue
        if parent.kind() == "attribute" and parent.field("attribute") == use:
            continue
        yield use, name


def is_foreign(unit: Unit, caught: SgNode) -> bool:
    """Whether what is caught is, or may be, none of the application's own errors."""
    listed = caught.named_children() if caught.kind() == "tuple" else [caught]
    return any(is_foreign_class(unit, one) for one in listed)


def is_foreign_class(unit: Unit, node: SgNode) -> bool:
    """Whether an exception class is a general one, or a library's."""
    names = unit.bindings.qualify(node) or (node.text(),)
    for name in names:
        head, _, last = name.rpartition(".")
        if last in GENERIC and head in ("", "builtins"):
            return True
        if name.partition(".")[0] in LIBRARIES and name not in HARMLESS:
            return True
    return False


def is_foreign_name(unit: Unit, decorated: SgNode, arguments: str) -> bool:
    """Whether a registered handler is for errors that are not the application's own: `Exception`, 500, a library's."""
    if arguments.strip() in ("500", "Exception"):
        return True
    call = decorated.children()[0].find(kind="argument_list")
    listed = call.named_children() if call is not None else []
    return bool(listed) and listed[0].kind() != "integer" and is_foreign_class(unit, listed[0])


def find_excuse(node: SgNode, name: SgNode) -> str | None:
    """Why a text may be shown: in development only, or of one of the application's own errors."""
    condition = find_condition(node)
    return f"only under the condition `{condition}`" if condition else find_own(node, name)


def make_match(unit: Unit, rule: Rule, node: SgNode, answer: SgNode, exempt: str | None) -> Match:
    """The match of an error's text in an answer."""
    symbol = unit.bindings.enclosing_symbol(node)
    text = BLANKS.sub(" ", answer.text())[:TEXT_LENGTH]
    message = f"the text of whatever failed (`{BLANKS.sub(' ', node.text())[:40]}`) is sent to the client"
    return Match(rule.id, unit.locate(node), symbol=symbol, text=text, message=message, exempt=exempt)


def find_own(node: SgNode, name: SgNode) -> str | None:
    """The test by which an error is known as one of the application's own: around it, or before it with a way out."""
    for parent in node.ancestors():
        if parent.kind() in FUNCTIONS or parent.kind() in ("catch_clause", "except_clause"):
            head = parent.text()[: node.range().start.index - parent.range().start.index]
            left = re.search(
                rf"!\s*\(?\s*{re.escape(name.text())}\s+instanceof\s+\w+.{{0,200}}?\b(?:return|throw)\b",
                head,
                re.DOTALL,
            )
            return "after a test for the application's own errors" if left else None
        condition = parent.field("condition") if parent.kind() in CONDITIONS else None
        if condition is None and parent.kind() == "binary_expression":
            condition = parent.field("left")
        if condition is not None and contains_not(condition, node) and OWN.search(condition.text()):
            return f"only under the condition `{BLANKS.sub(' ', condition.text())[:80]}`"
        if condition is not None and contains_not(condition, node) and "isinstance(" in condition.text():
            return f"only under the condition `{BLANKS.sub(' ', condition.text())[:80]}`"
    return None
