from __future__ import annotations

from readycheck.scan.facts.socket_servers import collect
from readycheck.scan.files.source import make_unit

HEAD = 'const { Server } = require("socket.io");\n'


def read(text: str) -> list[tuple[object, ...]]:
    unit, _ = make_unit("server.js", text.encode())
    assert unit is not None
    return [(one.where.line, one.data["library"], one.data["options"], one.data["opaque"]) for one in collect(unit)]


def test_options_have_their_own_lines() -> None:
    text = f'{HEAD}new Server(server, {{\n  cors: {{\n    origin: "*",\n  }},\n}});\n'
    assert read(text) == [(2, "socket.io", [["cors.origin", "*", '"*"', 4, '    origin: "*",']], False)]


def test_options_from_elsewhere_are_opaque() -> None:
    assert read(f"{HEAD}new Server(server, options);\n") == [(2, "socket.io", [], True)]
    assert read(f"{HEAD}new Server(server);\n") == [(2, "socket.io", [], False)]


def test_a_client_and_a_namesake_are_no_servers() -> None:
    assert read('const WebSocket = require("ws");\nnew WebSocket("ws://other");\n') == []
    assert read('const { Server } = require("http");\nnew Server();\n') == []
    [found] = read('import { WebSocketServer } from "ws";\nnew WebSocketServer({ port: 1, maxPayload: 10 });\n')
    assert found[:2] == (2, "ws")
