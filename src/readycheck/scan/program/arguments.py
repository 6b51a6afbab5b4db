"""What the modules about frameworks share: reading lists, paths, chains and decorators out of calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.scan.program.model import LOCAL, Assignment, Call, Definition, Expression, Module, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.attached import Piece
    from readycheck.scan.program.web import Web

MOST_DEPTH = 4


def flatten(value: Expression) -> Iterator[Expression]:
    """An argument, or the elements of one that is a list, with what is spread into it."""
    if "l" in value:
        for one in value["l"]:
            yield from flatten(one)
    elif "e" in value:
        yield from flatten(value["e"])
    else:
        yield value


def list_items(
    web: Web, path: str, value: Expression | None, depth: int = MOST_DEPTH
) -> Iterator[tuple[str, Expression]]:
    """The elements of a list, through variables, spreads and sums of lists, each with the file that it stands in."""
    if value is None or not depth:
        return
    if "l" in value:
        for one in value["l"]:
            yield from list_items(web, path, one["e"], depth - 1) if "e" in one else iter([(path, one)])
    elif "j" in value:
        for one in value["j"]:
            yield from list_items(web, path, one, depth - 1)
    elif "a" in value:
        for one in value["a"]:
            yield from list_items(web, path, one, depth - 1)
    else:
        for ref, assignment in web.program.find_assignments(path, value):
            if assignment.value is not value and {"l", "j"} & set(assignment.value):
                yield from list_items(web, ref.path, assignment.value, depth - 1)


def read_option(value: Expression | None, *names: str) -> Expression | None:
    """A property of an object that is written out."""
    pairs: Iterable[Any] = (value or {}).get("o", ())
    return next((one for key, one in pairs if key in names), None)


def read_texts(web: Web, path: str, value: Expression | None) -> list[str | None]:
    """A constant text, or the texts of a list; None for what is not constant."""
    if value is None:
        return []
    if "l" in value:
        return [web.read_path(path, one) for one in value["l"]]
    return [web.read_path(path, value)]


def list_excluded(web: Web, piece: Piece) -> list[str]:
    """The paths that a layer is told to leave alone: `JWTAuth(exclude=["/login", "^/public"])`."""
    option = piece.call.find_option("exclude") if piece.call is not None else None
    return [text for text in read_texts(web, piece.call.path, option) if text] if piece.call is not None else []


def is_text_like(web: Web, path: str, value: Expression) -> bool:
    """Whether an argument is a path or several, and no function: constant, put together, or held by a variable."""
    if "s" in value or "j" in value:
        return True
    if "l" in value:
        return bool(value["l"]) and all("s" in one or "j" in one for one in value["l"])
    return ("n" in value or "c" in value) and web.read_text(path, value) is not None


def find_chained(web: Web, call: Call, method: str) -> Call | None:
    """The call of another method in the same chain: the `route("/x")` of `router.route("/x").get(...)`."""
    found = [one for one in web.program.modules[call.path].calls if one.place == call.place and one.method == method]
    return found[-1] if found else None


def list_inner(decorated: Definition, call: Call) -> Iterator[Expression]:
    """The decorators below a certain one, which wrap what it registers. What stands above it is not called."""
    passed = False
    for one in decorated.decorators:
        if passed:
            yield one
        passed = passed or one.get("c") == call.index


def find_decorated(web: Web, call: Call) -> Definition | None:
    """The function or class before which a call stands as a decorator."""
    return web.program.find_definition(Ref(call.path, call.decorates)) if call.decorates else None


def list_calls_within(module: Module, assignment: Assignment) -> Iterator[Call]:
    """The calls that are written inside of an assignment."""
    line, column, end_line, end_column = assignment.data["at"]
    for call in module.calls:
        if (line, column) <= call.place and (call.data["at"][2], call.data["at"][3]) <= (end_line, end_column):
            yield call


def encloses(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> bool:
    """Whether one part of a file stands inside of another."""
    a, b = outer["at"], inner["at"]
    return a != b and (a[0], a[1]) <= (b[0], b[1]) and (b[2], b[3]) <= (a[2], a[3])


def list_dependencies(web: Web, definition: Definition) -> Iterator[Piece]:
    """What FastAPI resolves before it calls a function: `Depends` and `Security` in parameters, and behind aliases."""
    for parameter in definition.parameters:
        calls = [web.program.modules[definition.path].calls[index] for index in parameter.get("c", ())]
        default = parameter.get("d") or {}
        if "c" in default:
            calls.append(web.program.modules[definition.path].calls[default["c"]])
        for name in parameter.get("n", ()):
            ref = web.program.resolve(definition.path, name)
            module = web.program.modules.get(ref.path)
            for assignment in module.variables.get(ref.name, ()) if module is not None else ():
                calls += list_calls_within(web.program.modules[ref.path], assignment)
        for call in calls:
            if call.method in ("Depends", "Security"):
                value = call.find_argument(0, "dependency") or {
                    "n": parameter.get("n", ()),
                    "t": parameter.get("t", ""),
                }
                yield web.make_piece(call.path, value)


def list_class_dependencies(web: Web, method: Definition) -> Iterator[Piece]:
    """What a class-based view depends on: `user: User = Depends(current_user)` in its class or in one of its bases."""
    owner = web.program.find_definition(Ref(method.path, method.name.rpartition(".")[0]))
    work = [owner] if owner is not None and owner.is_class else []
    for cls in work:
        module = web.program.modules[cls.path]
        for assignment in module.assignments:
            call = module.calls[assignment.value["c"]] if "c" in assignment.value else None
            if assignment.owner == cls.name and call is not None and call.method in ("Depends", "Security"):
                yield from (web.make_piece(cls.path, one) for one in call.arguments[:1])
        work += [
            base for value in cls.bases for base in web.program.find_definitions(cls.path, value) if base not in work
        ]


def find_variable(path: str, name: str) -> Ref:
    """A variable of a file by its name in the outline."""
    return Ref(path, name.removeprefix(LOCAL).replace("()", ""))
