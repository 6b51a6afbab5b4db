"""Blocking calls, and the code in which they stop all requests: `async` functions in Python, handlers in JavaScript.

`concurrent-code`, one a file: `functions`, how many there are.
`blocking-call`: `what`, `function` (where it stands, dotted), `shared` (straight in such a function); when not, whoever
calls the function blocks. `through`: the function of the same file by which it is reached (empty: straight).
`concurrent-call`: such code calls `name`, a function of another module, without waiting for it.
`blocking-doubt`: such code uses a database's session or cursor of which is not known whether it blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.javascript_scopes import FUNCTIONS
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.facts.blocking_tables import PYTHON, SCRIPT
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("concurrent-code", "blocking-call", "concurrent-call", "blocking-doubt")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "async", "req", "request", "ctx", "socket", "time", "requests", "urllib", "subprocess", "psycopg", "psycopg2",
    "sqlite3",
    "bcrypt", "passlib", "boto3", "redis", "openai", "anthropic", "httpx", "stripe", "fs", "node:fs", "child_process",
    "crypto", "bcryptjs", "zlib", "argon2", "smtplib", "pymysql", "hashlib",
)  # fmt: skip
PYTHON_FUNCTIONS = ("function_definition", "lambda")
REQUEST_PARAMETERS = compile_late(
    r"^\(?\s*(?:_?(?:req|request)\b[^,]*,\s*_?(?:res|response|reply|rep|h|resp)\b|_?(?:err|error)\b[^,]*,\s*_?req)"
)
CONTEXT_PARAMETERS = compile_late(r"^\(?\s*(?:ctx|c|context|req|request)\b")
ROUTES = compile_late(r"\.(?:get|post|put|patch|delete|all|use|route|on|handle)$")
SOCKET = compile_late(r"(?:^|\.)(?:socket|io|ws|wss|client)\.on$")
NEST = compile_late(r"@(?:Get|Post|Put|Patch|Delete|All|SubscribeMessage|MessagePattern|Query|Mutation)\(")
NEXT = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})
# What runs before and after all requests.
STARTING = compile_late(r"lifespan|startup|shutdown|start_up|shut_down|^_?main$")
OWN = compile_late(r"^[.@~]|^(?:src|app|lib|server)/")
FOREIGN = compile_late(
    r"^(?:builtins|asyncio|json|re|datetime|logging|uuid|typing|os|fastapi|starlette|pydantic|structlog|math)\b"
)
SESSION = compile_late(
    r"^(?:self\.)?_?(?:db|session|cursor|cur|conn|connection)\.(?:execute|commit|query|fetchall|fetchone|scalars)$"
)
MOST_CALLS = 1500


def collect(unit: Unit) -> Iterator[Fact]:
    """The facts of one file."""
    shared = list_shared(unit)
    if shared:
        first = unit.locate(shared[0])
        yield Fact("concurrent-code", first, {"functions": len(shared)})
    inner = set(shared)
    blocking = [*find_blocking(unit)]
    yield from tell_blocking(unit, blocking, inner)
    calls = [*find_shared_calls(unit, shared)] if shared else []
    yield from tell_reached(unit, blocking, calls)
    yield from tell_calls(unit, calls)


def list_shared(unit: Unit) -> list[SgNode]:
    """The functions in which a blocking call stops all requests."""
    if unit.language is Language.PYTHON:
        found = unit.find_kind("function_definition") if "async" in unit.text else []
        shared = [one for one in found if one.children()[0].kind() == "async"]
        return [one for one in shared if (name := one.field("name")) is None or not STARTING.search(name.text())]
    return [one for one in find_kinds(unit.root, sorted(FUNCTIONS)) if is_handler(unit, one)]


def is_handler(unit: Unit, function: SgNode) -> bool:
    """Whether a JavaScript function answers requests or a socket's events: by its parameters or its caller."""
    parameters = function.field("parameters") or function.field("parameter")
    text = parameters.text() if parameters is not None else ""
    if REQUEST_PARAMETERS.match(text):
        return True
    if function.kind() == "method_definition":
        return any(NEST.match(decorator.text()) for decorator in list_decorators(function))
    if (
        function.kind() == "function_declaration"
        and (name := function.field("name")) is not None
        and name.text() in NEXT
    ):
        return "route" in unit.path
    arguments = function.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    if callee is None:
        return False
    is_route = ROUTES.search(callee.text()) is not None and CONTEXT_PARAMETERS.match(text) is not None
    return is_route or SOCKET.search(callee.text()) is not None


def list_decorators(method: SgNode) -> list[SgNode]:
    """The decorators of a method, which stand before it."""
    found = []
    previous = method.prev()
    while previous is not None and previous.kind() in ("decorator", "comment"):
        found.append(previous)
        previous = previous.prev()
    return found


def find_blocking(unit: Unit) -> Iterator[tuple[SgNode, str]]:
    """The file's blocking calls, with their names."""
    table = PYTHON if unit.language is Language.PYTHON else SCRIPT
    heads = {name.partition(".")[0] for name in table}
    present = tuple(head for head in heads if head.removeprefix("node:") in unit.text)
    wanted = [name for name in table if name.partition(".")[0] in present]
    for reference in unit.find_references(wanted) if wanted else ():
        if reference.call is not None and not is_awaited(reference.call):
            yield reference.call, reference.name


