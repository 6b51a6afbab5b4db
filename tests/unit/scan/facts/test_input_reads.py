from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import input_reads
from readycheck.scan.unit import Unit


def script(text: str) -> list[tuple[object, object, object]]:
    unit = Unit("src/app.js", Language.JAVASCRIPT, text)
    return [(one.data["part"], one.data["key"], one.data["tested"]) for one in input_reads.collect(unit)]


def python(text: str) -> list[tuple[object, object, object]]:
    unit = Unit("app/main.py", Language.PYTHON, text)
    return [(one.data["part"], one.data["key"], one.data["tested"]) for one in input_reads.collect(unit)]


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        ("(req, res) => store(req.body.name)", [("body", "name", False)]),
        ("(req, res) => { const { a, b: c } = req.body; }", [("body", "a", False), ("body", "c", False)]),
        ("(req, res) => store(req.query['page'])", [("query", "page", False)]),
        ("async (ctx) => store(ctx.request.body, ctx.params.id)", [("body", "", False), ("path", "id", False)]),
        ("async (c) => store(await c.req.json(), c.req.param('id'))", [("body", "", False), ("path", "id", False)]),
        ("async ({ body, params: { id } }, res) => store(body, id)", [("body", "", False), ("path", "id", False)]),
        ("(req, res) => { const n = Number(req.params.id); if (Number.isInteger(n)) go(n); }", [("path", "id", True)]),
        (
            "(req, res) => { if (typeof req.body.text !== 'string') return; go(req.body.text); }",
            [("body", "text", True)] * 2,
        ),
        ("(req, res) => { if (!req.body) return; }", []),
        ("(mail) => send(mail.body)", []),
        ("(req, res) => { const req2 = load(); go(req2.body); }", []),
    ],
)
def test_what_handlers_in_javascript_read(handler: str, expected: list[object]) -> None:
    assert script(f"const request = 1;\napp.post('/', {handler});\n") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("data = request.get_json()", [("body", "", False)]),
        ("name = request.form['name']", [("body", "name", False)]),
        ("page = request.args.get('page', 1)", [("query", "page", False)]),
        ("if 'save' in request.form: go()", []),
        ("text = request.data[:100]", []),
        ("size = request.form['size']\n    if len(size) > 3: go()", [("body", "size", True)]),
    ],
)
def test_what_handlers_in_python_read(body: str, expected: list[object]) -> None:
    assert python(f"from flask import request\n\ndef add():\n    {body}\n") == expected


def test_a_response_is_no_request() -> None:
    assert python("import requests\n\ndef get():\n    request = requests.get('x')\n    return request.json()\n") == []


def test_messages_of_sockets() -> None:
    listeners = "socket.on('say', ({ room }) => go(room)); socket.on('x', (id) => go(id));"
    text = f"io.on('connection', (socket) => {{ {listeners} }});"

    assert script(text) == [("message", "room", False)]
