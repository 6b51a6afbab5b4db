"""A model's `Meta.indexes`, with an index more, so that `makemigrations` finds no change."""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from readycheck.fix.contract import Project
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Fact
from readycheck.model.fix import Edit
from readycheck.scan.schema.django.classes import OUTSIDE

STEP = "    "
NARROW = 88
"""A list that is longer than that is written with an index a line, as Django's own commands and black have it."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MODULES = frozenset({"django.db", "django.contrib.gis.db"})
PLAIN = frozenset({"models.Model", "Model"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """An index for the Meta of the class on a line of a file; `text` is the call, from `Index` on."""

    path: str
    line: int
    text: str


def add_to_metas(project: Project, facts: Sequence[Fact], listed: Sequence[Listed]) -> tuple[Edit, ...]:
    """The changes that give models their indexes. Raises RefusedError where one cannot be made for certain."""
    rows = {str(row["name"]): row for fact in facts if fact.data["sort"] == "models" for row in read_rows(fact)}
    known = Counted(rows, {name for name in rows if count(facts, name) == 1})
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one in listed:
        groups[one.path, one.line].append(one.text)
    return tuple(add_to_meta(project, known, place, texts) for place, texts in groups.items())


@dataclass(frozen=True, slots=True)
class Counted:
    """The classes of a project by name, and the names that only one class has."""

    rows: Mapping[str, Row]
    single: set[str]

    def find(self, written: str) -> Row | None:
        """The one class that a base names; None where it is not the project's, or several have that name."""
        name = written.rpartition(".")[2]
        return self.rows[name] if name in self.single else None


def read_rows(fact: Fact) -> Sequence[Row]:
    """The classes of a file."""
    rows: Any = fact.data["classes"]
    return list(rows)


def count(facts: Sequence[Fact], name: str) -> int:
    """How many classes have a name."""
    return sum(row["name"] == name for fact in facts if fact.data["sort"] == "models" for row in read_rows(fact))


def add_to_meta(project: Project, known: Counted, place: tuple[str, int], texts: Sequence[str]) -> Edit:
    """The change of one class. Raises RefusedError."""
    path, line = place
    text = project.read(path) or ""
    module = parse(text)
    owner = next((one for one in ast.walk(module) if isinstance(one, ast.ClassDef) and one.lineno == line), None)
    prefix = find_prefix(module)
    if owner is None or prefix is None:
        raise RefusedError("meta-unclear")
    calls = [f"{prefix}{one}" for one in texts]
    page = Page(path, text)
    meta = next((one for one in owner.body if isinstance(one, ast.ClassDef) and one.name == "Meta"), None)
    if meta is None:
        return page.add_meta(owner, inherit(known, owner), calls)
    given = [one for one in meta.body if isinstance(one, ast.Assign) and names(one.targets) == ["indexes"]]
    if any(isinstance(one, ast.AugAssign | ast.AnnAssign | ast.If) for one in meta.body) or len(given) > 1:
        raise RefusedError("meta-unclear")
    if given:
        return page.add_items(given[0].value, calls)
    check_parents(known, meta)
    return page.add_statement(meta, calls)


