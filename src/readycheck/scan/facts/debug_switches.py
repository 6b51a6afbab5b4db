"""Where code switches a framework's debug mode or reloader on.

`debug-switch`: `framework`, `form` (as a reader would write it), `condition` (the enclosing condition, if it speaks of
the environment), `main_guard` (it only runs when the file is started), `command` (the function for development that it
stands in), `inverted` (on unless a variable says otherwise).
`reload-switch`: the same for a server that restarts itself when files change.
`django-debug`: `value` (`on`, `off`, `inverted`, `environment`) of an assignment to DEBUG in a settings module, and
`conditional`: whether it stands under a condition.
`django-entry`: `module`, the settings module that an entry point names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.environment import asks_environment
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, read_argument, read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("debug-switch", "reload-switch", "django-debug", "django-entry")
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("debug", "DEBUG", "reload", "DJANGO_SETTINGS_MODULE")
DEBUG_CALLS: Mapping[str, str] = {
    "fastapi.FastAPI": "FastAPI(debug=True)",
    "starlette.applications.Starlette": "Starlette(debug=True)",
    "litestar.Litestar": "Litestar(debug=True)",
    "litestar.app.Litestar": "Litestar(debug=True)",
    "tornado.web.Application": "tornado Application(debug=True)",
    "flask.Flask().run": "Flask.run(debug=True)",
    "quart.Quart().run": "Quart.run(debug=True)",
    "sanic.Sanic().run": "Sanic.run(debug=True)",
    "bottle.run": "bottle.run(debug=True)",
    "bottle.Bottle().run": "Bottle.run(debug=True)",
    "flask_socketio.SocketIO().run": "SocketIO.run(debug=True)",
    "dash.Dash().run": "Dash.run(debug=True)",
    "dash.Dash().run_server": "Dash.run_server(debug=True)",
}
RELOAD_CALLS: Mapping[str, tuple[str, str]] = {
    "uvicorn.run": ("reload", "uvicorn.run(reload=True)"),
    "uvicorn.Config": ("reload", "uvicorn.Config(reload=True)"),
    "tornado.web.Application": ("autoreload", "tornado Application(autoreload=True)"),
    "granian.Granian": ("reload", "Granian(reload=True)"),
}
DEVELOPMENT_WORD = compile_late(
    r"(?:^|[^a-zA-Z])(?:dev|develop|development|debug|local|watch|reload)(?![a-zA-Z])", re.IGNORECASE
)
APPLICATIONS = ("flask.Flask()", "quart.Quart()", "fastapi.FastAPI()", "starlette.applications.Starlette()")
SETTINGS_PATH = compile_late(r"(?:^|/)(?:[\w-]*settings[\w-]*(?:/[\w-]+)*)\.py$|(?:^|/)settings/")
SETTINGS_WORDS = ("INSTALLED_APPS", "ROOT_URLCONF", "MIDDLEWARE", "DJANGO_")
TRUE_DEFAULT = compile_late(r"""(?:default\s*=\s*|,\s*)(?:True|1|["'](?:true|1|yes|on)["'])\s*[,)]""", re.IGNORECASE)
TRUE_COMPARISON = compile_late(r"""\.get\(\s*["']\w*DEBUG["']\s*\)\s*!=\s*["'](?:false|0|no)["']""", re.IGNORECASE)
# Also the helpers that projects write: `envbool("DEBUG", "True")`, `get_bool_from_env(...)`.
ENVIRONMENT_READ = compile_late(r"env|config\(|decouple", re.IGNORECASE)
# What factories are called, by convention: what an imported one returns is not known here.
MADE_BY_FACTORY = compile_late(r"(?:^|\.)(?:create|make|build|get)_(?:app|application|wsgi_app)\(\)$")


def collect(unit: Unit) -> Iterator[Fact]:
    """All debug and reload switches of one module."""
    yield from find_calls(unit)
    if ".run(" in unit.text:
        yield from find_made(unit)
    if (
        "create_app" in unit.text
        or "flask" in unit.text
        or "quart" in unit.text
        or "fastapi" in unit.text
        or "starlette" in unit.text
    ):
        yield from find_assignments(unit)
    if "DJANGO_SETTINGS_MODULE" in unit.text:
        yield from find_entry(unit)
    if "DEBUG" in unit.text and is_settings(unit):
        yield from find_django(unit)


def find_calls(unit: Unit) -> Iterator[Fact]:
    """Calls with `debug=True` or a reloader switched on."""
    for reference in unit.find_references(tuple({*DEBUG_CALLS, *RELOAD_CALLS})):
        call, name = reference.call, reference.name
        if call is None:
            continue
        if name in DEBUG_CALLS:
            yield from make_switch(unit, call, "debug", DEBUG_CALLS[name], "debug-switch")
        if name in RELOAD_CALLS:
            argument, form = RELOAD_CALLS[name]
            yield from make_switch(unit, call, argument, form, "reload-switch")


def find_made(unit: Unit) -> Iterator[Fact]:
    """`app.run(debug=True)` on what a factory of another module returned."""
    for call in unit.root.find_all(pattern="$APP.run($$$)"):
        app = call.get_match("APP")
        if app is not None and is_made(unit, app):
            yield from make_switch(unit, call, "debug", "app.run(debug=True)", "debug-switch")


def is_made(unit: Unit, node: SgNode) -> bool:
    """Whether an expression is what an imported function for making applications returns."""
    names = unit.bindings.qualify(node)
    return any(MADE_BY_FACTORY.search(name) for name in names) and not any(name in APPLICATIONS for name in names)


def make_switch(unit: Unit, call: SgNode, argument: str, form: str, kind: str) -> Iterator[Fact]:
    """The switch that an argument of a call sets to true, or that it reads with a default of true."""
    value = find_argument(call, argument)
    if value is None:
        return
    inverted = is_inverted(value.text())
    if read_literal(value) == (True, True) or inverted:
        yield Fact(kind, unit.locate(value.parent() or call), describe(unit, call, form, inverted=inverted))


def describe(unit: Unit, node: SgNode, form: str, *, inverted: bool = False) -> dict[str, str | bool | None]:
    """The data of a switch."""
    return {
        "framework": form.partition("(")[0].partition(".")[0],
        "form": form,
        "condition": find_condition(node),
        "main_guard": is_started_only(unit, node),
        "command": find_command(node),
        "inverted": inverted,
    }


def is_started_only(unit: Unit, node: SgNode) -> bool:
    """Whether a node only runs when its file is started: under the main guard, or in a function called there."""
    if unit.path.endswith("__main__.py") or unit.bindings.is_inside_main_guard(node):
        return True
    function = unit.bindings.enclosing_symbol(node).partition(".")[0]
    guards = [one for one in unit.root.children() if one.kind() == "if_statement" and "__name__" in one.text()]
    return bool(function) and any(re.search(rf"\b{re.escape(function)}\(", guard.text()) for guard in guards)


def find_command(node: SgNode) -> str:
    """The name or the decorator of an enclosing function that is made for development, or empty."""
    for parent in node.ancestors():
        if parent.kind() not in ("function_definition", "decorated_definition"):
            continue
        for child in parent.children():
            if child.kind() in ("identifier", "decorator") and DEVELOPMENT_WORD.search(child.text()):
                return child.text().partition("\n")[0][:80]
    return ""


def find_condition(node: SgNode) -> str:
    """The text of the nearest enclosing condition that speaks of the environment, or empty."""
    for parent in node.ancestors():
        if parent.kind() in ("if_statement", "elif_clause", "conditional_expression"):
            condition = parent.field("condition")
            text = condition.text() if condition is not None else parent.text()
            if "__name__" not in text and asks_environment(text):
                return text[:120]
    return ""


def find_assignments(unit: Unit) -> Iterator[Fact]:
    """`app.debug = True`, `app.config["DEBUG"] = True` and `app.config.update(DEBUG=True)`."""
    for pattern, form in (
        ("$APP.debug = $VALUE", "app.debug = True"),
        ("$APP.config[$KEY] = $VALUE", "app.config['DEBUG'] = True"),
    ):
        for node in unit.root.find_all(pattern=pattern):
            app, value, key = node.get_match("APP"), node.get_match("VALUE"), node.get_match("KEY")
            if key is not None and read_literal(key) != (True, "DEBUG"):
                continue
            if app is not None and value is not None and is_application(unit, app):
                inverted = is_inverted(value.text())
                if inverted or read_literal(value) == (True, True):
                    yield Fact("debug-switch", unit.locate(node), describe(unit, node, form, inverted=inverted))
    for call in unit.root.find_all(pattern="$APP.config.$METHOD($$$)"):
        app = call.get_match("APP")
        if app is not None and read_argument(call, "DEBUG") == (True, True) and is_application(unit, app):
            yield Fact("debug-switch", unit.locate(call), describe(unit, call, "app.config.update(DEBUG=True)"))


def is_application(unit: Unit, node: SgNode) -> bool:
    """Whether an expression is a web application."""
    return any(name in APPLICATIONS or MADE_BY_FACTORY.search(name) for name in unit.bindings.qualify(node))


def is_inverted(text: str) -> bool:
    """Whether an expression reads the environment and is true when nothing is set."""
    return bool(ENVIRONMENT_READ.search(text) and (TRUE_DEFAULT.search(text) or TRUE_COMPARISON.search(text)))


def is_settings(unit: Unit) -> bool:
    """Whether the module is a Django settings module: by its path, or by settings that only Django knows."""
    if SETTINGS_PATH.search(unit.path):
        return any(word in unit.text for word in SETTINGS_WORDS) or "import *" in unit.text
    return "ROOT_URLCONF" in unit.text and "INSTALLED_APPS" in unit.text


def find_django(unit: Unit) -> Iterator[Fact]:
    """Assignments to DEBUG at the level of the module."""
    for node in unit.find_kind("assignment"):
        target, value = node.field("left"), node.field("right")
        if target is None or value is None or target.text() != "DEBUG":
            continue
        kinds = {parent.kind() for parent in node.ancestors()}
        if kinds & {"function_definition", "class_definition"}:
            continue
        conditional = bool(kinds & {"if_statement", "try_statement", "else_clause"})
        yield Fact("django-debug", unit.locate(node), {"value": judge_debug(value), "conditional": conditional})


def judge_debug(value: SgNode) -> str:
    """What an assigned value makes of DEBUG."""
    known, literal = read_literal(value)
    if known:
        return "on" if literal is True or literal == 1 else "off"
    return "inverted" if is_inverted(value.text()) else "environment"


def find_entry(unit: Unit) -> Iterator[Fact]:
    """The settings module that an entry point writes into DJANGO_SETTINGS_MODULE."""
    for pattern in ("$ENV.setdefault($NAME, $MODULE)", "$ENV[$NAME] = $MODULE"):
        for node in unit.root.find_all(pattern=pattern):
            name, module = node.get_match("NAME"), node.get_match("MODULE")
            if name is None or module is None or read_literal(name) != (True, "DJANGO_SETTINGS_MODULE"):
                continue
            value = read_literal(module)[1]
            if isinstance(value, str):
                yield Fact("django-entry", unit.locate(node), {"module": value})
