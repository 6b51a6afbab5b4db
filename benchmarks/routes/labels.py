"""The routes of a tree by other means than readycheck's: `ast` for Python, regexes for JavaScript, both by the line.

A label is a file, the line of the declaration, the method (`ANY` where the declaration names none that can be read
beside it) and the part of the path that stands there; what is in front of it is compared on the routes read by hand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "websocket")
PATH = r"(?:(['\"`])([^'\"`]*)\2|([\w.$]+|\[[^\]]*\]))"
"""A text, a list, or something that has a name."""
NAMED = re.compile(
    r"\b\w*(?:[rR]outer|[aA]pp|api|fastify|book|TodoAPI)\s*\.(get|post|put|patch|delete|del|all|options|head)"
    r"(?:<[^()]*?>)?\(\s*(?:['\"][\w.]+['\"],\s*(?=['\"`]/))?" + PATH + r"\s*,"
)
CHAINED = re.compile(r"^[ \t]*\.(get|post|put|patch|delete|all)\(\s*" + PATH + r"\s*,", re.MULTILINE)
ROUTED = re.compile(
    r"\.route\(\s*(['\"`])(/[^'\"`]*)\1\s*\)((?:\s*\.(?:get|post|put|patch|delete|all)\([^;]*?\))+)\s*;"
)
ONE_VERB = re.compile(r"^\s*\.(get|post|put|patch|delete|all)\(", re.MULTILINE)
NEST = re.compile(
    r"^[ \t]*@(Get|Post|Put|Patch|Delete|All|Head|Options|Sse)\(\s*(?:(['\"`])([^'\"`]*)\2)?", re.MULTILINE
)
NEXT = re.compile(r"^export (?:async )?(?:function|const) (GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b", re.MULTILINE)
NEXT_FILE = re.compile(r"(?:^|/)app/.*route\.[jt]sx?$")
COMMENT = re.compile(r"(?<!['\"`\w])/\*.*?\*/|(?<![:'\"`\w])//[^\n]*", re.DOTALL)
UNKNOWN = "?"
TESTS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|node_modules|e2e)/|\.(?:test|spec)\.[jt]sx?$|(?:^|/)test_\w+\.py$"
)


class Label(NamedTuple):
    """One route as it is declared."""

    path: str
    line: int
    method: str
    route: str


def label_file(framework: str, path: str, text: str) -> Iterator[Label]:
    """The routes that one file declares."""
    if TESTS.search(path) or (framework == "Django" and "urls" not in path):
        return
    if path.endswith(".py"):
        yield from {"Django": label_patterns, "aiohttp": label_added}.get(framework, label_decorated)(path, text)
        return
    plain = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    if framework == "NestJS":
        for found in NEST.finditer(plain):
            method = {"ALL": "ANY", "SSE": "GET"}.get(found[1].upper(), found[1].upper())
            yield Label(path, line_at(plain, found.start(1)), method, found[3] or "")
    elif framework == "Next.js":
        for found in NEXT.finditer(plain) if NEXT_FILE.search(path) else ():
            yield Label(path, line_at(plain, found.start()), found[1], "")
    else:
        yield from label_script(path, plain)


def label_script(path: str, text: str) -> Iterator[Label]:
    """`router.get("/x", ...)`, the same in a chain, and `router.route("/x").get(...)`."""
    for pattern in (NAMED, CHAINED):
        for found in pattern.finditer(text):
            method = {"ALL": "ANY", "DEL": "DELETE"}.get(found[1].upper(), found[1].upper())
            yield Label(path, line_at(text, found.start(1)), method, found[3] or UNKNOWN)
    for found in ROUTED.finditer(text):
        for verb in ONE_VERB.finditer(found[3]):
            method = "ANY" if verb[1] == "all" else verb[1].upper()
            yield Label(path, line_at(text, found.start(3) + verb.start(1)), method, found[2])


def label_decorated(path: str, text: str) -> Iterator[Label]:
    """`@router.get("/x")`, `@app.route("/x", methods=[...])`, `@get(path="/x")`; classes with a method for each."""
    for node in ast.walk(parse(text)):
        for one in getattr(node, "decorator_list", ()):
            name = read_callee(one)
            if name not in (*VERBS, "route", "api_route") or not isinstance(one, ast.Call):
                continue
            listed = next((word.value for word in one.keywords if word.arg in ("path", "rule")), None)
            given = one.args[0] if one.args else listed
            routes = read_texts(given) if given is not None else [""]
            for method in list_methods(node, one, name):
                yield from (Label(path, one.lineno, method, route) for route in routes)


def list_methods(node: ast.AST, call: ast.Call, name: str) -> Sequence[str]:
    """The methods of one declaration."""
    if name in VERBS:
        return [name.upper()]
    if isinstance(node, ast.ClassDef):
        defined = [one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
        return [one.upper() for one in defined if one in VERBS]
    named = next((word.value for word in call.keywords if word.arg == "methods"), None)
    return [text.upper() for text in read_texts(named)] if named is not None else ["GET"]


def label_patterns(path: str, text: str) -> Iterator[Label]:
    """`path("x/", view)` and `re_path(...)` that include nothing, and view sets; the methods stand in the view."""
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Call) and read_callee(node) in ("path", "re_path", "url") and len(node.args) > 1:
            is_pattern = isinstance(node.func, ast.Name) and not (
                isinstance(node.args[1], ast.Call) and read_callee(node.args[1]) in ("include", "static")
            )
            if is_pattern:
                yield Label(path, node.lineno, "", read_texts(node.args[0])[0])
        elif isinstance(node, ast.Call) and read_callee(node) == "register" and len(node.args) > 1:
            yield Label(path, node.lineno, "", UNKNOWN)


def label_added(path: str, text: str) -> Iterator[Label]:
    """`router.add_get("/x", handler)`, `add_route("GET", "/x", handler)` of aiohttp."""
    for node in ast.walk(parse(text)):
        name = read_callee(node) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name.startswith("add_") and name[4:] in VERBS:
            yield Label(path, node.lineno, name[4:].upper(), read_texts(node.args[0])[0])
        elif isinstance(node, ast.Call) and name == "add_route":
            method = read_texts(node.args[0])[0]
            yield Label(path, node.lineno, "ANY" if method == "*" else method, read_texts(node.args[1])[0])


def parse(text: str) -> ast.Module:
    """The tree of a module, also where it uses what Python 3.14 allows: `except A, B:`."""
    return ast.parse(re.sub(r"except ((?:[\w.]+, )+[\w.]+):", r"except (\1):", text))


def read_callee(node: ast.AST) -> str:
    """The last name of what is called."""
    callee = node.func if isinstance(node, ast.Call) else node
    return callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""


def read_texts(node: ast.AST) -> list[str]:
    """A constant text, or those of a list; `?` for what is none."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [text for one in node.elts for text in read_texts(one)]
    return [node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else UNKNOWN]


def line_at(text: str, offset: int) -> int:
    """The line (from 1) of an offset."""
    return text.count("\n", 0, offset) + 1
