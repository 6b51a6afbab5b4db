"""Checks on how queries are written: all columns, searches without index, paging by counting, lists without end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.checks.indexes import MOST_OPEN, asks_by_library
from readycheck.scan.late import compile_late
from readycheck.scan.queries.analysed import Asked, Reading, clean, is_hole
from readycheck.scan.queries.loops import Loops
from readycheck.scan.queries.project import STORED, read_database
from readycheck.scan.queries.reached import Reached
from readycheck.sql.queries import Block, Operand, Predicate
from readycheck.sql.snapshot import Table

ONE_ROW = compile_late(
    r"^(?:fetch_?(?:row|val|one)|query_?(?:One|Single|Row|one|row)|one\w*|get|first|find_?(?:One|one)|scalar\w*"
    r"|executeTakeFirst\w*|maybeOne|maybeSingle|single\w*|selectOne|queryFirst\w*)$"
)
TOGETHER = compile_late(
    r"^\W*(?:with\b.*\)\s*)?select\s+(?:distinct\s+)?(?:count|sum|avg|min|max|exists|bool_or|bool_and|array_agg"
    r"|json\w*_agg|string_agg|coalesce\(\s*(?:sum|max|min|count|json\w*_agg))\s*\(",
    re.IGNORECASE | re.DOTALL,
)
# What a migration tool writes down: a row for each file.
RECORDS = compile_late(r"(?i)migration|alembic_version|flyway_schema|changelog|db_?versions")
# What a database tells of itself: there are as many rows as tables and columns.
CATALOG = compile_late(r"(?i)^(?:sqlite_\w+|pg_\w+|pragma_\w+)$")
PARENT = compile_late(r"(?:_id|Id|_uuid|_key|_code|_slug|_token|_hash)$|^(?:id|uuid|slug|code|key|token|hash|email)$")
FOLDED = compile_late(r"(?i)^\W*(?:lower|upper|trim|btrim)\W*\(")
OWNER = compile_late(r"(?i)user|owner|account|tenant|org|workspace|team|company|customer|member|created_?by|author")
# What a text that was written for a library calls its tables.
ALIAS = compile_late(r"\bt\d+\.|[\"`]")
TRIGRAMS = frozenset({"gin", "gist"})
STORED_RULE = (*PROGRAM, *STORED)


def match_each(facts: Facts, rule: Rule, find: Callable[[Reading, Asked], str]) -> CheckResult:
    """One match for each statement of which `find` says what is wrong with it."""
    reading = read_database(facts)
    matches: dict[Span, Match] = {}
    for one in reading.asked:
        message = find(reading, one) if not is_catalog(one) else ""
        if message and one.where not in matches:
            matches[one.where] = Match(rule.id, one.where, one.statement.symbol, shorten(one), message)
    return CheckResult(len(reading.statements), tuple(matches.values()))


def is_catalog(one: Asked) -> bool:
    """Whether a statement asks for what the database tells of itself, or runs once, in a migration."""
    sources = [source for block in one.query.blocks for source in block.sources]
    return one.statement.once or any(
        CATALOG.match(one.table) or one.schema in ("information_schema", "pg_catalog") for one in sources
    )


def shorten(one: Asked) -> str:
    """The statement on one line."""
    return " ".join(one.statement.shown.split())[:200]


@requires(*STORED_RULE)
def all_columns(facts: Facts, rule: Rule) -> CheckResult:
    """A query asks for all columns of a table."""
    return match_each(facts, rule, find_star)


def find_star(reading: Reading, one: Asked) -> str:  # noqa: ARG001 - the signature of all of them
    """The table whose columns are all asked for."""
    for block in one.query.blocks[:1]:
        if block.select_star and block.kind == "select" and block.sources and runs(one):
            tables = [source.table for source in block.sources if not is_hole(source.table)]
            columns = count_columns(one, tables[0]) if tables else 0
            return f"all {f'{columns} ' if columns else ''}columns of {tables[0]} are read" if tables else ""
    return ""


def count_columns(one: Asked, name: str) -> int:
    """How many columns a table has; 0 where it is not known."""
    table = one.source.snapshot.find_table(name) if one.source is not None else None
    return len(table.columns) if table is not None else 0


def runs(one: Asked) -> bool:
    """Whether something is known to run the statement, not only to hold it."""
    return bool(one.statement.calls) or one.statement.style != "raw"


@requires(*STORED_RULE)
def leading_wildcard(facts: Facts, rule: Rule) -> CheckResult:
    """A search begins with a wildcard, and no index of trigrams serves it."""
    return match_each(facts, rule, find_wildcard)


def find_wildcard(reading: Reading, one: Asked) -> str:  # noqa: ARG001 - likewise
    """The column that is searched through."""
    for item in clean(one.query).predicates:
        table = find_table(one, item.operand)
        if "like" in item.operator.lower() and begins_open(item) and not has_trigrams(table, item.operand.column):
            shown = f"{item.operand.source.table}.{item.operand.column}"
            return (
                f"`{shown} {item.operator.upper()} {item.value[:40]}` reads the whole table: it begins with a wildcard"
            )
    return ""


def begins_open(item: Predicate) -> bool:
    """Whether a pattern is seen to begin with a wildcard."""
    return re.match(r"^(?:\s|\(|concat\b)*'[%_]", item.value, re.IGNORECASE) is not None


def has_trigrams(table: Table | None, column: str) -> bool:
    """Whether an index of trigrams serves searches in a column."""
    for index in table.indexes if table is not None else ():
        for key in index.columns:
            if index.method in TRIGRAMS and column in (key.column or key.expression or ""):
                return True
    return False


def find_table(one: Asked, operand: Operand) -> Table | None:
    """The table that an operand belongs to."""
    if one.source is None:
        return None
    return one.source.snapshot.find_table(operand.source.table, operand.source.schema)


@requires(*STORED_RULE)
def offset_paging(facts: Facts, rule: Rule) -> CheckResult:
    """A list is paged by counting rows from the beginning."""
    return match_each(facts, rule, find_offset)


def find_offset(reading: Reading, one: Asked) -> str:  # noqa: ARG001 - likewise
    """What is skipped."""
    for block in one.query.blocks:
        if block.offset and not block.offset.strip().isdigit() and block.sources:
            return (
                f"each page of {block.sources[0].table} is found by reading all rows before it and throwing them away"
            )
    return ""


@requires(*STORED_RULE)
def function_hides_index(facts: Facts, rule: Rule) -> CheckResult:
    """A function around a column keeps the index on that column from being used."""
    return match_each(facts, rule, find_function)


def find_function(reading: Reading, one: Asked) -> str:  # noqa: ARG001 - likewise
    """The column, and the index that is of no use."""
    for item in clean(one.query).predicates:
        function, table = item.operand.function, find_table(one, item.operand)
        if not function or table is None or item.test not in ("equality", "membership", "range", "prefix"):
            continue
        index = next((index for index in table.indexes if index.names[:1] == (item.operand.column,)), None)
        served = any(
            key.expression and squeeze(key.expression) == squeeze(function)
            for index in table.indexes
            for key in index.columns
        )
        if index is not None and not served and not index.primary:
            shown = ALIAS.sub("", function)
            return f"`{shown}` is compared, which the index {index.name} on {item.operand.column} does not serve"
    return ""


def squeeze(expression: str) -> str:
    """An expression without blanks, quotes, casts and outer parentheses, in lower case."""
    plain = re.sub(r"::[\w ]+|[\s\"]|\b\w+\.(?=\w)", "", expression.lower())
    return plain.removeprefix("(").removesuffix(")") if plain.startswith("(") else plain


@requires(*STORED_RULE)
def list_without_limit(facts: Facts, rule: Rule) -> CheckResult:
    """A request is answered with all rows that a condition fits, however many there are."""
    reached = Reached(facts)

    def find(reading: Reading, one: Asked) -> str:  # noqa: ARG001 - likewise
        return find_unlimited(one) if is_list(facts, one) and reached.is_asked(one.statement) else ""

    return match_each(facts, rule, find)


def find_unlimited(one: Asked) -> str:
    """What is listed without an end."""
    query = clean(one.query)
    block = query.blocks[0] if query.blocks else None
    if block is None or query.kind != "select" or block.limit or block.groups or one.statement.dynamic_end:
        return ""
    if (
        not block.sources
        or TOGETHER.match(one.query.text)
        or any(is_single(one, block, item.alias) for item in block.sources)
    ):
        return ""
    if is_part(block):
        return ""
    known = [source for source in block.sources if source.known and not RECORDS.search(source.table)]
    if not known or len(known) != len(block.sources):
        return ""
    return f"all rows of {known[0].table} that fit are read and answered: the query has no LIMIT"


def is_part(block: Block) -> bool:
    """Whether what is listed belongs to one thing, or is told by several values: there are only so many of it.

    What belongs to a user or a tenant grows as long as they stay.
    """
    compared = {
        item.operand.column
        for item in block.predicates
        if not item.choice and not item.operand.function and is_given(item) and is_narrow(item)
    }
    parts = {name for name in compared if PARENT.search(name) and not OWNER.search(name)}
    return bool(parts) or len(compared) > 1


def is_narrow(item: Predicate) -> bool:
    """Whether a condition tells rows by a value that they have, or by how it begins."""
    begins = "like" in item.operator.lower() and item.value.lstrip("( ").startswith("?")
    return item.test in ("equality", "membership") or begins


def is_given(item: Predicate) -> bool:
    """Whether a value that is compared is handed in: a constant tells apart kinds, not rows."""
    return re.match(r"^\s*(?:'|\d|true\b|false\b|null\b)", item.value, re.IGNORECASE) is None


def is_single(one: Asked, block: Block, alias: str) -> bool:
    """Whether a source gives at most one row, or as many as a list that was handed in: a key of it is compared."""
    compared = {
        item.operand.column
        for item in block.predicates
        if item.operand.source.alias == alias and item.test in ("equality", "membership") and not item.choice
        and (not item.operand.function or FOLDED.match(item.operand.function))
    }  # fmt: skip
    source = next(item for item in block.sources if item.alias == alias)
    table = one.source.snapshot.find_table(source.table, source.schema) if one.source is not None else None
    keys: Iterable[tuple[str, ...]] = table.unique_keys if table is not None else [("id",)]
    return any(key and compared.issuperset(key) for key in keys)


def is_list(facts: Facts, one: Asked) -> bool:
    """Whether more than the first row is taken of what a query gives, as far as can be seen."""
    if one.statement.is_mapped:
        return not one.statement.names
    if any(ONE_ROW.match(name) for name in one.statement.names):
        return False
    return not any(takes_first(facts, path, line, column) for path, line, column in one.statement.calls)


def takes_first(facts: Facts, path: str, line: int, column: int) -> bool:
    """Whether a call's result is used for its first row only."""
    module = facts.program.modules.get(path)
    chained = [one for one in module.calls if one.place == (line, column)] if module is not None else []
    if module is None or not chained:
        return False
    if any(ONE_ROW.match(one.method) for one in chained):
        return True
    definition = module.definitions.get(chained[0].owner)
    returns = [str(one.get("t", "")) for one in definition.returns] if definition is not None else []
    return bool(returns) and all(
        re.search(r"\[0\]|\.at\(0\)|\?\.\[0\]|^(?:null|None|undefined)$", text) for text in returns
    )


