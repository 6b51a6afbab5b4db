"""Databases out of files: folders of steps, dumps, and dumps that stand for the first steps of a folder."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Json
from readycheck.scan.late import compile_late
from readycheck.scan.schema.steps import read_step
from readycheck.sql.snapshot import Script

FILE = "schema-script"
# `full_schemas/72/full.sql` beside `delta/73/...`: what the steps up to 72 make.
DUMP = compile_late(r"^((?:[^/]+/)*)(?:full_schemas?|baselines?|squashed)/(\d+)/[^/]+$", re.IGNORECASE)
Groups = dict[tuple[str, bool], list[Fact]]


def group_files(facts: Iterable[Fact], code: Iterable[Script] = ()) -> Groups:
    """Files by their folder, each a step or not; statements in code join the steps in files that they stand beside."""
    groups: Groups = defaultdict(list)
    for fact in facts:
        groups[str(fact.data["folder"]), bool(fact.data["single"])].append(fact)
    for script in code:
        step = read_step(script.path)
        if not step.single and (step.folder, False) in groups:
            groups[step.folder, False].append(make_file(script))
    begin_at_dumps(groups)
    return groups


def make_file(script: Script) -> Fact:
    """A statement in code, as the file of a step."""
    step = read_step(script.path)
    data: dict[str, Json] = {
        "text": script.text, "dialect": "", "folder": step.folder, "step": step.key, "single": False,
    }  # fmt: skip
    return Fact(FILE, Span(script.path, script.first_line, 1, script.first_line, 2), data)


def begin_at_dumps(groups: Groups) -> None:
    """Let a dump of what the first steps of a folder make come first, in their place."""
    dumps: dict[str, list[tuple[int, tuple[str, bool]]]] = defaultdict(list)
    for key, members in groups.items():
        found = DUMP.match(members[0].where.path) if key[1] else None
        if found is not None:
            dumps[found[1].rstrip("/")].append((int(found[2]), key))
    for home, listed in dumps.items():
        beside = [key for key in groups if not key[1] and key[0].rpartition("/")[0] == home]
        if len(beside) == 1:
            number, last = max(listed)
            first: list[Json] = [0, "", number]
            begun = [replace(one, data={**one.data, "step": first}) for one in groups[last]]
            groups[beside[0]] = [*begun, *(one for one in groups[beside[0]] if read_number(one) > number)]
            for _, key in listed:
                del groups[key]


def read_number(fact: Fact) -> int:
    """The first number of a step; 0 for one without."""
    step: Any = fact.data["step"]
    return next((one for one in step[1:] if isinstance(one, int)), 0)


def list_scripts(members: Sequence[Fact]) -> tuple[Script, ...]:
    """The scripts of a folder, in the order of its steps."""
    ordered = sorted(members, key=lambda one: make_key(one.data["step"]))
    return tuple(Script(one.where.path, str(one.data["text"]), one.where.line) for one in ordered)


def make_key(step: Any) -> list[tuple[int, int, str]]:  # noqa: ANN401 - JSON
    """A step's key, comparable whatever its parts are."""
    return [(0, part, "") if isinstance(part, int) else (1, 0, str(part)) for part in step]
