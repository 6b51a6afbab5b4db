"""The backend's own routes and SQL with no layer around them: what hardening is measured against.

    python -m benchmarks.chat_backend.bare

Started by the benchmark with the backend's environment. The token is checked, since the routes need to know who asks;
there are no limits, request ids, log lines, metrics, headers, CORS, compression, body limit, deadline, error tracking.
"""

# mypy: disable-error-code="import-not-found"
# The backend and its libraries are no part of readycheck's own environment.

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from chat.app import add_routes
from chat.auth.tokens import read_bearer
from chat.ops.server import build_config
from chat.services import identify, open_services
from chat.settings import load_settings
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send


class TokenCheck:
    """Leaves in the scope who asks, where the routes look for it; in the whole backend the limiter does that."""

    def __init__(self, app: FastAPI) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and (token := read_bearer(scope["headers"])):
            scope["state"]["identity"] = identify(self.app.state.services, token)
        await self.app(scope, receive, send)


def create_app() -> TokenCheck:
    """All routes on the services of the whole backend."""
    settings = load_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_services(settings, "api") as services:
            app.state.services = services
            yield

    app = FastAPI(openapi_url=None, lifespan=lifespan, redirect_slashes=False)
    add_routes(app, settings)
    return TokenCheck(app)


def main() -> None:
    """Serve until a signal says stop, with the backend's server configuration."""
    config = build_config(load_settings())
    config.app = create_app
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