@requires(*STORED_RULE, "row-loop", "sql-built")
def queries_lean(facts: Facts, rule: Rule) -> CheckResult:
    """No query is made in a loop, reads all columns, searches from a wildcard, pages by OFFSET or lists without an end.

    Nothing counts as examined where that cannot be told: where a library writes queries, where the form of one is known
    only when it runs, and where one is at fault, which other rules tell.
    """
    reading = read_database(facts)
    if facts.get("sql-built") or asks_by_library(facts) or not reading.statements:
        return CheckResult(0)
    reached = Reached(facts)
    finders = (find_star, find_wildcard, find_offset, find_function)
    if any(find(reading, one) for one in reading.asked for find in finders):
        return CheckResult(0)
    if any(find_unlimited(one) for one in reading.asked if is_list(facts, one) and reached.is_asked(one.statement)):
        return CheckResult(0)
    looped = Loops(facts, reading.statements)
    is_open = [one for one in reading.asked if one.query.kind == "unreadable" or one.statement.dynamic]
    if any(True for _ in looped.find_faults(reached)) or len(is_open) * MOST_OPEN > len(reading.statements):
        return CheckResult(0)
    first = min((one.where for one in reading.asked), key=lambda where: (where.path, where.line))
    loops = sum(len(found) for found in looped.loops.values())
    message = (
        f"{len(reading.statements)} queries: each names its columns, ends, and searches and pages along"
        f" an index; none of {loops} loops makes one for each row"
    )
    return CheckResult(len(reading.statements), (Match(rule.id, first, text="queries", message=message),))
