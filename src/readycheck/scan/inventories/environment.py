"""The environment of a project, joined from facts: every read with its name, every declaration, what is checked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.environ.names import is_loader, is_platform
from readycheck.scan.environ.wrappers import read_wrapper
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import find_attribute, list_indexes, strip_ending

CODE_KINDS = (
    "env-read", "env-call", "env-member", "env-field", "env-wrapper", "env-module", "env-settings", "env-validation",
    "env-made", "env-written",
)  # fmt: skip
CONFIG_KINDS = ("env-declared", "env-interpolated", "env-source")
KINDS = (*CODE_KINDS, *CONFIG_KINDS)
CALLS = compile_late(r"\(\)")
Facts = Mapping[str, Sequence[Fact]]
Node = tuple[str, str]


@dataclass(frozen=True)
class Environment:
    """What the facts say together. Everything is worked out once, when it is first asked for."""

    facts: Facts

    def of(self, kind: str) -> Sequence[Fact]:
        """The facts of a kind."""
        return self.facts.get(kind, ())

    @cached_property
    def reads(self) -> tuple[Fact, ...]:
        """Every read, in the order of the files: direct ones, and those through functions, modules and settings."""
        found = [*self.of("env-read"), *self.join_calls(), *self.join_members(), *self.join_fields()]
        found.sort(key=lambda fact: (fact.where.path, fact.where.line, fact.where.column))
        return tuple(drop_repeated(found))

    @cached_property
    def declared(self) -> Mapping[str, Sequence[Fact]]:
        """The declarations by name."""
        return group_by_name(self.of("env-declared"))

    @cached_property
    def written(self) -> frozenset[str]:
        """Variables that the code itself sets."""
        return frozenset(str(fact.data.get("name")) for fact in self.of("env-written"))

    def join_calls(self) -> Iterator[Fact]:
        """Calls of a function of another module that turns out to read the environment."""
        wrappers = defaultdict(list)
        for fact in self.of("env-wrapper"):
            wrappers[str(fact.data.get("name"))].append(fact)
        for call in self.of("env-call"):
            found = next((one for one in find_targets(call, wrappers) if one is not None), None)
            if found is None:
                continue
            wrapper = read_wrapper(found)
            required = wrapper.required() if call.data.get("default") is None else False
            name = wrapper.key.fill(str(call.data.get("name")))
            checked = required is True or call.data.get("checked") is True
            yield Fact("env-read", call.where, {**call.data, "name": name, "required": required, "checked": checked})

    def join_members(self) -> Iterator[Fact]:
        """`env.X` where `env` comes from a module that hands the environment on."""
        modules = defaultdict(list)
        for fact in self.of("env-module"):
            modules[stem(fact.where.path)].append(fact)
        own = {fact.where.path for fact in self.of("env-module") if fact.data.get("own")}
        read = [fact for fact in (*self.of("env-read"), *self.of("env-member")) if fact.where.path in own]
        taken, sources = {fact.data.get("name") for fact in read}, {fact.where.path for fact in read}
        for member in self.of("env-member"):
            is_read = member.data.get("name") in taken
            names = words(member.data.get("callee"))
            found = [module for name in names for module in find_modules(member.where.path, name, modules)]
            nearest = max(found, key=lambda one: count_common(one.where.path, member.where.path), default=None)
            if nearest is not None and (not nearest.data.get("own") or (is_read and nearest.where.path in sources)):
                yield Fact("env-read", member.where, member.data)

    @cached_property
    def settings(self) -> Mapping[Node, Fact]:
        """The settings classes, by path and name, and in their `prefix` what their bases of other modules give."""
        known = {place(fact): fact for fact in self.of("env-settings") if not words(fact.data.get("bases"))}
        waiting = [fact for fact in self.of("env-settings") if place(fact) not in known]
        for _ in range(len(waiting)):
            fresh = [(fact, base) for fact in waiting if (base := find_base(fact, known)) is not None]
            if not fresh:
                break
            for fact, base in fresh:
                prefix = fact.data.get("prefix") or base.data.get("prefix")
                known[place(fact)] = replace(fact, data={**fact.data, "prefix": prefix})
            waiting = [fact for fact in waiting if place(fact) not in known]
        return known

    def join_fields(self) -> Iterator[Fact]:
        """The fields of settings classes, with the prefix of the class."""
        for field in self.of("env-field"):
            owner = self.settings.get((field.where.path, str(field.data.get("owner"))))
            if owner is None:
                continue
            name, prefix = field.data.get("name"), str(owner.data.get("prefix") or "")
            if isinstance(name, str) and not field.data.get("own") and not name.lower().startswith(prefix.lower()):
                name = prefix.upper() + name
            phase = "startup" if place(owner) in self.started else "unknown"
            yield Fact("env-read", field.where, {**field.data, "name": name, "phase": phase})

    @cached_property
    def calls(self) -> Sequence[tuple[Fact, Sequence[Node]]]:
        """The calls that may load or check the environment, each with the functions and classes that it may reach."""
        targets: set[Node] = {place(fact) for fact in self.settings.values()}
        targets |= {(fact.where.path, str(fact.data["function"])) for fact in self.of("env-validation")}
        targets |= {(fact.where.path, str(fact.data["function"])) for fact in self.of("env-made")}
        by_name = defaultdict(list)
        for path, name in targets:
            by_name[name].append((path, name))
        return [(fact, tuple(resolve(fact, by_name))) for fact in self.of("env-made")]

    @cached_property
    def called(self) -> frozenset[Node]:
        """Functions and settings classes that something calls, at any time; loaders nobody calls reach nothing."""
        roots = [fact for fact, _ in self.calls if not is_loader(str(fact.data["function"]))]
        return self.close(roots)

    @cached_property
    def started(self) -> frozenset[Node]:
        """Functions and settings classes, by path and name, that run when the service starts."""
        return self.close([fact for fact, _ in self.calls if fact.data["phase"] == "startup"])

    def close(self, roots: Sequence[Fact]) -> frozenset[Node]:
        """What some calls reach, directly and through the functions that they reach."""
        first = {id(fact) for fact in roots}
        found: set[Node] = set()
        while True:
            more = {
                target
                for fact, reached in self.calls
                if id(fact) in first or (fact.where.path, str(fact.data["function"])) in found
                for target in reached
            }
            if more <= found:
                return frozenset(found)
            found |= more

    def runs_at_start(self, check: Fact) -> bool:
        """Whether a check of the environment runs when the service starts."""
        return check.data.get("phase") == "startup" or (check.where.path, str(check.data["function"])) in self.started

    def is_declared(self, name: str) -> bool:
        """Whether a variable is declared somewhere, or set by the code itself."""
        return name in self.declared or name in self.written

    def is_foreign(self, name: str) -> bool:
        """Whether a variable is set by the platform, and so declared by nobody."""
        return is_platform(name)

    @cached_property
    def unknown(self) -> tuple[re.Pattern[str], ...]:
        """What names reads may have that are known only when the code runs."""
        patterns = {str(fact.data.get("pattern")) or r"\w+" for fact in self.reads if fact.data.get("name") is None}
        return tuple(re.compile(pattern) for pattern in sorted(patterns))


def place(fact: Fact) -> Node:
    """The path and the name of a class or function."""
    return fact.where.path, str(fact.data.get("name"))


def stem(path: str) -> str:
    """The last word of a path without its ending, the folder's for an index."""
    return strip_ending(path).rpartition("/")[2]


