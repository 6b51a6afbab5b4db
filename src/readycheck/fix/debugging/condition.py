"""The condition by which a project tells development from production, closed where nothing is set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from readycheck.fix.contract import Project
from readycheck.model.vocabulary import Language
from readycheck.scan.environ.names import says_where_it_runs
from readycheck.scan.inventories.environment import Environment
from readycheck.scan.late import compile_late

WORDS = compile_late(r"[\"'](development|dev|develop|local)[\"']")
TAKEN = compile_late(r"^[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What code of one language asks: a variable and the word that it holds in development."""

    name: str
    word: str = "development"


@dataclass(frozen=True, slots=True)
class Context:
    """What the project asks in Python (None: nothing) and in JavaScript, and the names that Python modules import."""

    python: Asked | None
    javascript: Asked
    imported: frozenset[str] = field(default_factory=frozenset)


def prepare(project: Project) -> Context:
    """What the code of each language asks most often; Node.js has `NODE_ENV` where nothing else is asked."""
    reads = [one for one in Environment(project.facts).reads if says_where_it_runs(str(one.data.get("name")))]
    names: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for one in reads:
        names[one.where.path.endswith(".py")].append((str(one.data["name"]), one.where.path))
    script = choose(project, names[False]) or Asked("NODE_ENV")
    return Context(choose(project, names[True]), script, frozenset(list_imported(project)))


def choose(project: Project, reads: Iterable[tuple[str, str]]) -> Asked | None:
    """The variable that is read most often, and the word for development beside it."""
    listed = list(reads)
    if not listed:
        return None
    name = Counter(name for name, _ in listed).most_common(1)[0][0]
    texts = [project.read(path) or "" for path in sorted({path for one, path in listed if one == name})]
    words = Counter(word for text in texts for word in WORDS.findall(text))
    return Asked(name, words.most_common(1)[0][0]) if words else Asked(name)


def list_imported(project: Project) -> Iterable[str]:
    """The names that Python modules take from other ones."""
    for file in project.files:
        if file.language is Language.PYTHON:
            for names in TAKEN.findall(project.read(file.path) or ""):
                yield from re.findall(r"\w+", names)
