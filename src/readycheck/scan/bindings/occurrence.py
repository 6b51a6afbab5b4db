"""What one occurrence of a name is: a binding, an assignment, a use, or nothing that concerns a variable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ast_grep_py import SgNode


class Value(NamedTuple):
    """Where a value comes from: an expression or a qualified name, and what is taken from it.

    `suffix` is in name syntax (`.log`, `()`, `.app.run`). `is_module` marks a name that is a whole module.
    """

    node: SgNode | None = None
    name: str = ""
    suffix: str = ""
    is_module: bool = False


@dataclass(frozen=True, slots=True)
class Binding:
    """A name comes into being in a scope.

    `start` is the offset from which on the name is bound (for scopes that run in order). `owner` is the class of
    which the name is the instance (`self`). `type_only` bindings exist for types and not when the code runs. `loop` is
    the loop whose variable the name is: inside of it that binding alone holds.
    """

    scope: SgNode
    start: int = 0
    values: tuple[Value, ...] = ()
    owner: SgNode | None = None
    type_only: bool = False
    loop: SgNode | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """A value is assigned to a name that is declared elsewhere."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """`global` or `nonlocal`: in this scope the name is that of the module, or of an enclosing function."""

    scope: SgNode
    is_global: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """The name is unbound for certain: `del` straight in the body of the scope."""

    scope: SgNode
    start: int


class Use(Enum):
    """An occurrence that binds nothing."""

    VALUE = "value"  # the variable is read
    TYPE = "type"  # read in a type, which does not exist when the code runs
    NONE = "none"  # an attribute, a keyword, a label, a property key


Occurrence = Binding | Write | Redirect | Removal | Use


class Step(NamedTuple):
    """One step towards where an expression's value comes from; no `values` and no `owner`: unknown."""

    values: tuple[Value, ...] = ()
    owner: SgNode | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """A call whose meaning depends on what its callee is: the step holds if the callee is one of `names`."""

    callee: SgNode
    names: frozenset[str]
    step: Step


@dataclass(frozen=True, slots=True)
class Flow:
    """The names of variables and of members (`self.x`) that receive an expression's value, as they stand there."""

    names: tuple[SgNode, ...] = ()
    members: tuple[SgNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """A name that an import binds (empty: a star import) and what it is."""

    local: str
    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An expression that resolves to a wanted name; `call` is the call or `new` whose callee it is."""

    node: SgNode
    name: str
    call: SgNode | None
