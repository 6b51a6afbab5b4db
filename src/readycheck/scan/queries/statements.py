"""The queries of a project, as they are known without running it: text or dynamic, who asks, and at which call."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.checks.contract import Facts
from readycheck.scan.late import compile_late
from readycheck.scan.ownership.queries import Queries
from readycheck.scan.program.live import FILE_ROUTES, list_mentions
from readycheck.scan.program.model import Call

QUERIES = ("query-text", "sql-file", "helper-text")
"""The kinds of facts that queries in SQL are made of."""

DATA = compile_late(
    r"^[\s(]*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE|MERGE|VALUES|TABLE)\b", 2 | 16
)
ORDERS = compile_late(r"\bORDER\s+BY\s+[^()]*$", re.IGNORECASE)
KEY = compile_late(r"[\"'](\w+)[\"']")
ONCE = compile_late(r"(?i)(?:^|/)[^/]*(?:migrat|seed|fixture)[^/]*(?:/|$|\.)|(?:^|/)(?:alembic|versions|revisions)/")
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Statement:
    """One query.

    `texts` are ways to read it, the likeliest first: what is not constant is a parameter, a name, or left out. `calls`
    are the places of the calls that run it (path, line, column).
    """

    where: Span
    style: str
    texts: tuple[str, ...]
    shown: str
    dynamic: bool
    calls: tuple[Place, ...] = ()
    symbol: str = ""
    names: tuple[str, ...] = field(default=())
    dynamic_end: bool = False
    """Whether what stands at its end, where a LIMIT would, is not constant."""

    table: str = ""
    """The model or table that a library's call is about."""

    used: bool = True
    """Whether anything that runs mentions the function that it stands in, for all that can be seen."""

    covers: tuple[Place, ...] = ()
    """The places of all calls that a library's query is made of."""

    partial: bool = False
    """Whether a condition that always holds could not be read: what is known of it is not enough to advise an index."""

    @property
    def is_mapped(self) -> bool:
        """Whether a library writes it; its text is then one of the same meaning, and `names` fetch one row."""
        return self.style not in ("raw", "file") and bool(self.covers)

    @property
    def once(self) -> bool:
        """Whether it stands in a migration or in what fills a new database: it runs once, whatever it costs."""
        return ONCE.search(self.where.path) is not None


def find_statements(facts: Facts) -> list[Statement]:
    """The queries in SQL: texts in code, and those of files of queries that code asks for."""
    mentioned = find_mentioned(facts)
    texts = list_texts(facts.get("query-text", ()))
    found = [*(replace(one, used=is_used(facts, mentioned, one)) for one in texts), *list_named(facts, mentioned)]
    return [*hand_over(found, facts.get("helper-text", ()))]


def is_used(facts: Facts, mentioned: set[str], statement: Statement) -> bool:
    """Whether anything that runs mentions the function that a query stands in, for all that can be seen.

    What frameworks call by itself (decorated, in a class with a base, in a file that is a route) counts as used, and so
    does all of Python, whose frameworks look for names.
    """
    path = statement.where.path
    module = facts.program.modules.get(path)
    if module is None or module.is_python or not facts.live.is_known or FILE_ROUTES.search(path):
        return True
    name = ""
    for part in statement.symbol.split("."):
        name = f"{name}.{part}" if name else part
        definition = module.definitions.get(name)
        if definition is None or definition.bases or definition.decorators or "<" in part:
            return True
        if not definition.is_class:
            return part in mentioned
    return True


def list_texts(facts: Iterable[Fact]) -> Iterator[Statement]:
    """Texts in code."""
    for fact in facts:
        pieces: Any = fact.data["pieces"]
        texts = tuple(dict.fromkeys(render(pieces, way) for way in ("name", "empty", "true")))
        if DATA.match(texts[0]) is None or (not fact.data["calls"] and texts[0].lstrip().startswith("(")):
            continue
        calls: Any = fact.data["calls"]
        yield Statement(
            fact.where,
            "raw",
            texts,
            show_pieces(pieces),
            bool(fact.data["more"]) or is_open(pieces),
            read_calls(fact),
            str(fact.data["symbol"]),
            tuple(str(call[2]) for call in calls),
            bool(fact.data["more"]) or ends_open(pieces),
        )


def ends_open(pieces: Sequence[Any]) -> bool:
    """Whether something that is not constant ends a text, and may be more than what is ordered by."""
    last = pieces[-1] if pieces else ""
    before = pieces[-2] if len(pieces) > 1 and isinstance(pieces[-2], str) else ""
    return not isinstance(last, str) and last[0] == "name" and not ORDERS.search(before)


def render(pieces: Sequence[Any], way: str) -> str:
    """The text, with something at each place that is not constant."""
    found = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, str):
            found.append(piece)
        elif piece[0] in ("value", "limit"):
            found.append(":hole")
        elif piece[0] == "quoted":
            found.append("hole")
        elif piece[0] == "number":
            found.append("1")
        else:
            found.append({"name": f"hole_{number}", "empty": "", "true": "TRUE"}[way])
    return "".join(found)


# ------------------------------------------------------------------ functions that are declared


