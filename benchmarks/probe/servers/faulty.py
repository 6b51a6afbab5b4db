"""A server with fifteen faults, each of which `benchmarks.probe` asks the tools to find.

    python faulty.py PORT

The faults are the numbered ones. Nothing of it is secret: all names and passwords are made up.
"""

from __future__ import annotations

import json
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "postgres://chat:Kw7vR2mXq9@db.internal:5432/chat"  # noqa: S105 - made up, and meant to be found
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "faulty", "version": "1"},
    "paths": {
        "/api/news": {"get": {"security": [], "responses": {"200": {"description": "news"}}}},
        "/api/me": {"get": {"security": [{"bearer": []}], "responses": {"200": {"description": "who calls"}}}},
        "/api/messages": {"post": {"security": [], "responses": {"200": {"description": "kept"}}}},
    },
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
}
ENV = f"DATABASE_URL={SECRET}\nSESSION_SECRET=q8Zt4Lw2Vn6Rk1Xs\nSTRIPE_KEY=sk_test_made_up_for_this_server\n"
PAGE = "<!doctype html><title>faulty</title><h1>It works</h1>" + "<p>A paragraph of text.</p>" * 100


class Faulty(BaseHTTPRequestHandler):
    """Answers; the numbers are those of the faults."""

    protocol_version = "HTTP/1.1"
    server_version = "Apache/2.4.49"  # 5: banners
    sys_version = "(Unix) PHP/7.4.3"

    def answer(self, status: int, body: str, media: str = "application/json", **headers: str) -> None:
        """Send an answer."""
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Powered-By", "PHP/7.4.3")  # 5
        if origin := self.headers.get("Origin"):
            self.send_header("Access-Control-Allow-Origin", origin)  # 1: any origin is let in, 2: without Vary
            self.send_header("Access-Control-Allow-Credentials", "true")
        if request_id := self.headers.get("X-Request-Id"):
            self.send_header("X-Request-Id", request_id)  # 15: whatever it holds
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def do_GET(self) -> None:
        """Pages and data. 11: no limit on how often."""
        path = self.path.partition("?")[0]
        if path == "/":
            self.answer(
                200, PAGE, "text/html; charset=utf-8", Set_Cookie="session=4f2a9c1b7e; Path=/"
            )  # 6: bare cookie
        elif path == "/health":
            self.answer(200, json.dumps({"status": "ok", "database": SECRET}))  # 7: a password in the health check
        elif path == "/.env":
            self.answer(200, ENV, "text/plain")  # 8
        elif path == "/actuator/env":
            self.answer(
                200, json.dumps({"activeProfiles": ["prod"], "propertySources": [{"name": "systemEnvironment"}]})
            )  # 9
        elif path == "/openapi.json":
            self.answer(200, json.dumps(OPENAPI))  # 10: public
        elif path == "/api/news":
            self.answer(200, json.dumps({"news": ["a", "b"] * 200}))
        elif path == "/api/me":
            self.answer_me()
        else:
            self.answer(404, json.dumps({"error": "not found"}))

    do_HEAD = do_GET  # noqa: N815 - named by http.server

    def answer_me(self) -> None:
        """Who calls, for a minute from any cache."""
        if not self.headers.get("Authorization"):
            self.answer(401, json.dumps({"error": "who are you?"}))
            return
        body = json.dumps({"id": 7, "email": "ada@example.com"})
        self.answer(200, body, Cache_Control="public, max-age=60")  # 14: cacheable

    def do_POST(self) -> None:
        """Take a message of any size (12), as slowly as it comes (13)."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.answer(200, json.dumps({"kept": len(json.loads(body))}))
        except Exception:  # noqa: BLE001 - the fault itself
            self.answer(500, json.dumps({"error": traceback.format_exc()}))  # 3: a stack trace

    def do_OPTIONS(self) -> None:
        """Allow everything."""
        self.answer(204, "", Access_Control_Allow_Methods="GET, POST, PUT, DELETE", Access_Control_Allow_Headers="*")

    def do_TRACE(self) -> None:
        """4: send back what came."""
        self.answer(200, f"{self.requestline}\r\n{self.headers}", "message/http")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Faulty).serve_forever()
