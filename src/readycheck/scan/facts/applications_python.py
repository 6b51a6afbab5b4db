"""Where Python code creates a web application: what makes server items apply, and where an absent control belongs.

`application`: `framework`, `name` (what is called), `variable` (what it is bound to, or empty).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.assignments import find_target
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("application",)
LANGUAGES = (Language.PYTHON,)
CALLS: Mapping[str, str] = {
    "fastapi.FastAPI": "FastAPI",
    "fastapi.applications.FastAPI": "FastAPI",
    "starlette.applications.Starlette": "Starlette",
    "flask.Flask": "Flask",
    "apiflask.APIFlask": "Flask",
    "quart.Quart": "Quart",
    "django.core.wsgi.get_wsgi_application": "Django",
    "django.core.asgi.get_asgi_application": "Django",
    "django.core.handlers.wsgi.WSGIHandler": "Django",
    "django.core.handlers.asgi.ASGIHandler": "Django",
    "aiohttp.web.Application": "aiohttp",
    "litestar.Litestar": "Litestar",
    "litestar.app.Litestar": "Litestar",
    "sanic.Sanic": "Sanic",
    "sanic.app.Sanic": "Sanic",
    "tornado.web.Application": "Tornado",
    "falcon.App": "Falcon",
    "falcon.asgi.App": "Falcon",
    "bottle.Bottle": "Bottle",
    "pyramid.config.Configurator": "Pyramid",
    "blacksheep.Application": "BlackSheep",
    "robyn.Robyn": "Robyn",
    "connexion.App": "Connexion",
    "connexion.FlaskApp": "Connexion",
    "connexion.AsyncApp": "Connexion",
    "chalice.Chalice": "Chalice",
}
DJANGO_ITSELF = compile_late(r"(?:^|/)django/(?:conf|contrib|core|http|test|views)/")
"""The framework's own source: the handlers that it makes of itself are no application."""
ANCHORS = (
    "FastAPI", "Starlette", "Flask", "APIFlask", "Quart", "Litestar", "Sanic", "falcon", "tornado", "Bottle", "pyramid",
    "blacksheep", "Robyn", "connexion", "Chalice", "get_wsgi_application", "get_asgi_application", "WSGIHandler",
    "ASGIHandler", "ROOT_URLCONF", "Application",
)  # fmt: skip


def collect(unit: Unit) -> Iterator[Fact]:
    """The applications that one module creates, or the Django project that it holds the settings of."""
    yield from tuple(find_created(unit)) or find_django_project(unit)


def find_created(unit: Unit) -> Iterator[Fact]:
    """Each call that creates an application, with the name that it is bound to (empty: none), and each own subclass."""
    for reference in unit.find_references(tuple(CALLS)):
        if DJANGO_ITSELF.search(unit.path):
            continue
        data: dict[str, Json] = {"framework": CALLS.get(reference.name, ""), "name": reference.name}
        subclass = find_subclass(reference.node)
        if reference.call is not None:
            yield Fact("application", unit.locate(reference.call), data | {"variable": find_target(reference.call)})
        elif subclass is not None:
            yield Fact("application", unit.locate(reference.node), data | {"variable": subclass})


def find_subclass(node: SgNode) -> str | None:
    """The name of the class of which a Python expression is a base, or None."""
    bases = node.parent()
    owner = bases.parent() if bases is not None and bases.kind() == "argument_list" else None
    name = owner.field("name") if owner is not None and owner.kind() == "class_definition" else None
    return name.text() if name is not None else None


def find_django_project(unit: Unit) -> Iterator[Fact]:
    """The settings of a Django project, by the name of its root of routes."""
    for node in unit.root.find_all(pattern="ROOT_URLCONF = $NAME") if "ROOT_URLCONF" in unit.text else ():
        yield Fact("application", unit.locate(node), {"framework": "Django", "name": "ROOT_URLCONF", "variable": ""})