def hand_over(known: Sequence[Statement], facts: Sequence[Fact]) -> Iterator[Statement]:
    """The statements that are known, of which functions are given some that the configuration declares, and the rest.

    What such a function is given that cannot be read is a statement without a text.
    """
    given = {place: fact for fact in facts for place in read_calls(fact)}
    seen: set[Place] = set()
    for one in known:
        handed = [given[place] for place in one.calls if place in given]
        seen.update(one.calls)
        is_one = ("one",) if handed and all(fact.data["one"] for fact in handed) else ()
        style = "helper" if handed and one.style == "raw" else one.style
        yield replace(one, style=style, names=(*one.names, *is_one)) if handed else one
    for fact in facts:
        if not seen.issuperset(read_calls(fact)):
            yield make_handed(fact)


def read_calls(fact: Fact) -> tuple[Place, ...]:
    """The places of the calls of a fact."""
    calls: Any = fact.data["calls"]
    return tuple((fact.where.path, int(line), int(column)) for line, column, *_ in calls)


def make_handed(fact: Fact) -> Statement:
    """The statement that a declared function is given and nothing else has found."""
    pieces: Any = fact.data["pieces"]
    texts = tuple(dict.fromkeys(render(pieces, way) for way in ("name", "empty", "true")))
    names = (str(fact.data["name"]), *(("one",) if fact.data["one"] else ()))
    calls, symbol = read_calls(fact), str(fact.data["symbol"])
    if DATA.match(texts[0]) is None:
        shown = str(fact.data["text"])
        return Statement(fact.where, "helper", (), shown, True, calls, symbol, names, partial=True)  # noqa: FBT003 - `dynamic` by its place
    return Statement(
        fact.where, "helper", texts, show_pieces(pieces), is_open(pieces), calls, symbol, names, ends_open(pieces)
    )


def show_pieces(pieces: Sequence[Any]) -> str:
    """The text, with what is not constant in braces."""
    return "".join(piece if isinstance(piece, str) else f"{{{piece[1]}}}" for piece in pieces)


def is_open(pieces: Sequence[Any]) -> bool:
    """Whether the form of a text is known only when it runs."""
    return any(not isinstance(one, str) and one[0] == "name" for one in pieces)


# ------------------------------------------------------------------ files of queries


def list_named(facts: Facts, mentioned: set[str]) -> Iterator[Statement]:
    """Statements of SQL files with a name that something in code mentions, each with the calls that ask for it."""
    files: Sequence[Fact] = facts.get("sql-file", ())
    if not any(name for fact in files for name, _, _ in read_rows(fact)):
        return
    asked = find_asked(facts, files)
    for fact in files:
        for name, line, text in read_rows(fact):
            if not name or DATA.match(text) is None:
                continue
            calls = asked.get((fact.where.path, line), ())
            if calls or name in mentioned:
                first = text.partition("\n")[0]
                where = Span(fact.where.path, line, 1, line, len(first) + 1, first[:240])
                yield Statement(where, "file", (text,), text, dynamic=False, calls=tuple(calls), symbol=name)


def read_rows(fact: Fact) -> Iterator[tuple[str, int, str]]:
    """Name, line and text of a file's statements."""
    rows: Any = fact.data["statements"]
    for name, line, text in rows:
        yield str(name), int(line), str(text)


def find_mentioned(facts: Facts) -> set[str]:
    """The last parts of all names that code which runs mentions, and its short texts."""
    found: set[str] = set()
    for path, module in facts.program.modules.items():
        if not facts.live.is_live(path):
            continue
        found.update(str(word) for words in module.data["words"].values() for word in words)
        found.update(name.removesuffix("()").rpartition(".")[2].lstrip("#") for _, name in list_mentions(module))
        found.update(call.method for call in module.calls)
    return found


def find_asked(facts: Facts, files: Sequence[Fact]) -> Mapping[tuple[str, int], Sequence[Place]]:
    """The calls that are given a statement by its name: `fetch_all(QUERIES["list"], values)`."""
    queries = Queries(facts.program, files)
    found: dict[tuple[str, int], list[Place]] = defaultdict(list)
    for call in facts.program.iterate_calls():
        for argument in list_arguments(call):
            for _, where in list_asked(facts, queries, call, argument):
                if where is not None:
                    found[where.path, where.line].append((call.path, *call.place))
    return found


def list_asked(
    facts: Facts, queries: Queries, call: Call, argument: Mapping[str, Any]
) -> Iterator[tuple[str, Span | None]]:
    """The statements that an argument may be, also one that a variable was given by a choice of names."""
    values = [argument]
    if "n" in argument and "[" not in str(argument.get("t", "")):
        own = facts.program.find_assignments(call.path, argument)
        values += [assignment.value for ref, assignment in own if ref.path == call.path]
    for value in values:
        found = queries.find_named(call.path, value)
        if found is not None:
            yield found
            continue
        holder, bracket, rest = str(value.get("t", "")).partition("[")
        for key in KEY.findall(rest) if bracket else ():
            chosen = queries.find_named(call.path, {"t": f'{holder}["{key}"]'})
            if chosen is not None:
                yield chosen


def list_arguments(call: Call) -> Iterator[Mapping[str, Any]]:
    """The arguments of a call that may be a statement."""
    yield from call.arguments[:2]
    yield from (value for key, value in call.keywords.items() if key in ("query", "sql", "statement", "text"))
