"""The libraries that are layers, by what they do; names as code writes them: `helmet`, `slowapi.middleware`."""

from __future__ import annotations

from collections.abc import Iterable

LIMITERS = (
    "express-rate-limit", "rate-limiter-flexible", "@fastify/rate-limit", "fastify-rate-limit",
    "@nestjs/throttler", "nestjs-rate-limiter", "hono-rate-limiter", "@hono-rate-limiter/cloudflare",
    "koa-ratelimit", "koa2-ratelimit", "koa-rate-limit", "@upstash/ratelimit", "express-brute", "limiter",
    "bottleneck", "ratelimiter", "rate-limit-redis", "express-limiter", "@elysiajs/rate-limit", "elysia-rate-limit",
    "@arcjet/node", "@arcjet/next", "slowapi", "fastapi_limiter", "fastapi_simple_rate_limiter", "pyrate_limiter",
    "limits", "flask_limiter", "django_ratelimit", "ratelimit", "axes", "defender", "brake",
    "rest_framework.throttling", "litestar.middleware.rate_limit", "aiohttp_ratelimiter", "quart_rate_limiter",
    "asgi_ratelimit", "starlette_limiter", "upstash_ratelimit", "aiolimiter", "throttled", "asgi_rate_limit",
    "ninja.throttling", "ratelimits", "self_limiters", "django_smart_ratelimit",
)  # fmt: skip
# These count too, but to slow down what goes out; on their own they refuse nobody.
NOT_INBOUND = frozenset({"bottleneck", "limiter", "aiolimiter", "pyrate_limiter", "throttled", "ratelimit"})
HEADERS = (
    "helmet", "@fastify/helmet", "fastify-helmet", "koa-helmet", "hono/secure-headers", "nuxt-security", "lusca",
    "next-secure-headers", "next-safe", "elysia-helmet", "@nosecone/next", "nosecone", "secure", "flask_talisman",
    "talisman", "django.middleware.security.SecurityMiddleware", "secweb", "Secweb", "starlette_securityheaders",
    "fastapi_security_headers", "quart_talisman", "guard", "fastapi_guard",
)  # fmt: skip
COMPRESSORS = (
    "compression", "shrink-ray", "shrink-ray-current", "express-static-gzip", "koa-compress", "@fastify/compress",
    "fastify-compress", "hono/compress", "http-compression", "compression-next",
    "@nestjs/platform-fastify/compress", "starlette.middleware.gzip", "fastapi.middleware.gzip",
    "starlette_compress", "brotli_asgi", "brotli_middleware", "asgi_compress", "flask_compress", "quart_compress",
    "django.middleware.gzip.GZipMiddleware", "compression_middleware", "litestar.config.compression", "zstd_asgi",
    "starlette_zstd", "elysia-compress",
)  # fmt: skip
CSRF = (
    "csurf", "csrf-csrf", "csrf-sync", "lusca", "lusca.csrf", "tiny-csrf", "@dr.pogodin/csurf",
    "@fastify/csrf-protection", "fastify-csrf", "koa-csrf", "hono/csrf", "csrf", "@edge-csrf/nextjs",
    "@edge-csrf/express", "xsrf", "django.middleware.csrf.CsrfViewMiddleware", "flask_wtf.csrf",
    "flask_wtf.CSRFProtect", "flask_seasurf", "starlette_csrf", "fastapi_csrf_protect", "asgi_csrf",
    "litestar.config.csrf", "aiohttp_csrf", "starlette_wtf", "quart_csrf", "seasurf",
)  # fmt: skip
REQUEST_IDS = (
    "express-request-id", "cls-rtracer", "express-correlation-id", "request-id", "hono/request-id", "koa-requestid",
    "koa-correlation-id", "nestjs-cls", "@fastify/request-context", "fastify-correlation-id", "asgi_correlation_id",
    "starlette_context", "django_guid", "django_log_request_id", "log_request_id", "flask_log_request_id",
    "fastapi_request_context", "correlation-id", "@eropple/nestjs-correlation-id", "pino-http", "nestjs-pino",
    "litestar.middleware.request_id", "django_structlog", "structlog_request_id", "express-http-context",
)  # fmt: skip
BODY_LIMITS = (
    "express.json", "express.urlencoded", "express.raw", "express.text", "body-parser", "koa-bodyparser",
    "koa-body", "@koa/bodyparser", "hono/body-limit", "raw-body", "co-body",
)  # fmt: skip
CORS = (
    "cors", "@fastify/cors", "fastify-cors", "@koa/cors", "kcors", "koa2-cors", "hono/cors",
    "starlette.middleware.cors", "fastapi.middleware.cors", "flask_cors", "aiohttp_cors", "corsheaders.middleware",
    "quart_cors", "sanic_cors", "sanic_ext", "litestar.config.cors", "nextjs-cors", "@elysiajs/cors",
)  # fmt: skip


def find_library(names: Iterable[str], libraries: tuple[str, ...]) -> str:
    """The first of some libraries that one of the names lies in, or empty."""
    for name in names:
        if name.startswith(libraries):
            for library in libraries:
                if name == library or name.startswith((f"{library}.", f"{library}(", f"{library}/")):
                    return library
    return ""
