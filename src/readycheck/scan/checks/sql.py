"""Checks on the SQL that code runs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Json, Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import refers_to

VALUES = frozenset({"quoted", "value"})
MOST_PLACES = 5
# Names of variables that hold a piece of SQL, or what writes it.
PIECE = compile_late(
    r"placeholder|param|marker|bind|sql|clause|expr|column|field|cond|query|where|(?:^|\b|_)(?:db|dialect|conn|connection)\b",
    re.IGNORECASE,
)
# Annotations that let any text through.
TEXT = compile_late(
    r"^[:\s]*(?:$|str\b|Optional\[str|AnyStr|Any\b|any\b|unknown\b|string\b|bytes\b|object\b|dict\b|Dict\b|Record<string"
    r"|(?:list|List|Sequence|Iterable|set|tuple|Collection|Array|readonly )\W*(?:str|string|Any|any)\b|Mapping\b)"
)
Hole = Mapping[str, Json]
Index = Mapping[str, Sequence[Fact]]


@requires("sql-statement", "request-call")
def sql_from_request(facts: Facts, rule: Rule) -> CheckResult:
    """Text of a request becomes a part of SQL."""
    statements, calls = facts.get("sql-statement", ()), index_calls(facts.get("request-call", ()))
    matches = []
    for statement in statements:
        asked = [(hole, source) for hole in list_holes(statement) if (source := find_source(statement, hole, calls))]
        if asked:
            hole, source = asked[0]
            matches.append(match_hole(rule, statement, hole, tell_source(hole, source), source))
    return CheckResult(len(statements), keep_first(matches))


@requires("sql-statement", "request-call")
def sql_value_in_text(facts: Facts, rule: Rule) -> CheckResult:
    """A value is put into SQL although it could be bound; what is known to come from a request is told elsewhere."""
    statements, calls = facts.get("sql-statement", ()), index_calls(facts.get("request-call", ()))
    matches = []
    for statement in statements:
        holes = list_holes(statement)
        if any(find_source(statement, hole, calls) for hole in holes):
            continue
        values = [hole for hole in holes if is_value(hole)]
        if values:
            place = "inside quotes" if values[0]["position"] == "quoted" else "in place of a parameter"
            message = f"`{values[0]['put']}` is put into the SQL {place}; nothing here keeps it from being SQL itself"
            matches.append(match_hole(rule, statement, values[0], message, None))
    return CheckResult(len(statements), keep_first(matches))


@requires("sql-statement", "sql-built")
def sql_parameters_bound(facts: Facts, rule: Rule) -> CheckResult:
    """All SQL is text that no request can change, with its values beside it, or is written by a library.

    Nothing counts as examined, so that the item is unproven rather than failed, while some text is put together from
    things that are not known; what is handed on whole by a helper is judged where the helper is called.
    """
    statements, built = facts.get("sql-statement", ()), facts.get("sql-built", ())
    constant = [one for one in statements if one.data["state"] == "constant"]
    others = [one for one in statements if one.data["state"] == "dynamic"]
    if not (constant or built) or any(is_open(hole) for one in others for hole in list_holes(one)):
        return CheckResult(0)
    queries = sum(number(one.data["count"]) for one in built)
    parts = []
    if constant:
        places = count(len({one.where.path for one in constant}), "file")
        parts.append(f"{count(len(constant), 'statement')} in {places} of a text that no request can change")
    if built:
        parts.append(
            f"{count(queries, 'query', 'queries')} in {count(len(built), 'file')} written by a library that binds"
        )
    message = "; ".join(parts)
    if others:
        listed = ", ".join(f"{one.where.path}:{one.where.line}" for one in others[:MOST_PLACES])
        message += f" ({len(others)} more run text from files or the database: {listed})"
    first, *others = first_by_path([one for one in constant if one.data["bound"]] or constant or built)
    also = tuple(one.where for one in others[: MOST_PLACES - 1])
    match = Match(rule.id, first.where, text="sql", message=message, also=also)
    return CheckResult(len(statements) + queries, (match,))


def count(number: int, one: str, several: str = "") -> str:
    """`1 file`, `3 files`."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def is_value(hole: Hole) -> bool:
    """Whether a hole holds a text that a caller hands in, at a place of values, and that it does not call SQL."""
    if hole["kind"] != "parameter" or not TEXT.match(str(hole["type"])):
        return False
    is_piece = PIECE.search(str(hole["put"])) is not None
    return hole["position"] == "quoted" or (hole["position"] == "value" and not is_piece)


