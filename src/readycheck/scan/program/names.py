"""What names mean across the files of a program, and which values reach which variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from readycheck.scan.program.files import Files
from readycheck.scan.program.links import follow_export, follow_import, names_own, split_first, split_known, split_owner
from readycheck.scan.program.model import LOCAL, Call, Definition, Expression, Module, Ref

MOST_REFS = 60
"""What is followed from one name at most; far above what readable code needs."""
MOST_CALLERS = 12


class Names:
    """Follows names through imports, aliases, members, parameters and results. Answers are remembered."""

    def __init__(self, outlines: Mapping[str, Mapping[str, object]], paths: Iterable[str]) -> None:
        """Take the outlines of files by path, and the paths of all code files of the project."""
        self.modules = {path: Module(path, data) for path, data in sorted(outlines.items())}
        self.files = Files(paths)
        self._origins: dict[Ref, tuple[Ref, ...]] = {}
        self._resolved: dict[tuple[str, str], Ref] = {}
        self._called: dict[tuple[str, int], list[Ref]] = {}
        self._bases: dict[tuple[Ref, int], frozenset[str]] = {}
        self._externals: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}

    def resolve(self, path: str, name: str) -> Ref:
        """One name of a file, followed through imports and re-exports to the file that defines it."""
        known = self._resolved.get((path, name))
        if known is None:
            known = self._resolved[path, name] = self._resolve(path, name)
        return known

    def _resolve(self, path: str, name: str) -> Ref:
        seen: set[tuple[str, str]] = set()
        while (path, name) not in seen:
            seen.add((path, name))
            if name.startswith(LOCAL):
                return Ref(path, name[1:])
            found = self.files.find(path, name)
            if found is None:
                return Ref("", name)
            path, rest = found
            module = self.modules.get(path)
            if module is None:
                return Ref(path, rest)
            step = self._follow_star(module, rest)
            if step is None:
                step = follow_import(module, rest) if module.is_python else follow_export(module, rest)
            if step is None:
                return Ref(path, rest)
            name = step
        return Ref(path, name)

    def _follow_star(self, module: Module, rest: str, seen: frozenset[str] = frozenset()) -> str | None:
        """The name to resolve next for what a module has only through `from .users import *`, `export * from "./x"`."""
        first = split_first(rest)[0]
        if not first or first in module.definitions or first in module.variables:
            return None
        if module.is_python:
            stars = [name[:-1] for name in module.data.get("loads", ()) if name.endswith(".*")]
            taken: Collection[str] = module.imports
        else:
            stars = [f"{name}." for name in module.exports.get("*", ())]
            taken = module.exports
        for star in stars if first not in taken else ():
            found = self.files.find(module.path, f"{star}{rest}")
            target = self.modules.get(found[0]) if found is not None else None
            if target is None or target.path in seen:
                continue
            if names_own(target, first) or self._follow_star(target, rest, seen | {module.path}) is not None:
                return f"{star}{rest}"
        return None

    def find_origins(self, path: str, names: Sequence[str]) -> tuple[Ref, ...]:
        """Where the value behind some names of a file was made: alternatives, never a mere alias.

        An origin is a variable that holds what a call made (`Ref("app.py", "create_app.app")`), a function or class of
        the project, or a name from outside (`Ref("", "helmet")`). What cannot be followed stands for itself.
        """
        own = [name for name in names if name.startswith(LOCAL)]
        found: dict[Ref, None] = {}
        for name in own[:1] or names:
            found.update(dict.fromkeys(self.follow(self.resolve(path, name))))
        dead_end = bool(own) and list(found) == [Ref(path, own[0][1:])] and not self.is_known(Ref(path, own[0][1:]))
        if dead_end:
            others = [name for name in names if name != own[0]]
            found = {ref: None for name in others for ref in self.follow(self.resolve(path, name))} or found
        return tuple(found)

    def is_known(self, ref: Ref) -> bool:
        """Whether a name of the project is one of its definitions, or a variable that is given a value somewhere."""
        module = self.modules.get(ref.path)
        return module is not None and (ref.name in module.definitions or ref.name in module.variables)

    def follow(self, ref: Ref) -> tuple[Ref, ...]:
        """The origins of one ref."""
        known = self._origins.get(ref)
        if known is not None:
            return known
        self._origins[ref] = (ref,)  # what asks for itself while it is worked out stands for itself
        found: dict[Ref, None] = {}
        seen: set[Ref] = set()
        work = [ref]
        while work and len(seen) < MOST_REFS:
            one = work.pop(0)
            if one in seen:
                continue
            seen.add(one)
            steps = self.step(one)
            if steps:
                work += steps
            else:
                found[one] = None
        self._origins[ref] = tuple(found) or (ref,)
        return self._origins[ref]

    def step(self, ref: Ref) -> list[Ref]:
        """What a ref is an alias of; nothing if it is an origin."""
        module = self.modules.get(ref.path)
        if module is None or ref.name in module.definitions:
            return []
        holder, rest = split_known(module, ref.name)
        if holder in module.definitions and rest.startswith("("):
            return self.step_into(module.definitions[holder], rest)
        if holder in module.definitions:
            return self.step_to_parameter(module, ref.name)
        if holder:
            given = module.variables[holder]
            made = given if rest else [one for one in given if not is_declared(one.value)]
            return [one for each in made or given for one in self.list_values(module.path, each.value, rest)]
        return self.step_to_parameter(module, ref.name)

    def step_into(self, definition: Definition, rest: str) -> list[Ref]:
        """What a call of a function returns, or the member of an instance: of its class or of a base class."""
        rest = rest.removeprefix("()")
        if not definition.is_class:
            made = [one for value in definition.returns for one in self.list_values(definition.path, value, rest)]
            types = [self.resolve(definition.path, f"{name}(){rest}") for name in definition.result_types]
            return made + [one for one in types if rest or one.path]
        if not rest.startswith("."):
            return []
        module = self.modules[definition.path]
        member = f"{definition.name}{rest}"
        if split_known(module, member)[0] not in ("", definition.name):
            return [Ref(definition.path, member)]
        return [base for value in definition.bases for base in self.list_values(definition.path, value, f"(){rest}")]

    def step_to_parameter(self, module: Module, name: str) -> list[Ref]:
        """What callers give for a parameter: `#_add_layers.app` is `#create_app.app`."""
        for owner, parameter, rest in split_owner(module, name):
            definition = module.definitions[owner]
            places = [place for place, one in enumerate(definition.parameters) if one["name"] == parameter]
            if places:
                return [
                    one
                    for call, value in self.list_arguments(definition, places[0], parameter)
                    for one in self.list_values(call.path, value, rest)
                ]
        return []

    def list_arguments(self, definition: Definition, place: int, name: str) -> Iterator[tuple[Call, Expression]]:
        """What the callers of a function give for a parameter; `self` is not counted where it is a method."""
        if definition.parameters and definition.parameters[0]["name"] in ("self", "cls"):
            place -= 1
        holder, _, method = definition.name.rpartition(".")
        ref = Ref(definition.path, holder) if method in ("__init__", "constructor") else definition.ref
        for call in self.direct_callers.get(ref, ())[:MOST_CALLERS]:
            value = call.keywords.get(name) or (call.arguments[place] if 0 <= place < len(call.arguments) else None)
            if value is not None:
                yield call, value

    def list_values(self, path: str, value: Expression, rest: str) -> Iterator[Ref]:
        """The refs of what is taken (`rest`: `.get`, `()`, or nothing) from an expression.

        A call is followed only where something is taken from it: the variable that holds what a call made is an origin,
        what the call returns is not.
        """
        if "n" in value:
            names = value["n"]
            own = [name for name in names if name.startswith(LOCAL)]
            for name in own[:1] or names:
                yield self.resolve(path, name + rest)
        elif "f" in value:
            yield Ref(path, value["f"] + rest)
        elif "c" in value:
            call = self.modules[path].calls[value["c"]]
            for name in call.names[:1]:
                made = self.resolve(path, f"{name}()")
                if rest or self.returns_known(made):
                    yield self.resolve(path, f"{name}(){rest}")
        elif "a" in value:
            for one in value["a"]:
                yield from self.list_values(path, one, rest)

    def returns_known(self, made: Ref) -> bool:
        """Whether a called name is a function of the project whose results can be followed."""
        module = self.modules.get(made.path)
        holder, rest = split_known(module, made.name) if module is not None else ("", "")
        definition = module.definitions.get(holder) if module is not None else None
        return definition is not None and not definition.is_class and rest == "()" and bool(definition.returns)

    @cached_property
    def direct_callers(self) -> Mapping[Ref, Sequence[Call]]:
        """The calls of each function and class of the project by its own or its imported name."""
        return self.index_calls(self.find_named)

    def index_calls(self, find: Callable[[Call], list[Ref]]) -> Mapping[Ref, Sequence[Call]]:
        """All calls by what they call."""
        found: dict[Ref, list[Call]] = defaultdict(list)
        for call in self.iterate_calls():
            for ref in find(call):
                found[ref].append(call)
        return found

    def find_named(self, call: Call) -> list[Ref]:
        """The functions and classes of the project that a call names."""
        found: dict[Ref, None] = {}
        for name in call.names:
            definition = self.find_definition(self.resolve(call.path, name))
            if definition is not None:
                found[definition.ref] = None
        return list(found)

    def find_definition(self, ref: Ref) -> Definition | None:
        """The function or class that a ref names: `Service().find` is the method `Service.find`."""
        module = self.modules.get(ref.path)
        if module is None:
            return None
        return module.definitions.get(ref.name.replace("()", "") if "(" in ref.name else ref.name)

    def iterate_calls(self, methods: Collection[str] = ()) -> Iterator[Call]:
        """All calls of all modules, or those of functions and methods that are called by one of some names."""
        for module in self.modules.values():
            if methods:
                yield from sorted(
                    (call for method in methods for call in module.calls_by_method.get(method, ())),
                    key=lambda call: call.index,
                )
            else:
                yield from module.calls


def is_declared(value: Expression) -> bool:
    """Whether a value is but the type that a member is declared with; what makes it stands elsewhere."""
    names = value.get("n") or ()
    return bool(names) and str(next(iter(names), "")).endswith("()") and not str(value.get("t", "")).endswith(")")
