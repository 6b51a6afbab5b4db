"""Where the project creates a web application: what makes server items apply, and where an absent control belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("application",)
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
PYTHON_CALLS: Mapping[str, str] = {
    "fastapi.FastAPI": "FastAPI",
    "fastapi.applications.FastAPI": "FastAPI",
    "starlette.applications.Starlette": "Starlette",
    "flask.Flask": "Flask",
    "apiflask.APIFlask": "Flask",
    "quart.Quart": "Quart",
    "django.core.wsgi.get_wsgi_application": "Django",
    "django.core.asgi.get_asgi_application": "Django",
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
    "connexion.FlaskApp": "Connexion",
    "connexion.AsyncApp": "Connexion",
    "chalice.Chalice": "Chalice",
}
SCRIPT_CALLS: Mapping[str, str] = {
    "express": "Express",
    "express.default": "Express",
    "fastify": "Fastify",
    "fastify.fastify": "Fastify",
    "fastify.default": "Fastify",
    "koa": "Koa",
    "koa.default": "Koa",
    "hono.Hono": "Hono",
    "@hono/zod-openapi.OpenAPIHono": "Hono",
    "@nestjs/core.NestFactory.create": "NestJS",
    "restify.createServer": "restify",
    "@hapi/hapi.server": "hapi",
    "@hapi/hapi.Server": "hapi",
    "polka": "Polka",
    "elysia.Elysia": "Elysia",
    "@apollo/server.ApolloServer": "Apollo",
    "apollo-server.ApolloServer": "Apollo",
    "globalThis.Bun.serve": "Bun",
    "globalThis.Deno.serve": "Deno",
}
BARE_SERVERS: Mapping[str, str] = {
    f"{prefix}{module}.{function}": "Node.js"
    for prefix in ("", "node:")
    for module, function in (("http", "createServer"), ("https", "createServer"), ("http2", "createSecureServer"))
}
NEXT_ROUTE = re.compile(r"(?:^|/)(?:app/(?:.*/)?route|pages/api/.+)\.[cm]?[jt]sx?$")
# A cheap look before anything is parsed: one of the modules must at least be mentioned.
MENTIONED = re.compile(
    "|".join(
        re.escape(name)
        for name in sorted(
            {
                *(
                    name.partition(".")[0]
                    for name in (*PYTHON_CALLS, *SCRIPT_CALLS)
                    if not name.startswith(("@", "globalThis"))
                ),
                "@nestjs/core",
                "@hapi/hapi",
                "@apollo/server",
                "@hono/",
                "Bun",
                "Deno",
                "http",
            }
        )
    )
)
NEXT_WORDS = ("NextRequest", "NextResponse", "NextApiRequest", "NextApiResponse", "GET", "POST", "handler")
ANCHORS = (
    *sorted({name.rpartition(".")[2] for name in (*PYTHON_CALLS, *SCRIPT_CALLS, *BARE_SERVERS)} - {"default"}),
    *NEXT_WORDS,
)


def collect(unit: Unit) -> Iterator[Fact]:
    """The applications that one file creates; a bare Node.js server counts only where no framework sits on it."""
    if NEXT_ROUTE.search(unit.path) and unit.language is not Language.PYTHON:
        yield from find_next_route(unit)
        return
    if not MENTIONED.search(unit.text):
        return
    if unit.language is Language.PYTHON:
        yield from find_created(unit, PYTHON_CALLS)
        return
    yield from tuple(find_created(unit, SCRIPT_CALLS)) or tuple(find_created(unit, BARE_SERVERS))


def find_created(unit: Unit, calls: Mapping[str, str]) -> Iterator[Fact]:
    """Each call that creates an application, with the name that it is bound to (empty: none)."""
    for reference in unit.bindings.find_references(tuple(calls)):
        if reference.call is None:
            continue
        names = [name for name in unit.bindings.qualify(reference.node) if name in calls]
        name = names[0] if names else reference.name
        data = {"framework": calls.get(name, ""), "name": name, "variable": find_target(reference.call)}
        yield Fact("application", unit.locate(reference.call), dict(data))


def find_target(call: SgNode) -> str:
    """The name or attribute that a call's value is assigned to, or empty."""
    node = call.parent()
    while node is not None and node.kind() in (
        "await_expression",
        "await",
        "parenthesized_expression",
        "as_expression",
    ):
        node = node.parent()
    if node is None:
        return ""
    target = None
    if node.kind() in ("assignment", "assignment_expression"):
        target = node.field("left")
    elif node.kind() in ("variable_declarator", "public_field_definition", "field_definition"):
        target = node.field("name") or node.field("property")
    return target.text() if target is not None else ""


def find_next_route(unit: Unit) -> Iterator[Fact]:
    """A Next.js route handler, by its place in the tree and an exported function in it."""
    exported = unit.root.find(kind="export_statement")
    if exported is not None:
        yield Fact("application", unit.locate(exported), {"framework": "Next.js", "name": "next", "variable": ""})
