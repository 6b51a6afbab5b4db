"""Functions of a project that make queries: what its configuration says about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

QueryKind = Literal["select", "update", "delete", "insert"]
Argument = str | int
"""An argument of a call: the parameter's name (in JavaScript also a property of an object), or its position from 0."""


@dataclass(frozen=True, slots=True)
class QueryHelper:
    """What some functions do with their arguments.

    `functions` are dotted names, or names of methods. `parameters` are the names of their parameters in order, for
    calls by position. Either `sql` is the argument that is the query, or `table` the one that names its table; then
    `keyvalues` holds columns with the values that they must have, `keys` columns (one or several) of which one of many
    values is asked, `order` columns to order by, `direction` whether they go down, `limit` a number of rows. `one_row`
    says that never more than one row comes back.
    """

    functions: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    sql: Argument | None = None
    table: Argument | None = None
    kind: QueryKind = "select"
    keyvalues: Argument | None = None
    keys: Argument | None = None
    order: Argument | None = None
    direction: Argument | None = None
    limit: Argument | None = None
    one_row: bool = False
