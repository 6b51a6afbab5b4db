"""A service of one file, for tests of the probe: in order, or with the faults that FAULTS names.

It stands on three servers that answer "pong" to "ping": DATABASE_URL, REDIS_URL, AI_URL. Started with
`stand-in PORT` it is such a server itself.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

FAULTS = frozenset(os.environ.get("FAULTS", "").split())
KEPT: list[object] = []
STATE: dict[str, socket.socket | bool] = {}
LOCK = threading.Lock()


class Pong(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with suppress(OSError):
            while self.rfile.readline():
                self.wfile.write(b"pong\n")


class StandIn(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def ask(variable: str) -> None:
    """Raise OSError if the server behind the URL does not answer."""
    parts = urlsplit(os.environ[variable])
    seconds = None if f"no-timeout-{variable}" in FAULTS else 1.0
    if variable == "DATABASE_URL" and "no-reconnect" in FAULTS:
        with LOCK:
            if "link" not in STATE:
                STATE["link"] = socket.create_connection((parts.hostname, parts.port), seconds)
            ping(STATE["link"])
        return
    with socket.create_connection((parts.hostname, parts.port), seconds) as link:
        ping(link)


def ping(link: object) -> None:
    assert isinstance(link, socket.socket)
    link.sendall(b"ping\n")
    if not link.recv(100):
        raise ConnectionResetError("server closed the connection")


def is_up(variable: str) -> bool:
    try:
        ask(variable)
    except OSError:
        return False
    return True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5

    def answer(self, status: int, body: object, headers: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        self.write_line(status, headers)

    def write_line(self, status: int, headers: dict[str, str]) -> None:
        if "plain-log" in FAULTS:
            sys.stdout.write(f"{self.command} {self.path} {status}\n")
            return
        line = {"level": "info", "time": time.time(), "path": self.path, "status": status}
        if "no-id" not in FAULTS:
            line["request_id"] = headers["X-Request-ID"]
        if "log-headers" in FAULTS:
            line["headers"] = dict(self.headers)
        sys.stdout.write(f"{json.dumps(line)}\n")

    def do_GET(self) -> None:
        headers = {"X-Request-ID": self.headers.get("X-Request-ID") or os.urandom(8).hex()}
        if "leak-files" in FAULTS:
            KEPT.append(Path(os.devnull).open())  # noqa: SIM115 - the fault
        if "leak-memory" in FAULTS:
            KEPT.append(os.urandom(400_000))
        route = {
            "/livez": self.live, "/readyz": self.ready, "/things": self.things, "/chat": self.chat, "/": self.start,
            "/slow": self.slow,
        }.get(self.path)  # fmt: skip
        self.answer(*(route() if route else (404, {"error": "not found"})), headers)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(422, {"error": "not valid"}, {"X-Request-ID": "none"})

    def live(self) -> tuple[int, object]:
        return 503 if "live-needs-database" in FAULTS and not is_up("DATABASE_URL") else 200, {}

    def ready(self) -> tuple[int, object]:
        up = "health-lies" in FAULTS or (is_up("DATABASE_URL") and not STATE.get("draining"))
        return (200, {"ready": True}) if up else (503, {"ready": False})

    def things(self) -> tuple[int, object]:
        try:
            if "needs-redis" in FAULTS or is_up("REDIS_URL"):
                ask("REDIS_URL")
        except OSError:
            if "needs-redis" in FAULTS:
                return 500, {"error": "internal"}
        try:
            ask("DATABASE_URL")
        except OSError as error:
            return 503, {"error": str(error) if "tells" in FAULTS else "not now"}
        return 200, {"things": []}

    def chat(self) -> tuple[int, object]:
        try:
            ask("AI_URL")
        except OSError:
            return (500, {}) if "no-fallback" in FAULTS else (200, {"reply": "I cannot think right now."})
        return 200, {"reply": "pong"}

    def start(self) -> tuple[int, object]:
        return 200, {"service": "little"}

    def slow(self) -> tuple[int, object]:
        time.sleep(2.5)
        return 200, {}

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = "drops" in FAULTS
    block_on_close = "drops" not in FAULTS


def main() -> None:
    if sys.argv[1] == "stand-in":
        StandIn(("127.0.0.1", int(sys.argv[2])), Pong).serve_forever()
    if not os.environ.get("SECRET_KEY") and "starts-anyway" not in FAULTS:
        sys.exit("KeyError" if "says-nothing" in FAULTS else "SECRET_KEY is missing")
    if "needs-database" in FAULTS:
        ask("DATABASE_URL")
    server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
    if "leaves-children" in FAULTS:
        subprocess.Popen([sys.executable, "-c", "import os, time; os.setsid(); time.sleep(600)", sys.argv[1]])
    if "ignores-sigterm" in FAULTS:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif "drops" not in FAULTS:
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(0.05)
    server.server_close()


if __name__ == "__main__":
    main()
