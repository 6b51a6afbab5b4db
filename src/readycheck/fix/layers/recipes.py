"""The line that brings a layer in, by rule and by the call that makes the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HEADERS, BODIES, IDS = "security-headers-set", "bodies-limited", "request-id-bound"
SIZE = "10 * 1024 * 1024"
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What stands behind the line that makes an application.

    `line` holds `{app}` and `{name}`, which `export` of `module` is bound to; without a module nothing is imported.
    `package` has to be declared (empty: it comes with the framework), `install` is the command that does so.
    """

    line: str
    module: str = ""
    export: str = ""
    package: str = ""
    install: str = ""
    reason: str = "answers-change"


def use_helmet(package: str, method: str = "use") -> Recipe:
    """Helmet, or the package that brings it to another framework."""
    return Recipe(f"{{app}}.{method}({{name}}())", package, DEFAULT, package, f"npm install {package}")


CORRELATION = Recipe(
    "{app}.add_middleware({name})", "asgi_correlation_id", "CorrelationIdMiddleware", "asgi-correlation-id",
    "pip install asgi-correlation-id",
)  # fmt: skip
TALISMAN = Recipe("{name}({app})", "flask_talisman", "Talisman", "flask-talisman", "pip install flask-talisman")
CONTENT = Recipe(f'{{app}}.config["MAX_CONTENT_LENGTH"] = {SIZE}', reason="large-bodies-refused")
FASTIFY = Recipe(
    "{app}.register({name})", "@fastify/helmet", DEFAULT, "@fastify/helmet", "npm install @fastify/helmet"
)  # fmt: skip
RECIPES: Mapping[tuple[str, str], Recipe] = {
    (HEADERS, "express"): use_helmet("helmet"),
    (HEADERS, "express.default"): use_helmet("helmet"),
    (HEADERS, "@nestjs/core.NestFactory.create"): use_helmet("helmet"),
    (HEADERS, "koa"): use_helmet("koa-helmet"),
    (HEADERS, "koa.default"): use_helmet("koa-helmet"),
    (HEADERS, "fastify"): FASTIFY,
    (HEADERS, "fastify.default"): FASTIFY,
    (HEADERS, "fastify.fastify"): FASTIFY,
    (HEADERS, "hono.Hono"): Recipe("{app}.use({name}())", "hono/secure-headers", "secureHeaders"),
    (HEADERS, "flask.Flask"): TALISMAN,
    (BODIES, "hono.Hono"): Recipe(
        f"{{app}}.use({{name}}({{{{ maxSize: {SIZE} }}}}))",
        "hono/body-limit",
        "bodyLimit",
        reason="large-bodies-refused",
    ),
    (BODIES, "flask.Flask"): CONTENT,
    (BODIES, "quart.Quart"): CONTENT,
    (IDS, "hono.Hono"): Recipe("{app}.use({name}())", "hono/request-id", "requestId"),
    (IDS, "fastapi.FastAPI"): CORRELATION,
    (IDS, "fastapi.applications.FastAPI"): CORRELATION,
    (IDS, "starlette.applications.Starlette"): CORRELATION,
}
