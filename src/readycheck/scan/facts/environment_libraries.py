"""Reads of the environment through Python libraries: decouple, starlette, environs, django-environ, click, typer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.python_values import read_positional
from readycheck.scan.environ.keys import read_key
from readycheck.scan.environ.names import is_variable
from readycheck.scan.environ.python import find_default
from readycheck.scan.environ.reads import READ, Read, make_read
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = (READ,)
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("decouple", "starlette", "environs", "environ", "click", "typer")
# What is called with a variable's name, and what the form is called; without a default the library demands it.
CALLABLES: Mapping[str, str] = {
    "decouple.config": "decouple",
    "decouple.Config()": "decouple",
    "decouple.AutoConfig()": "decouple",
    "starlette.config.Config()": "starlette",
    "starlette.config.Config().get": "starlette",
    "environs.Env()": "environs",
    "environs.env": "environs",
    "environ.Env()": "django-environ",
    "environ.FileAwareEnv()": "django-environ",
}
METHODS = ("environs.Env().*", "environs.env.*", "environ.Env().*", "environ.FileAwareEnv().*")
NO_READS = frozenset({"read_env", "seal", "prefixed", "dump", "parser_for", "add_parser", "get_value", "read_envfile"})
# django-environ's methods that need no name: https://django-environ.readthedocs.io/en/latest/api.html
IMPLIED: Mapping[str, str] = {
    "db": "DATABASE_URL", "db_url": "DATABASE_URL", "cache": "CACHE_URL", "cache_url": "CACHE_URL",
    "email": "EMAIL_URL", "email_url": "EMAIL_URL", "search_url": "SEARCH_URL", "channels": "CHANNELS_URL",
}  # fmt: skip
OPTIONS = ("click.option", "click.argument", "typer.Option", "typer.Argument")
SCHEMES = ("environ.Env", "environ.FileAwareEnv")
PREFIXED = compile_late(r"\.prefixed\(\s*[\"']([^\"']*)[\"']")


def collect(unit: Unit) -> Iterator[Fact]:
    """All reads through libraries in one module."""
    if any(word in unit.text for word in ("decouple", "starlette.config", "environs", "environ")):
        yield from find_reads(unit)
    if "envvar" in unit.text:
        yield from find_options(unit)


def find_reads(unit: Unit) -> Iterator[Fact]:
    """Calls of a reader, or of one of its methods for a type."""
    defaults: dict[str, SgNode] = {}
    for reference in unit.find_references(SCHEMES):
        if reference.call is not None:
            defaults |= read_scheme(reference.call)
    for reference in unit.find_references((*CALLABLES, *METHODS)):
        call, name = reference.call, reference.name
        if call is None:
            continue
        head, _, method = name.rpartition(".")
        form = CALLABLES.get(name) or CALLABLES.get(head)
        if form is not None and method not in NO_READS:
            yield from read_call(unit, call, form, IMPLIED.get(method, ""), defaults)


def read_scheme(call: SgNode) -> dict[str, SgNode]:
    """The defaults that `environ.Env(DEBUG=(bool, False))` gives."""
    found = {}
    arguments = call.field("arguments")
    for argument in arguments.named_children() if arguments is not None else ():
        key, value = argument.field("name"), argument.field("value")
        parts = value.named_children() if value is not None and value.kind() == "tuple" else []
        if key is not None and len(parts) == 2:  # noqa: PLR2004 - type and default
            found[key.text()] = parts[1]
    return found


def read_call(unit: Unit, call: SgNode, form: str, implied: str, defaults: Mapping[str, SgNode]) -> Iterator[Fact]:
    """The reads of one call."""
    arguments = read_positional(call)
    key = arguments[0] if arguments else find_argument(call, "var")
    names = [name for name, _ in read_key(unit, key).names] if key is not None else [implied] if implied else []
    given = find_argument(call, "default") or next(iter(arguments[1:]), None)
    if given is not None and given.text() in ("str", "int", "bool", "float", "list"):
        given = None
    whole, after = find_default(call)
    if key is not None and not names:
        yield make_read(unit, call, Read(None, form, pattern=read_key(unit, key).pattern))
    for name in names:
        full = find_prefix(call) + name
        yield make_read(unit, call, Read(full, form, True, given or after or defaults.get(name), whole))  # noqa: FBT003


def find_prefix(call: SgNode) -> str:
    """The prefix that the `with env.prefixed("X_"):` blocks around a call put before its name."""
    found = ""
    for parent in call.ancestors():
        if parent.kind() == "with_statement":
            clause = next((child for child in parent.children() if child.kind() == "with_clause"), None)
            match = PREFIXED.search(clause.text()) if clause is not None else None
            found = (match[1] if match else "") + found
    return found


def find_options(unit: Unit) -> Iterator[Fact]:
    """Command-line options that fall back to a variable."""
    for reference in unit.find_references(OPTIONS):
        value = find_argument(reference.call, "envvar") if reference.call is not None else None
        known, name = read_literal(value) if value is not None else (False, None)
        if reference.call is not None and known and isinstance(name, str) and is_variable(name):
            default = find_argument(reference.call, "default")
            yield make_read(unit, value or reference.call, Read(name, "envvar", required=False, default=default))
