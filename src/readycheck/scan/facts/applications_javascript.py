"""Where JavaScript and TypeScript create a web application; the facts are those of `applications_python`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.assignments import find_target
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

KINDS = ("application",)
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
CALLS: Mapping[str, str] = {
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
    "routing-controllers.createExpressServer": "Express",
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
NEXT_ROUTE = compile_late(r"(?:^|/)(?:app/(?:.*/)?route|pages/api/.+)\.[cm]?[jt]sx?$")
ANCHORS = (
    "express", "fastify", "koa", "hono", "NestFactory", "restify", "hapi", "polka", "elysia", "ApolloServer", "Bun",
    "Deno", "createServer", "createSecureServer",
    "createExpressServer", "NextRequest", "NextResponse", "NextApiRequest", "NextApiResponse",
)  # fmt: skip


def collect(unit: Unit) -> Iterator[Fact]:
    """The applications that one file creates; a bare Node.js server counts only where no framework sits on it."""
    if NEXT_ROUTE.search(unit.path):
        yield from find_next_route(unit)
        return
    yield from tuple(find_created(unit, CALLS)) or tuple(find_created(unit, BARE_SERVERS))


def find_created(unit: Unit, calls: Mapping[str, str]) -> Iterator[Fact]:
    """Each call that creates an application, with the name that it is bound to (empty: none)."""
    for reference in unit.find_references(tuple(calls)):
        if reference.call is not None:
            data = {"framework": calls.get(reference.name, ""), "name": reference.name}
            yield Fact("application", unit.locate(reference.call), data | {"variable": find_target(reference.call)})


def find_next_route(unit: Unit) -> Iterator[Fact]:
    """A Next.js route handler, by its place in the tree and an exported function in it."""
    exported = unit.root.find(kind="export_statement")
    if exported is not None:
        yield Fact("application", unit.locate(exported), {"framework": "Next.js", "name": "next", "variable": ""})
