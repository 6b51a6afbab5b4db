"""Server code that nothing starts: it holds no fault that production would meet.

Checks that join facts are given those of running code only. What a rule finds in one file by itself is set aside here.
A rule that also reads scripts or browser code says something about the project's source and keeps its matches: a secret
in a forgotten file is still a secret.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from readycheck.model.evidence import Match, ScannedFile
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Polarity, Role
from readycheck.scan.checks.contract import Facts, Joined
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import strip_ending
from readycheck.scan.plan import CODE, Plan
from readycheck.scan.program.model import Module

REASON = "in a file that nothing starts"
NAMES = compile_late(r"[\w.-]+")


def set_aside_unstarted(plan: Plan, files: Sequence[ScannedFile], joined: Joined) -> list[ScannedFile]:
    """The files, with the matches exempt that stand in server code of which nothing is ever loaded."""
    rules = frozenset(rule.id for rule in plan.rules if counts_in_service(rule))
    chosen = [one for one in files if is_candidate(one, rules)]
    unstarted = find_unstarted([one.path for one in chosen], joined) if chosen else frozenset()
    return [replace(one, matches=exempt(one.matches, rules)) if one.path in unstarted else one for one in files]


def counts_in_service(rule: Rule) -> bool:
    """Whether a rule finds faults of a running service, and in nothing else."""
    return rule.polarity is Polarity.VIOLATION and set(rule.roles) == {Role.SERVER}


def is_candidate(file: ScannedFile, rules: frozenset[str]) -> bool:
    """Whether a file is server code with a match of one of the rules."""
    return file.role is Role.SERVER and file.language in CODE and any(one.rule in rules for one in file.matches)


def exempt(matches: Iterable[Match], rules: frozenset[str]) -> tuple[Match, ...]:
    """The matches, those of the rules exempt unless they are already."""
    return tuple(replace(one, exempt=REASON) if one.rule in rules and one.exempt is None else one for one in matches)


def find_unstarted(paths: Iterable[str], joined: Joined) -> frozenset[str]:
    """Which of the files no entry point leads to, as far as that can be told: nor does running code name one.

    A folder with an application of which nothing runs may be a service whose start we do not see.
    """
    facts = Facts({}, joined)
    if not joined.knows_what_runs:
        return frozenset()
    unseen = {find_top(one.where.path) for one in facts.live.applications} - {find_top(one) for one in facts.live.files}
    known = [one for one in paths if one in facts.program.modules and find_top(one) not in unseen]
    started = follow_names(facts) if any(not facts.live.is_live(one) for one in known) else frozenset(known)
    return frozenset(one for one in known if one not in started)


def follow_names(facts: Facts) -> frozenset[str]:
    """The files that run, and all that they name in an import or a text, by the last part of the path alone.

    Path aliases hide what is imported, and a worker is often started by its name: we believe any name that fits.
    """
    modules = facts.program.modules
    by_name: dict[str, list[str]] = defaultdict(list)
    for path in modules:
        by_name[read_stem(path)].append(path)
    work = [path for path in modules if facts.live.is_live(path)]
    started = set(work)
    while work:
        found = [path for name in list_named(modules[work.pop()]) for path in by_name.pop(name, ())]
        work += [path for path in found if path not in started]
        started.update(found)
    return frozenset(started)


def list_named(module: Module) -> Iterator[str]:
    """The names that may stand for a file: parts of imports, and what texts hold."""
    for name in (*module.imports.values(), *module.data.get("loads", ())):
        yield from strip_ending(name).rpartition("/")[2].split(".")
    for words in module.data["words"].values():
        for text in words:
            yield from map(read_stem, NAMES.findall(text))


def read_stem(path: str) -> str:
    """The last part of a path without its ending; of `queue/index.js` it is `queue`."""
    return strip_ending(path).rpartition("/")[2]


def find_top(path: str) -> str:
    """The outermost folder of a path; empty for the root."""
    return path.partition("/")[0] if "/" in path else ""
