"""Where a program generates the description of its API and serves it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.location import Span
from readycheck.scan.environment import asks_environment
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Application, Route

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

LAYERS = compile_late(
    r"^(?:swagger-ui-express|@fastify/swagger(?!-ui)|fastify-swagger|@scalar/|koa2-swagger-ui|swagger-stats|express-openapi"
    r"|express-openapi-validator|express-oas-generator|redoc-express|@hono/swagger-ui|hono-openapi|flasgger|flask_swagger_ui"
    r"|flask_smorest\.Api|flask_restx\.Api|flask_restplus\.Api|spectree|flask_openapi3|flask_apispec|safrs|connexion"
    r"|aiohttp_swagger|aiohttp_apispec|aiohttp_pydantic|drf_spectacular\.views|drf_yasg|rest_framework\.schemas"
    r"|rest_framework\.documentation|ninja\b|dj_rest_auth\.schema|starlette_apispec|tsoa|fastify-openapi-docs)"
)
CALLS = compile_late(
    r"@nestjs/swagger\.SwaggerModule\.setup$|@hono/zod-openapi\.OpenAPIHono\(\).*\.(?:doc|doc31|getOpenAPIDocument)$"
    r"|^drf_yasg\.views\.get_schema_view$|^flasgger\.Swagger$|^connexion\.\w+\(\)\.add_api$"
)
BUILDERS = compile_late(
    r"(?:^|\.)(?:openapi|get_openapi|getOpenAPIDocument|getOpenApiDocument\w*|openapi_schema|generateOpenApiDocument\w*"
    r"|get_schema|swaggerJsdoc|swaggerJSDoc|createDocument)$"
)
DOCUMENT = compile_late(r"(?:openapi|swagger|api-docs|schema)[\w.-]*$", re.IGNORECASE)
GENERATING = frozenset({"FastAPI", "Litestar"})
CLASSES = compile_late(r"^(?:apiflask\.APIFlask|flask_openapi3\.OpenAPI|ninja\.NinjaAPI)")


@dataclass(frozen=True)
class Document:
    """Where a document of the API is served, what there is to say about it, and under which environment's condition."""

    where: Span
    message: str
    condition: str = ""


def find_documents(web: Web) -> list[Document]:
    """The places at which a document of the API is served."""
    found = [*find_generated(web), *find_layers(web), *find_called(web), *find_routes(web)]
    return list({one.where: one for one in reversed(found)}.values())[::-1]


def read_condition(conditions: Iterable[str]) -> str:
    """The first condition that asks for the environment."""
    return next((one for one in conditions if asks_environment(one)), "")


def find_generated(web: Web) -> Iterator[Document]:
    """Applications of frameworks that generate a document by themselves, unless they are told not to."""
    for application in web.applications:
        if application.call is not None and application.framework in GENERATING and is_serving(web, application):
            yield Document(
                application.where, f"{application.framework} generates an OpenAPI document of its routes and serves it"
            )
        elif application.call is not None and any(CLASSES.match(name) for name in application.call.names):
            yield Document(application.where, "generates an OpenAPI document of its routes and serves it")


def is_serving(web: Web, application: Application) -> bool:
    """Whether an application does not switch its document off, in no environment."""
    call = application.call
    names = ("openapi_url",) if application.framework == "FastAPI" else ("openapi_config",)
    option = call.find_option(*names) if call is not None else None
    is_on = option is None or ("v" not in option and "a" not in option and option.get("s") != "")
    return is_on and bool(web.attached.get(application.ref))


def find_layers(web: Web) -> Iterator[Document]:
    """Libraries that are attached to an application and serve a document."""
    for application in web.applications:
        for ref in web.list_mounted(application.ref):
            for one in web.attached.get(ref, ()):
                name = next((n for piece in one.pieces for n in sorted(piece.externals) if LAYERS.match(n)), None)
                if name is not None:
                    condition = read_condition(web.composer.find_conditions(one))
                    yield Document(one.where, f"`{name.partition('(')[0]}` serves a description of the API", condition)


def find_called(web: Web) -> Iterator[Document]:
    """Calls that set one up: `SwaggerModule.setup("docs", app, document)`."""
    for call in web.program.iterate_calls():
        name = next((one for one in call.names if CALLS.search(one)), None)
        if name is not None and web.live.runs(call.path, call.owner):
            outer = web.composer.find_outer(call.path, call.owner, 3)
            condition = read_condition((*call.conditions, *outer))
            yield Document(web.program.locate(call), f"`{call.text}` serves a description of the API", condition)


def find_routes(web: Web) -> Iterator[Document]:
    """Own routes that answer with what the framework generates."""
    for route in web.routes:
        if DOCUMENT.search(route.shown.rpartition("/")[2]) and builds_document(web, route):
            message = f"`{route.shown}` serves the OpenAPI document that is generated from the routes"
            yield Document(route.where, message, read_condition(route.conditions))


def builds_document(web: Web, route: Route) -> bool:
    """Whether a handler calls what generates the document."""
    functions = web.judge.list_functions(route.handler) if route.handler is not None else []
    return any(BUILDERS.search(call.text) for one in functions for call in web.program.read_calls(one))