def is_awaited(call: SgNode) -> bool:
    """Whether a call in Python is awaited: then it is not the blocking one of its names, whatever else it may be."""
    parent = call.parent()
    return parent is not None and parent.kind() == "await"


def find_around(unit: Unit, node: SgNode) -> SgNode | None:
    """The innermost function around a node."""
    kinds = PYTHON_FUNCTIONS if unit.language is Language.PYTHON else FUNCTIONS
    return next((one for one in node.ancestors() if one.kind() in kinds), None)


def find_handler_around(unit: Unit, node: SgNode, shared: set[SgNode]) -> SgNode | None:
    """The concurrent function in which a node runs: the innermost one, or the one around its callbacks."""
    if unit.language is Language.PYTHON:
        function = find_around(unit, node)
        return function if function in shared else None
    return next((one for one in node.ancestors() if one in shared), None)


def name_function(unit: Unit, function: SgNode | None) -> str:
    """A function's dotted name; empty for none."""
    return unit.bindings.enclosing_symbol(function.field("body") or function) if function is not None else ""


def tell_blocking(unit: Unit, blocking: list[tuple[SgNode, str]], shared: set[SgNode]) -> Iterator[Fact]:
    """Each blocking call; of several alike in one function the first."""
    seen: set[tuple[str, str]] = set()
    for call, what in blocking:
        around = find_handler_around(unit, call, shared)
        function = around or find_around(unit, call)
        name = name_function(unit, function)
        key = (name, what.rpartition(".")[0])
        if function is None or function.kind() == "lambda" or key in seen:
            continue  # at the top of a module, where it runs once; or handed to somebody else
        seen.add(key)
        data: dict[str, Json] = {"what": what, "function": name, "shared": around is not None, "through": ""}
        yield Fact("blocking-call", unit.locate(call), data)


def find_shared_calls(unit: Unit, shared: list[SgNode]) -> Iterator[tuple[SgNode, SgNode]]:
    """The calls straight in concurrent functions that are not awaited, with the function."""
    inner = set(shared)
    is_python = unit.language is Language.PYTHON
    for call in unit.find_kind("call" if is_python else "call_expression")[:MOST_CALLS]:
        if is_python and is_awaited(call):
            continue
        function = find_handler_around(unit, call, inner)
        if function is not None:
            yield call, function


def tell_reached(unit: Unit, blocking: list[tuple[SgNode, str]], calls: list[tuple[SgNode, SgNode]]) -> Iterator[Fact]:
    """Blocking calls in plain functions of the file that its concurrent functions call."""
    plain: dict[str, str] = {}
    for call, what in blocking:
        function = find_around(unit, call)
        name = function.field("name") if function is not None and function.kind() != "lambda" else None
        if name is not None and function is not None and not is_async(function):
            plain.setdefault(name.text(), what)
    seen: set[tuple[str, str]] = set()
    for call, function in calls:
        callee = call.field("function")
        called = callee.text().removeprefix("self.").removeprefix("this.") if callee is not None else ""
        symbol = name_function(unit, function)
        if called in plain and (symbol, called) not in seen and is_defined(unit, callee):
            seen.add((symbol, called))
            data: dict[str, Json] = {"what": plain[called], "function": symbol, "shared": True, "through": called}
            yield Fact("blocking-call", unit.locate(call), data)


def is_async(function: SgNode) -> bool:
    """Whether a function is async."""
    return any(child.kind() == "async" for child in function.children()[:2])


def is_defined(unit: Unit, callee: SgNode | None) -> bool:
    """Whether what is called is a function of this file, or a method of this class."""
    if callee is None or callee.kind() != "identifier":
        return callee is not None
    parents = [target.parent() for target in unit.bindings.find_targets(callee)]
    return any(
        one is not None and one.kind() in ("function_definition", *FUNCTIONS, "variable_declarator") for one in parents
    )


def tell_calls(unit: Unit, calls: list[tuple[SgNode, SgNode]]) -> Iterator[Fact]:
    """The functions of other modules that concurrent functions call without waiting, and doubtful database calls."""
    is_python = unit.language is Language.PYTHON
    seen: set[tuple[str, str]] = set()
    for call, function in calls:
        callee = call.field("function")
        if callee is None or callee.kind() not in ("identifier", "attribute", "member_expression"):
            continue
        key = (callee.text(), str(function.range().start.index))
        if key in seen:
            continue
        seen.add(key)
        names = unit.bindings.qualify(callee)
        if is_python and not names and SESSION.match(callee.text()):
            yield Fact("blocking-doubt", unit.locate(call), {"what": callee.text()})
        own = [name for name in names if (not FOREIGN.match(name) and "." in name if is_python else OWN.match(name))]
        if own:
            symbol = name_function(unit, function)
            yield Fact("concurrent-call", unit.locate(call), {"name": own[0], "function": symbol})
