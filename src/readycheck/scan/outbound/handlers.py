"""Functions that run once a request: route handlers, dependencies, middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.lookups import FUNCTIONS

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

ROUTE = compile_late(
    r"@[\w.]+\.(?:get|post|put|patch|delete|head|options|route|api_route|websocket|before_request|middleware)\(|@api_view\b"
)
SCRIPT_PARAMETERS = compile_late(
    r"^\(?\s*(?:_?err(?:or)?\s*(?::[^,]*)?,\s*)?_?(?:req|request)\b[^,]*,\s*_?(?:res|response|reply|rep|h)\b|^\(?\s*(?:ctx|context)\b\s*(?::\s*Context)?\s*[,)]"
)
PYTHON_PARAMETERS = compile_late(r"^\(\s*(?:self\s*,\s*)?_?request\b")
NEXT_ROUTE = compile_late(r"(?:^|/)(?:app/(?:.*/)?route|pages/api/.+)\.[cm]?[jt]sx?$")
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "handler"})


def find_handler(unit: Unit, node: SgNode) -> SgNode | None:
    """The innermost function around a node that runs once a request, or None."""
    for parent in node.ancestors():
        if parent.kind() in FUNCTIONS and is_handler(unit, parent):
            return parent
    return None


def is_handler(unit: Unit, function: SgNode) -> bool:
    """Whether a function looks like one that answers a request: by its decorators, or by its parameters."""
    parameters = function.field("parameters") or function.field("parameter")
    text = parameters.text() if parameters is not None else ""
    if unit.language is Language.PYTHON:
        above = function.parent()
        decorators = (
            above.text()[: above.text().find("def ")]
            if above is not None and above.kind() == "decorated_definition"
            else ""
        )
        return ROUTE.search(decorators) is not None or PYTHON_PARAMETERS.match(text) is not None
    name = function.field("name")
    if name is not None and name.text() in METHODS and NEXT_ROUTE.search(unit.path):
        return True
    return SCRIPT_PARAMETERS.match(text) is not None
