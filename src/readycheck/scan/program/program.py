"""The program: who calls whom, what values are, where things stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from readycheck.model.location import Span
from readycheck.scan.program.links import split_known, split_owner
from readycheck.scan.program.model import LOCAL, Assignment, Call, Definition, Expression, Ref
from readycheck.scan.program.names import Names

MOST_STEPS = 12


class Program(Names):
    """The modules of a project and what joins them. Nothing is read from disk."""

    def find_receivers(self, call: Call) -> tuple[tuple[Ref, str], ...]:
        """The objects whose method a call calls, by their origins, each with what is taken from it.

        `app.add_middleware(...)` in a helper -> ((`Ref("chat/app.py", "create_app.app")`, `.add_middleware`),);
        `router.route("/x").get(...)` -> ((`Ref("routes.js", "router")`, `.route().get`),).
        """
        own = [name for name in call.names if name.startswith(LOCAL)]
        found: dict[tuple[Ref, str], None] = {}
        for name in own[:1] or call.names:
            ref = self.resolve(call.path, name)
            holder, rest = self.split_holder(ref)
            for origin in self.follow(holder):
                found[origin, rest] = None
        if own and all(not self.is_known(origin) and origin.path for origin, _ in found):
            for name in call.names:
                ref = self.resolve(call.path, name)
                holder, rest = self.split_holder(ref)
                if ref.name != own[0][1:] and holder != ref:
                    found.update({(origin, rest): None for origin in self.follow(holder)})
        return tuple(found)

    def split_holder(self, ref: Ref) -> tuple[Ref, str]:
        """A ref as a variable, parameter or definition of its file, and what is taken from it."""
        module = self.modules.get(ref.path)
        if module is None:
            return ref, ""
        holder, rest = split_known(module, ref.name)
        if holder in module.definitions and not rest.startswith("("):
            for owner, parameter, more in split_owner(module, ref.name):
                if owner == holder and any(one["name"] == parameter for one in module.definitions[owner].parameters):
                    return Ref(ref.path, f"{owner}.{parameter}"), more
        return (Ref(ref.path, holder), rest) if holder else (ref, "")

    def find_types(self, ref: Ref) -> frozenset[str]:
        """What an origin is, as names from outside: `fastapi.FastAPI()` for a variable that holds one.

        An instance of a class of the project is what the class is derived from.
        """
        if ref.is_external:
            return frozenset({ref.name})
        module = self.modules.get(ref.path)
        found: set[str] = set()
        for assignment in module.variables.get(ref.name, ()) if module is not None else ():
            call = self.find_call(ref.path, assignment.value) if "c" in assignment.value else None
            for name in call.names if call is not None else ():
                found |= {f"{base}()" for base in self.find_bases(self.resolve(ref.path, name))}
            found |= self.find_externals(ref.path, assignment.value.get("n") or ())
        return frozenset(found)

    def find_bases(self, ref: Ref, depth: int = 5) -> frozenset[str]:
        """The names from outside that a class is or is derived from, or that a name leads to."""
        known = self._bases.get((ref, depth))
        if known is None:
            known = self._bases[ref, depth] = self._find_bases(ref, depth)
        return known

    def _find_bases(self, ref: Ref, depth: int) -> frozenset[str]:
        if ref.is_external:
            return frozenset({ref.name})
        definition = self.find_definition(ref)
        found: set[str] = set()
        if definition is None or not depth:
            for one in self.follow(ref):
                if one.is_external:
                    found.add(one.name)
                elif depth and one != ref:  # a class that a function makes
                    found |= self.find_bases(one, depth - 1)
            return frozenset(found)
        for base in definition.bases:
            for name in base.get("n") or ():
                found |= self.find_bases(self.resolve(definition.path, name), depth - 1)
        return frozenset(found)

    # ------------------------------------------------------------------ calls

    @cached_property
    def callers(self) -> Mapping[Ref, Sequence[Call]]:
        """The calls of each function, class and method of the project, also through variables and members."""
        return self.index_calls(self.find_called)

    def find_called(self, call: Call) -> list[Ref]:
        """The functions and classes of the project that a call may call."""
        known = self._called.get((call.path, call.index))
        if known is None:
            known = self._called[call.path, call.index] = self._find_called(call)
        return known

    def _find_called(self, call: Call) -> list[Ref]:
        found = dict.fromkeys(self.find_named(call))
        for name in () if found else call.names:
            for ref in self.follow(self.resolve(call.path, name)):
                definition = self.find_definition(ref)
                if definition is not None:
                    found[definition.ref] = None
        return list(found)

    def find_definitions(self, path: str, value: Expression) -> list[Definition]:
        """The functions and classes that an expression may be, through aliases and across files."""
        if "f" in value:
            found = self.find_definition(Ref(path, value["f"]))
            return [found] if found is not None else []
        names = value.get("n") or ()
        refs = [ref for name in names for ref in (self.resolve(path, name), *self.follow(self.resolve(path, name)))]
        found_all = {one.ref: one for ref in refs if (one := self.find_definition(ref)) is not None}
        return list(found_all.values())

    def find_externals(self, path: str, names: Sequence[str]) -> frozenset[str]:
        """The names from outside that some names of a file may stand for, as far as they can be followed."""
        key = (path, tuple(names))
        known = self._externals.get(key)
        if known is None:
            refs = {ref for name in names for ref in (self.resolve(path, name), *self.follow(self.resolve(path, name)))}
            known = self._externals[key] = frozenset(ref.name for ref in refs if ref.is_external)
        return known

    def read_calls(self, definition: Definition, depth: int = 3) -> Iterator[Call]:
        """The calls in a function or class, and in those of the project that it calls, `depth` levels deep."""
        seen: set[Ref] = set()
        level = [definition]
        for _ in range(depth + 1):
            deeper: list[Definition] = []
            for one in level:
                if one.ref in seen:
                    continue
                seen.add(one.ref)
                for call in self.modules[one.path].find_calls(one.name):
                    yield call
                    deeper += [found for ref in self.find_called(call) if (found := self.find_definition(ref))]
            level = deeper

    def read_definitions(self, definition: Definition, depth: int = 3) -> Iterator[Definition]:
        """A function or class, and those of the project that it calls or derives from, `depth` levels deep."""
        seen: set[Ref] = set()
        level = [definition]
        for _ in range(depth + 1):
            deeper: list[Definition] = []
            for one in level:
                if one.ref in seen:
                    continue
                seen.add(one.ref)
                yield one
                for call in self.modules[one.path].find_calls(one.name):
                    deeper += [found for ref in self.find_called(call) if (found := self.find_definition(ref))]
                for base in one.bases:
                    deeper += self.find_definitions(one.path, base)
            level = deeper

    # ------------------------------------------------------------------ values

    def find_constant(self, path: str, value: Expression | None, depth: int = MOST_STEPS) -> object:
        """The constant that an expression is, across variables and files; None if it is none (or None itself).

        What is made of itself (`text = text + more`) ends after `depth` steps.
        """
        if value is None or not depth:
            return None
        if "s" in value or "v" in value:
            return value.get("s", value.get("v"))
        if "j" in value and value.get("op") == "+":
            parts = [self.find_constant(path, part, depth - 1) for part in value["j"]]
            return "".join(map(str, parts)) if parts and all(isinstance(part, str) for part in parts) else None
        for ref, assignment in self.find_assignments(path, value):
            if assignment.value is not value:
                return self.find_constant(ref.path, assignment.value, depth - 1)
        return None

    def find_assignments(self, path: str, value: Expression) -> Iterator[tuple[Ref, Assignment]]:
        """The assignments to the variable that an expression names, in whatever file it stands."""
        for name in value.get("n") or ():
            ref = self.resolve(path, name)
            module = self.modules.get(ref.path)
            for assignment in module.variables.get(ref.name, ()) if module is not None else ():
                yield ref, assignment

    def find_call(self, path: str, value: Expression | None) -> Call | None:
        """The call that an expression is, or that made the variable that it names."""
        if value is None:
            return None
        if "c" in value:
            return self.modules[path].calls[value["c"]]
        for ref, assignment in self.find_assignments(path, value):
            if "c" in assignment.value:
                return self.modules[ref.path].calls[assignment.value["c"]]
        return None

    def locate(self, entry: Call | Assignment | Definition) -> Span:
        """The place of a call, an assignment or a definition."""
        return self.modules[entry.path].locate(entry)