def parse(text: str) -> ast.Module:
    """The syntax tree. Raises RefusedError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            raise RefusedError("syntax-unread", str(error)) from error


def names(targets: Sequence[ast.expr]) -> list[str]:
    """The names that a statement assigns to."""
    return [one.id for one in targets if isinstance(one, ast.Name)]


def find_prefix(module: ast.Module) -> str | None:
    """What stands before `Index` in a file: `models.`, nothing where it is imported by itself; None for neither."""
    for statement in module.body:
        if isinstance(statement, ast.ImportFrom) and not statement.level:
            for alias in statement.names:
                if statement.module in MODULES and alias.name == "models":
                    return f"{alias.asname or alias.name}."
                if statement.module == "django.db.models" and alias.name == "Index" and alias.asname in (None, "Index"):
                    return ""
    return None


def inherit(known: Counted, owner: ast.ClassDef) -> str:
    """The class whose Meta a model without one has, as its bases name it; empty for none. Raises RefusedError.

    A Meta that is written for such a model has to be derived from it: else the model would lose what it says.
    """
    found = []
    for base in owner.bases:
        written = ast.unparse(base)
        row = known.find(written)
        if written in PLAIN:
            continue
        if row is None and written.rpartition(".")[2] not in OUTSIDE:
            raise RefusedError("meta-unclear")
        if row is not None and (row["bases"] or row["fields"] or row["options"]):
            check_plain(row)
        found.append(written)
    first = known.find(found[0]) if len(found) > 1 else None
    if len(found) > 1 and (first is None or first["meta"] is None):
        raise RefusedError("meta-unclear")
    return found[0] if found else ""  # of several, Python finds the first one's


def check_plain(row: Row) -> None:
    """Refuse a base class that is a model with a table, or whose Meta has indexes or is derived from another."""
    if not row["options"].get("abstract") or row["options"].get("indexes") or row["meta"]:
        raise RefusedError("meta-unclear")


def check_parents(known: Counted, meta: ast.ClassDef) -> None:
    """Refuse where a Meta may inherit indexes, which those that it is given would replace."""
    for base in meta.bases:
        written = ast.unparse(base).removesuffix(".Meta")
        if written.rpartition(".")[2] in OUTSIDE:
            continue
        row = known.find(written)
        if row is None:
            raise RefusedError("meta-unclear")
        check_plain(row)


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a file, in which statements are put behind others."""

    path: str
    text: str

    def add_items(self, value: ast.expr, calls: Sequence[str]) -> Edit:
        """More entries of a list or tuple, laid out as those that are there. Raises RefusedError for anything else."""
        if not isinstance(value, ast.List) or any(isinstance(one, ast.Starred) for one in value.elts):
            raise RefusedError("meta-unclear")
        if value.end_lineno == value.lineno:
            there = [self.text[slice(*self.find_extent(one))] for one in value.elts]
            listed = self.lay_out([*there, *calls], self.read_blanks(value.lineno), len("indexes = "))
            return Edit(self.path, *self.find_extent(value), listed)
        if not value.elts or value.elts[-1].lineno == value.lineno:
            raise RefusedError("meta-unclear")
        last = value.elts[-1]
        end = self.find_extent(last)[1]
        blanks = self.read_blanks(last.lineno)
        return Edit(self.path, end, end, "".join(f",\n{blanks}{one}" for one in calls))

    def add_statement(self, meta: ast.ClassDef, calls: Sequence[str]) -> Edit:
        """`indexes = [...]` behind the last statement of a Meta. Raises RefusedError for one in a single line."""
        last = meta.body[-1]
        if last.lineno == meta.lineno:
            raise RefusedError("meta-unclear")
        blanks = self.read_blanks(last.lineno)
        return self.insert_behind(last, f"{blanks}indexes = {self.lay_out(calls, blanks, len('indexes = '))}\n")

    def add_meta(self, owner: ast.ClassDef, base: str, calls: Sequence[str]) -> Edit:
        """A Meta behind the fields of a model. Raises RefusedError for a class in a single line."""
        fields = list(takewhile(lambda one: not isinstance(one, FUNCTIONS), owner.body))
        if not fields or fields[-1].lineno == owner.lineno:
            raise RefusedError("meta-unclear")
        blanks = self.read_blanks(fields[-1].lineno)
        inner = f"{blanks}{STEP}"
        derived = f"({base}.Meta)" if base else ""
        listed = self.lay_out(calls, inner, len("indexes = "))
        return self.insert_behind(fields[-1], f"\n{blanks}class Meta{derived}:\n{inner}indexes = {listed}\n")

    def lay_out(self, calls: Sequence[str], blanks: str, used: int) -> str:
        """A list, in one line where it is short."""
        line = f"[{', '.join(calls)}]"
        if len(calls) == 1 and len(blanks) + used + len(line) <= NARROW:
            return line
        return "\n".join(["[", *(f"{blanks}{STEP}{one}," for one in calls), f"{blanks}]"])

    def insert_behind(self, statement: ast.stmt, new: str) -> Edit:
        """Whole lines behind the line that a statement ends on. Raises RefusedError where another one shares it."""
        end = self.find_extent(statement)[1]
        rest, _, _ = self.text[end:].partition("\n")
        if rest.strip() and not rest.lstrip().startswith("#"):
            raise RefusedError("meta-unclear")
        place = end + len(rest) + 1
        if place > len(self.text):  # the file's last line does not end
            return Edit(self.path, len(self.text), len(self.text), f"\n{new.removesuffix(chr(10))}")
        return Edit(self.path, place, place, new)

    def read_blanks(self, line: int) -> str:
        """What a line begins with."""
        row = self.text.split("\n")[line - 1]
        return row[: len(row) - len(row.lstrip())]

    def find_extent(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Where a node begins and ends in the text; the parser counts bytes of UTF-8."""
        last = node.end_lineno or node.lineno
        return self.find_offset(node.lineno, node.col_offset), self.find_offset(last, node.end_col_offset or 0)

    def find_offset(self, line: int, column: int) -> int:
        """The offset of a place that the parser gives."""
        rows = self.text.split("\n")
        return sum(len(row) + 1 for row in rows[: line - 1]) + len(rows[line - 1].encode()[:column].decode())
