"""Reads of the environment in Python: `os.environ`, `os.getenv` and the project's own functions around them.

The facts are those that `scan/environ/reads.py` and `scan/environ/wrappers.py` describe, and `env-written`: `name` of a
variable that the code itself sets.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.python_values import read_positional
from readycheck.scan.environ.calls import Dialect, find_calls, follow_wrappers, make_reads
from readycheck.scan.environ.keys import Key, read_key
from readycheck.scan.environ.python import find_default, find_given, finish_read
from readycheck.scan.environ.reads import READ, Read
from readycheck.scan.environ.wrappers import CALL, NAMED, WRAPPER, Wrapper, make_wrapper
from readycheck.scan.literals import find_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

WRITTEN = "env-written"
KINDS = (READ, WRAPPER, CALL, WRITTEN)
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("environ", "getenv", "env", "settings", "config", "*env(*", "*env_*", "*from_env*", "*envvar*")
OBJECTS = ("os.environ", "os.environb")
READERS = ("os.getenv", "os.environ.get", "os.environ.pop", "os.environ.__getitem__", "os.environ.setdefault")
WRITERS = ("os.environ.setdefault", "os.putenv")


def collect(unit: Unit) -> Iterator[Fact]:
    """All reads of one module, its wrappers, and its calls of what may be a wrapper elsewhere."""
    wrappers: list[tuple[SgNode, Wrapper]] = []
    if "environ" in unit.text or "getenv" in unit.text:
        for place, key, read in find_accesses(unit):
            function = key.function
            wrapper = make_wrapper(key)
            if wrapper is not None and function is not None:
                wrappers.append((function, wrapper))
            else:
                yield from make_reads(unit, place, key, read)
        yield from find_writes(unit)
    yield from follow_wrappers(unit, DIALECT, wrappers)
    yield from find_calls(unit, DIALECT, {wrapper.name for _, wrapper in wrappers})


def find_accesses(unit: Unit) -> Iterator[tuple[SgNode, Key, Read]]:
    """Every access to the process's environment: its node, its key, and how it is read."""
    for reference in unit.find_references((*OBJECTS, *READERS)):
        if reference.name not in OBJECTS:
            if reference.call is not None:
                yield from read_call(unit, reference.call, reference.name)
            continue
        node = reference.node
        parent = node.parent()
        if parent is None:
            continue
        if parent.kind() == "subscript" and parent.field("value") == node and not is_target(parent):
            key = next(iter(parent.field_children("subscript")), None)
            if key is not None:
                yield parent, read_key(unit, key), judge_subscript(parent)
        elif parent.kind() == "comparison_operator" and parent.named_children()[-1] == node:
            yield parent, read_key(unit, parent.named_children()[0]), Read(None, "in os.environ", required=False)


def is_target(node: SgNode) -> bool:
    """Whether an expression is assigned to or deleted."""
    parent = node.parent()
    while parent is not None and parent.kind() in ("expression_list", "pattern_list", "tuple_pattern"):
        node, parent = parent, parent.parent()
    if parent is None:
        return False
    kind = parent.kind()
    return kind in ("delete_statement", "pattern_list") or (
        kind in ("assignment", "augmented_assignment") and parent.field("left") == node
    )


def judge_subscript(node: SgNode) -> Read:
    """How `os.environ[...]` is read: demanded, unless something around it asks first or catches the KeyError."""
    whole, default = find_default(node)
    required: bool | None = True
    for parent in node.ancestors():
        kind = parent.kind()
        if kind in ("function_definition", "class_definition"):
            break
        if kind in ("if_statement", "conditional_expression") and "environ" in parent.text().partition(":")[0]:
            required = False
        elif kind == "try_statement" and "KeyError" in parent.text():
            required = None
    return Read(None, "os.environ[]", required, default, whole)


def read_call(unit: Unit, call: SgNode, form: str) -> Iterator[tuple[SgNode, Key, Read]]:
    """`os.getenv(key, default)` and `os.environ.get(key, default)`."""
    arguments = read_positional(call)
    key = arguments[0] if arguments else find_argument(call, "key")
    if key is None:
        return
    given = find_argument(call, "default") or (arguments[1] if len(arguments) > 1 else None)
    yield call, read_key(unit, key), finish_read(unit, call, form.removeprefix("os."), given)


def find_writes(unit: Unit) -> Iterator[Fact]:
    """`os.environ["X"] = ...`, `os.environ.setdefault("X", ...)`: variables that the code itself sets."""
    for reference in unit.find_references((*OBJECTS, *WRITERS)):
        if reference.name in WRITERS:
            key = next(iter(read_positional(reference.call)), None) if reference.call is not None else None
        else:
            parent = reference.node.parent()
            is_written = parent is not None and parent.kind() == "subscript" and is_target(parent)
            key = next(iter(parent.field_children("subscript")), None) if parent is not None and is_written else None
        for name, _ in read_key(unit, key).names if key is not None else ():
            yield Fact(WRITTEN, unit.locate(reference.node), {"name": name})


def may_wrap(name: str) -> bool:
    """Whether a qualified name may be that of a function of the project that reads variables."""
    head = name.partition(".")[0]
    return NAMED.search(name) is not None and head not in sys.stdlib_module_names and name.count(".") > 0


DIALECT = Dialect("call", "attribute", read_positional, find_given, finish_read, may_wrap)