def is_open(hole: Hole) -> bool:
    """Whether a piece of SQL may be anything: put in from elsewhere, or all of it out of a request."""
    if hole["position"] == "whole":
        return hole["kind"] == "request"
    return hole["kind"] != "stored" or hole["position"] in VALUES


def list_holes(statement: Fact) -> list[Hole]:
    """What stands in a statement's text that is not constant."""
    holes = statement.data.get("holes")
    return [hole for hole in holes if isinstance(hole, Mapping)] if isinstance(holes, list) else []


def index_calls(calls: Sequence[Fact]) -> Index:
    """Calls by the last word of what they call."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for call in calls:
        found[last_word(str(call.data["name"]))].append(call)
    return found


def last_word(name: str) -> str:
    """The last part of a dotted name."""
    return name.removesuffix("()").rpartition(".")[2]


def find_source(statement: Fact, hole: Hole, calls: Index) -> Span | None:
    """Where a request's text is handed over that ends in a hole: the hole itself, or a call of the function around."""
    if hole["kind"] == "request":
        return statement.where
    if hole["kind"] != "parameter":
        return None
    for call in calls.get(last_word(str(hole["function"])), ()):
        if gives(call, hole) and refers_to(call.where.path, str(call.data["name"]), statement.where.path):
            return call.where
    return None


def gives(call: Fact, hole: Hole) -> bool:
    """Whether a call hands a request's text over for a parameter."""
    arguments = call.data.get("arguments")
    for argument in arguments if isinstance(arguments, list) else ():
        if not isinstance(argument, Mapping):
            continue
        if argument["name"]:
            if argument["name"] in (hole["key"] or hole["name"], hole["name"]):
                return True
        elif argument["index"] == hole["index"]:
            return True
    return False


def tell_source(hole: Hole, source: Span) -> str:
    """What is wrong, in a sentence."""
    put = f"`{hole['put']}`"
    where = {"quoted": "inside quotes", "value": "in place of a parameter", "whole": "as all of the text"}
    place = where.get(str(hole["position"]), "as a piece of SQL")
    if hole["kind"] == "request":
        return f"{put} stands in the SQL {place}, and comes from the request"
    return f"{put} stands in the SQL {place}, and {source.path}:{source.line} hands over text of a request for it"


def match_hole(rule: Rule, statement: Fact, hole: Hole, message: str, source: Span | None) -> Match:
    """The match of one statement, at what is put into its text."""
    where = Span(
        statement.where.path,
        number(hole["line"]),
        number(hole["column"]),
        number(hole["end_line"]),
        number(hole["end_column"]),
        str(hole["snippet"]),
    )
    if hole["position"] == "whole":
        where = statement.where
    also = tuple(place for place in (statement.where, source) if place is not None and place != where)
    symbol = str(statement.data["symbol"])
    return Match(rule.id, where, symbol, str(hole["put"]), message, also=tuple(dict.fromkeys(also)))


def keep_first(matches: Sequence[Match]) -> tuple[Match, ...]:
    """One match a place: a text that a helper runs is seen there and where it is handed over."""
    return tuple({match.where: match for match in reversed(matches)}.values())[::-1]


def number(value: Json) -> int:
    """A line or column."""
    return value if isinstance(value, int) else 1


def first_by_path(facts: Sequence[Fact]) -> list[Fact]:
    """The first fact of each file."""
    found: dict[str, Fact] = {}
    for fact in facts:
        found.setdefault(fact.where.path, fact)
    return [found[path] for path in sorted(found)]
