"""Whether a method is ever called. A class that runs may have methods that nobody asks for."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.scan.program.live import Live, list_handed_on
from readycheck.scan.program.model import Call, Definition, Module, Ref
from readycheck.scan.program.program import Program

LANGUAGE = ("globalThis.", "builtins.")
CLOSERS = ("contextlib.closing", "contextlib.aclosing")
PLAIN_BASES = frozenset({"builtins.object", "object", "abc.ABC", "typing.Protocol", "typing.Generic"})
DEEPEST = 6


def may_be_called(program: Program, live: Live, path: str, owner: str, depth: int = DEEPEST) -> bool:
    """Whether code inside of a definition can be reached: for a method something that runs must call it.

    What frameworks and the language call by themselves counts as called: methods with two underscores, decorated ones,
    those of decorated classes, and of classes that are derived from a library's.
    """
    if not live.runs(path, owner):
        return False
    method = find_method(program, path, owner)
    if method is None or not live.is_known or not depth or is_called_by_others(program, method):
        return True
    if any(may_be_called(program, live, one.path, one.owner, depth - 1) for one in list_callers(program, method)):
        return True
    name = method.name.rpartition(".")[2]
    return any(
        is_mentioned(program, live, module, method, name)
        for module in program.modules.values()
        if module.is_python == program.modules[path].is_python
    )


def find_method(program: Program, path: str, owner: str) -> Definition | None:
    """The outermost method around some code, or None if it stands in none."""
    module = program.modules.get(path)
    parts = owner.split(".")
    for count in range(2, len(parts) + 1):
        definition = module.definitions.get(".".join(parts[:count])) if module is not None else None
        holder = module.definitions.get(".".join(parts[: count - 1])) if module is not None else None
        if definition is not None and holder is not None and holder.is_class and not definition.is_class:
            return definition
    return None


def is_called_by_others(program: Program, method: Definition) -> bool:
    """Whether a method is one that a framework or the language calls by itself."""
    holder_name, _, name = method.name.rpartition(".")
    holder = program.modules[method.path].definitions[holder_name]
    bases = program.find_bases(holder.ref) - PLAIN_BASES
    is_special = name.startswith("__") or name in ("constructor", "toString", "toJSON")
    return is_special or bool(method.decorators or holder.decorators or bases or holder.bases)


def list_callers(program: Program, method: Definition) -> Iterator[Call]:
    """The calls of a method, without those that it makes itself."""
    for call in program.callers.get(method.ref, ()):
        if (call.path, call.owner) != (method.path, method.name):
            yield call


def is_mentioned(program: Program, live: Live, module: Module, method: Definition, name: str) -> bool:
    """Whether a file calls something of the same name on what cannot be followed, or hands such a member on."""
    for call in module.calls_by_method.get(name, ()):
        if "." in call.text and is_loose(program, call) and live.runs(call.path, call.owner):
            return True
    if any(one in CLOSERS for call in module.calls for one in call.names):
        return True
    for owner, given in list_handed_on(module):
        if given.rpartition(".")[2] == name and live.runs(module.path, owner):
            ref = program.resolve(module.path, given)
            found = program.find_definition(Ref(ref.path, ref.name))
            if found is None or found.ref == method.ref:
                return True
    return False


def is_loose(program: Program, call: Call) -> bool:
    """Whether nothing is known about what a call calls."""
    externals = program.find_externals(call.path, call.names)
    if any(program.resolve(call.path, name).path not in ("", call.path) for name in call.names):
        return False  # something of another file, which is not the one that is asked for
    return not program.find_called(call) and all(name.startswith(LANGUAGE) for name in externals)