def words(value: Json) -> list[str]:
    """The texts of a JSON list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def group_by_name(facts: Iterable[Fact]) -> Mapping[str, Sequence[Fact]]:
    """Facts by the variable that they name."""
    found = defaultdict(list)
    for fact in facts:
        found[str(fact.data.get("name"))].append(fact)
    return found


def drop_repeated(reads: Iterable[Fact]) -> Iterator[Fact]:
    """One read for each variable and line; that with a default speaks for the others."""
    kept: dict[tuple[str, int, Json], Fact] = {}
    for fact in reads:
        key = (fact.where.path, fact.where.line, fact.data.get("name"))
        if key not in kept or (kept[key].data.get("default") is None and fact.data.get("default") is not None):
            kept[key] = fact
    yield from kept.values()


def find_targets(call: Fact, wrappers: Mapping[str, Sequence[Fact]]) -> Iterator[Fact]:
    """The functions of the project that a call may be of."""
    for name in words(call.data.get("callee")):
        plain = CALLS.sub("", name)
        for wrapper in wrappers.get(plain.rpartition(".")[2], ()):
            attribute = lead(call.where.path, plain, wrapper.where.path)
            if attribute is not None and (bool(wrapper.data.get("owner")) or "." not in attribute):
                yield wrapper


def lead(importer: str, name: str, path: str) -> str | None:
    """What a name takes out of a file that it leads into, directly, through an index above, or by a path alias."""
    attribute = find_attribute(importer, name, path)
    if attribute is not None:
        return attribute
    for index in list_indexes(path)[:2]:
        attribute = find_attribute(importer, name, index)
        if attribute is not None:
            return attribute
    return follow_alias(name, path)


def follow_alias(name: str, path: str) -> str | None:
    """A path alias of the project (`@app/api/config/env.get`), compared by the last two folders that it names."""
    if name.startswith(".") or "/" not in name:
        return None
    target = strip_ending(path).split("/")
    folders, _, last = name.rpartition("/")
    for length in range(len(last.split(".")), 0, -1):
        parts = last.split(".")
        spelled = [*folders.split("/")[-1:], ".".join(parts[:length])]
        if target[-2:] == spelled or (target[-1:] == spelled[-1:] and folders.startswith(("@", "~", "#", "$"))):
            return ".".join(parts[length:])
    return None


def find_modules(importer: str, name: str, modules: Mapping[str, Sequence[Fact]]) -> Iterator[Fact]:
    """The modules that hand the environment on and of which a name may take an export."""
    plain = CALLS.sub("", name)
    pieces = set(re.split(r"[/.]", plain))
    for key in modules:
        if key not in pieces and not ("." in key and key in plain):
            continue
        for module in modules[key]:
            attribute = lead(importer, name, module.where.path)
            if attribute is not None and attribute.partition(".")[0] in ("", *words(module.data.get("names"))):
                yield module


def count_common(path: str, other: str) -> int:
    """How many folders two paths share: an alias most likely means the file that is nearest."""
    pairs = zip(path.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def find_base(fact: Fact, known: Mapping[Node, Fact]) -> Fact | None:
    """The settings class that is a base of a class in another module."""
    for name in words(fact.data.get("bases")):
        for (path, base), found in known.items():
            if name.rpartition(".")[2] == base and lead(fact.where.path, name, path) is not None:
                return found
    return None


def resolve(call: Fact, by_name: Mapping[str, Sequence[Node]]) -> Iterator[Node]:
    """The functions and classes that a call may be of: of the module itself, or where its name leads."""
    for name in words(call.data.get("callee")):
        plain = CALLS.sub("", name)
        for path, target in by_name.get(plain.rpartition(".")[2], ()):
            if path == call.where.path or plain.startswith("*.") or lead(call.where.path, plain, path) is not None:
                yield path, target
