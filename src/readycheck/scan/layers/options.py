"""The options that a layer is given, and what their values are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from readycheck.scan.late import compile_late
from readycheck.scan.layers.mounted import Layer, Stack
from readycheck.scan.program.model import Call, Expression

MOST_DEPTH = 5
UNITS = {"": 1, "b": 1, "kb": 1 << 10, "k": 1 << 10, "mb": 1 << 20, "m": 1 << 20, "gb": 1 << 30, "g": 1 << 30,
         "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}  # fmt: skip
SIZE = compile_late(r"^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$")
MOST_ALTERNATIVES = 8


@dataclass(frozen=True)
class Value:
    """An expression with the file in which it stands."""

    path: str
    expression: Expression


def read_options(stack: Stack, call: Call) -> Mapping[str, Value]:
    """The named arguments of a call and the properties of the objects that it is given, also through variables."""
    found: dict[str, Value] = {}
    for argument in call.arguments:
        for path, pairs in list_objects(stack, call.path, argument, MOST_DEPTH):
            for key, value in pairs:
                found.setdefault(key, Value(path, value))
    for key, value in call.keywords.items():
        found[key] = Value(call.path, value)
        if key == "**":
            for path, pairs in list_objects(stack, call.path, value, MOST_DEPTH):
                found.update({name: Value(path, one) for name, one in pairs})
    return found


def read_layer_options(stack: Stack, layer: Layer) -> Mapping[str, Value]:
    """The options of a layer: of the call that makes it, of the call that mounts it, and of its own base class."""
    found: dict[str, Value] = {}
    calls = [layer.piece.call, layer.attached.call]
    calls += [one for one in layer.body.calls if one.text in ("super().__init__", "super")]
    for call in calls:
        for key, value in read_options(stack, call).items() if call is not None else ():
            found.setdefault(key, value)
    return found


def list_objects(
    stack: Stack, path: str, value: Expression, depth: int
) -> Iterator[tuple[str, Sequence[tuple[str, Expression]]]]:
    """The objects that an expression is, with the file in which each stands."""
    if depth <= 0:
        return
    if "o" in value:
        yield path, [(key, one) for key, one in value["o"] if key != "..."]
    for place, one in list_inner(stack, path, value):
        yield from list_objects(stack, place, one, depth - 1)


def list_inner(stack: Stack, path: str, value: Expression) -> Iterator[tuple[str, Expression]]:
    """What may be the object that an expression is: what is spread into it, alternatives, values, results."""
    spread = [one for key, one in value.get("o") or () if key == "..."]
    for one in (*spread, *(value.get("a") or ()), *([value["e"]] if "e" in value else ())):
        yield path, one
    for ref, assignment in stack.facts.program.find_assignments(path, value):
        yield ref.path, assignment.value
    if "c" in value:
        call = stack.facts.program.modules[path].calls[value["c"]]
        for ref in stack.facts.program.find_called(call):
            definition = stack.facts.program.find_definition(ref)
            yield from ((ref.path, one) for one in (definition.returns if definition is not None else ()))


def expand(stack: Stack, value: Value, depth: int = MOST_DEPTH) -> Iterator[Value]:
    """What an expression may be: its alternatives, the values of its variables and settings; else itself."""
    expression = value.expression
    inner: list[Value] = [Value(value.path, one) for one in expression.get("a") or ()]
    if depth > 0 and not inner:
        inner = list_assigned(stack, value)
    if not inner or depth <= 0:
        yield value
        return
    for one in inner[:MOST_ALTERNATIVES]:
        yield from expand(stack, one, depth - 1)


def list_assigned(stack: Stack, value: Value) -> list[Value]:
    """What is assigned to the variable, member or setting that an expression names."""
    program = stack.facts.program
    found = [
        Value(ref.path, one.value)
        for ref, one in program.find_assignments(value.path, value.expression)
        if one.value is not value.expression
    ]
    if found:
        return [read_default(stack, one) for one in found]
    for name in value.expression.get("n") or ():
        ref = program.resolve(value.path, name)
        holder, rest = program.split_holder(ref)
        keys = rest.strip(".").split(".") if rest.startswith(".") and "(" not in rest else []
        module = program.modules.get(holder.path)
        for assignment in module.variables.get(holder.name, ()) if module is not None and keys else ():
            found += descend(stack, Value(holder.path, assignment.value), keys)
        for origin in program.follow(ref):
            module = program.modules.get(origin.path)
            given = module.variables.get(origin.name.replace("()", ""), ()) if module is not None else ()
            found += [read_default(stack, Value(origin.path, one.value)) for one in given]
    return [one for one in found if one.expression is not value.expression]


def descend(stack: Stack, value: Value, keys: Sequence[str]) -> list[Value]:
    """A member of an object: `config.cors.origin`."""
    values = [value]
    for key in keys:
        values = [
            Value(path, one)
            for holder in values
            for path, pairs in list_objects(stack, holder.path, holder.expression, MOST_DEPTH)
            for name, one in pairs
            if name == key
        ]
    return values


def read_default(stack: Stack, value: Value) -> Value:
    """The default of a field of a settings class: what `Field(default=...)` is given."""
    call = stack.facts.program.find_call(value.path, value.expression) if "c" in value.expression else None
    if call is None or call.method not in ("Field", "field", "attrib", "ib"):
        return value
    option = call.find_argument(0, "default")
    return Value(value.path, option) if option is not None else value


def read_flag(stack: Stack, value: Value | None) -> bool | None:
    """Whether an option is on in production; None if that cannot be told."""
    if value is None:
        return None
    seen: set[bool | None] = set()
    for one in expand(stack, value):
        constant = one.expression.get("v")
        judged = constant if isinstance(constant, bool) else stack.production.holds(str(one.expression.get("t", "")))
        seen.add(judged)
    return next(iter(seen)) if len(seen) == 1 else None


def read_number(stack: Stack, value: Value | None) -> float | None:
    """A number or a size in bytes: the largest that an expression may be; None if one of its values is unknown."""
    if value is None:
        return None
    found = [evaluate(stack, one, MOST_DEPTH) for one in expand(stack, value)]
    known = [one for one in found if one is not None]
    return max(known) if known else None


def evaluate(stack: Stack, value: Value, depth: int) -> float | None:
    """The number that one expression is."""
    expression = value.expression
    constant = expression.get("v", expression.get("s"))
    if isinstance(constant, str):
        return parse_size(constant)
    if isinstance(constant, int | float) and not isinstance(constant, bool):
        return float(constant)
    if "j" in expression and depth > 0:
        parts = [evaluate_all(stack, Value(value.path, one), depth - 1) for one in expression["j"]]
        return combine([one for one in parts if one is not None], str(expression.get("op")), len(parts))
    if "c" in expression and depth > 0:
        call = stack.facts.program.modules[value.path].calls[expression["c"]]
        if call.method in ("int", "Number", "parseInt", "float", "parse_size", "parse") and call.arguments:
            return evaluate_all(stack, Value(value.path, call.arguments[0]), depth - 1)
    return None


def evaluate_all(stack: Stack, value: Value, depth: int) -> float | None:
    """The largest number that an expression may be."""
    found = [evaluate(stack, one, depth) for one in expand(stack, value, depth)]
    return max((one for one in found if one is not None), default=None)


def combine(parts: Sequence[float], operator: str, wanted: int) -> float | None:
    """Two numbers and what joins them."""
    if len(parts) != wanted or len(parts) != 2:  # noqa: PLR2004 - an operator has two sides
        return None
    left, right = parts
    if operator in ("/", "//"):
        return left / right if right else None
    if operator == "<<":
        return left * 2**right
    results = {"+": left + right, "-": left - right, "*": left * right}
    return results.get(operator)


def parse_size(text: str) -> float | None:
    """`10mb`, `256KiB`, `1024`."""
    found = SIZE.match(text)
    unit = UNITS.get(found[2].lower()) if found is not None else None
    return float(found[1]) * unit if found is not None and unit is not None else None
