"""Checks on whether the program can load at all."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.loads.imports import Imports, Missing
from readycheck.scan.program.model import Module

OLD_NAMES = frozenset(
    {"unicode", "long", "xrange", "basestring", "raw_input", "reduce", "unichr", "file", "cmp", "execfile", "reload"}
)
INJECTED = frozenset(
    {"_", "gettext", "ngettext", "get_ipython", "display", "dbutils", "spark", "profile", "__class__", "exit", "quit"}
)
OPEN_SCOPE = compile_late(r"\bglobals\(\)\.update|\bexec\(|\bbuiltins\.\w+\s*=|\b__builtins__\b")
HIDDEN = compile_late(r"(?:^|/)\.\w")
COMMON = 0.5
FEWEST = 3


@requires(*PROGRAM, "module")
def import_unresolved(facts: Facts, rule: Rule) -> CheckResult:
    """A module that runs imports something of the project that is not there."""
    imports = Imports(facts.program.files, facts.get("module", ()))
    matches, examined = [], 0
    for path in list_live(facts):
        examined += imports.count(path)
        matches += [describe(rule, one) for one in imports.list_missing(path)]
    return CheckResult(examined, tuple(matches))


def list_live(facts: Facts) -> list[str]:
    """The files that the deployment loads, as far as that can be told."""
    return [path for path in facts.program.modules if facts.live.is_live(path) and not HIDDEN.search(path)]


def describe(rule: Rule, missing: Missing) -> Match:
    """The finding about one import."""
    if missing.name:
        message = (
            f"`{missing.name}` is imported from `{missing.module}`, which has nothing of that name ({missing.found})"
        )
    elif missing.found:
        message = f"`{missing.module}` is imported, and {missing.found} has no such module: this file cannot be loaded"
    else:
        message = f"`{missing.module}` is imported, and there is no such file: this one cannot be loaded"
    return Match(rule.id, missing.where, text=f"{missing.module} {missing.name}".strip(), message=message)


@requires(*PROGRAM)
def name_undefined(facts: Facts, rule: Rule) -> CheckResult:
    """Code that runs uses a name that nothing binds (Python)."""
    matches, examined = [], 0
    for path in list_live(facts):
        module = facts.program.modules[path]
        if module.is_python and module.calls:
            examined += 1
            for name, line in module.data.get("unbound", ()):
                if is_certain(facts, module, name, line):
                    message = f"`{name}` is used here and bound nowhere in this file: a NameError when this line runs"
                    matches.append(Match(rule.id, module.span(line), text=name, message=message))
    return CheckResult(examined, tuple(matches))


def is_certain(facts: Facts, module: Module, name: str, line: int) -> bool:
    """Whether an unbound name is a fault: it is not one of the host's, and nothing around expects it to fail."""
    if name in INJECTED or name in OLD_NAMES or module.path.endswith(".ipynb"):
        return False
    for call in module.calls:
        if call.line <= line <= int(call.data["at"][2]) and (
            call.text.partition(".")[0] == name or mentions(call.arguments, name)
        ):
            expects = call.catches is not None and re.search(
                r"NameError|Exception|except\s*:|^except$", " ".join(call.catches) or "except"
            )
            if expects or any(name in condition for condition in call.conditions):
                return False
    return facts.live.runs(module.path, find_owner(module, line))


def mentions(values: Sequence[object], name: str) -> bool:
    """Whether an argument is the name."""
    return any(isinstance(one, dict) and one.get("t") == name for one in values)


def find_owner(module: Module, line: int) -> str:
    """The definition around the first call on a line."""
    return next((call.owner for call in module.calls if call.line <= line <= int(call.data["at"][2])), "")


@requires(*PROGRAM)
def tree_unused(facts: Facts, rule: Rule) -> CheckResult:
    """A second tree of the application lies beside the one that is started, and nothing builds or starts it."""
    live = facts.live
    started = [path for path in live.starts if path in facts.program.modules]
    if not started or not live.is_known:
        return CheckResult(0)
    trees: dict[str, set[str]] = defaultdict(set)
    for path in facts.program.files.paths:
        trees[find_top(path)].add(below(path))
    running = {find_top(path) for path in live.files}
    dead: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts.get("application", ()):
        if not live.is_live(fact.where.path) and find_top(fact.where.path) not in running:
            dead[find_top(fact.where.path)].append(fact)
    matches = []
    for top, applications in dead.items():
        own = trees[top]
        twin = max(running, key=lambda one: len(trees[one] & own), default="")
        shared = len(trees[twin] & own) if twin else 0
        if top and twin and shared >= FEWEST and shared >= COMMON * min(len(own), len(trees[twin])):
            message = (
                f"`{top}/` holds an application beside `{twin}/`, with {shared} files of the same names, and nothing"
                f" builds or starts it: the deployment starts {started[0]}"
            )
            matches.append(Match(rule.id, applications[0].where, text=top, message=message))
    return CheckResult(len(started), tuple(matches))


def find_top(path: str) -> str:
    """The first folder of a path."""
    return path.partition("/")[0] if "/" in path else ""


def below(path: str) -> str:
    """A path without its first folder."""
    return path.partition("/")[2] or posixpath.basename(path)


@requires(*PROGRAM, "module")
def program_loads(facts: Facts, rule: Rule) -> CheckResult:
    """What the deployment starts, and all that this loads, finds what it imports, and binds what it uses.

    Nothing counts as examined where it cannot be told what is started, or where something is missing.
    """
    live = facts.live
    started = sorted(path for path in live.starts if path in facts.program.modules)
    if (
        not started
        or not live.is_known
        or import_unresolved(facts, rule).matches
        or name_undefined(facts, rule).matches
    ):
        return CheckResult(0)
    imports = Imports(facts.program.files, facts.get("module", ()))
    loaded = sorted(path for path in live.files if path in facts.program.modules)
    number = sum(imports.count(path) for path in loaded)
    if not number and len(loaded) > 1:
        return CheckResult(0)
    started.sort(key=lambda path: -len(live.follow([path])))
    message = (
        f"{started[0]} is started and loads {len(loaded)} files;"
        f" all of their {number} imports from each other lead to a file and a name"
    )
    where = facts.program.modules[started[0]].span(1)
    return CheckResult(
        len(loaded),
        (Match(rule.id, where, text=started[0], message=message, also=tuple(iterate_others(facts, started))),),
    )


def iterate_others(facts: Facts, started: Sequence[str]) -> Iterator[Span]:
    """The first lines of the other files that are started."""
    yield from (facts.program.modules[path].span(1) for path in started[1:4])
