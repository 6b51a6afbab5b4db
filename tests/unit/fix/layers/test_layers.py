"""Layers that one line brings in, and limits that are lowered."""

from __future__ import annotations

import pytest

from tests.unit.fix.others import fix

HEADERS, BODIES, IDS, SIZE = "security-headers-set", "bodies-limited", "request-id-bound", "body-limit-too-large"
ROUTE = 'app.get("/users", (req, res) => res.json([]));\napp.listen(3000);\n'
PACKAGE = '{"dependencies": {"express": "5", "helmet": "8"}}'
PYTHON_ROUTE = '\n\n@app.get("/users")\ndef users():\n    return {}\n'


COMMON = 'const express = require("express");\n'
MADE = "const app = express();\n"
MODULE = 'import express from "express";\n'
MOUNTED = {
    f"{COMMON}{MADE}": f'{COMMON}const helmet = require("helmet");\n{MADE}app.use(helmet());\n',
    "import express from 'express'\n\nconst app = express()\n": (
        "import express from 'express'\nimport helmet from 'helmet'\n\nconst app = express()\napp.use(helmet())\n"
    ),
    f"{MODULE}export {MADE}": f'{MODULE}import helmet from "helmet";\nexport {MADE}app.use(helmet());\n',
    f'{COMMON}const secure = require("helmet");\n{MADE}': (
        f'{COMMON}const secure = require("helmet");\n{MADE}app.use(secure());\n'
    ),
}


@pytest.mark.parametrize(("head", "after"), MOUNTED.items())
def test_helmet_stands_behind_the_application(head: str, after: str) -> None:
    route = ROUTE if ";" in head else ROUTE.replace(";", "").replace('"', "'")

    result = fix({"server.js": head + route, "package.json": PACKAGE}, HEADERS)

    assert result.text == after + route
    assert result.said == ["unsafe answers-change"]


def test_a_package_that_is_not_declared_is_named() -> None:
    code = f'const express = require("express");\nconst app = express();\n{ROUTE}'

    result = fix({"server.js": code, "package.json": '{"devDependencies": {"helmet": "8"}}'}, HEADERS)

    assert (result.changed, result.said) == ({}, ["refused dependency-missing"])
    assert result.sites[0].title.endswith("`npm install helmet`")


def test_a_name_that_is_taken_is_left() -> None:
    code = f'const express = require("express");\nconst helmet = {{}};\nconst app = express();\n{ROUTE}'

    assert fix({"server.js": code, "package.json": PACKAGE}, HEADERS).said == ["refused import-name-taken"]


def test_hono_brings_its_own() -> None:
    route = 'app.get("/users", (c) => c.json([]));\nexport default app;\n'
    code = f'import {{ Hono }} from "hono";\nconst app = new Hono();\n{route}'

    result = fix({"server.ts": code}, HEADERS)

    assert 'import { secureHeaders } from "hono/secure-headers";\n' in result.text
    assert "const app = new Hono();\napp.use(secureHeaders());\n" in result.text


def test_flask_is_given_a_limit_inside_of_its_factory() -> None:
    route = "    @app.get('/users')\n    def users():\n        return {}\n\n    return app\n\n\napp = create_app()\n"
    code = f"from flask import Flask\n\n\ndef create_app():\n    app = Flask('x')\n\n{route}"

    result = fix({"app.py": code}, BODIES)

    assert "    app = Flask('x')\n    app.config['MAX_CONTENT_LENGTH'] = 10 * 1024 * 1024\n" in result.text
    assert result.said == ["unsafe large-bodies-refused"]


def test_fastapi_is_given_ids_where_the_package_is_declared() -> None:
    code = f"from fastapi import FastAPI\n\napp = FastAPI()\n{PYTHON_ROUTE}"

    declared = fix({"app.py": code, "requirements.txt": "fastapi\nasgi-correlation-id==4\n"}, IDS)
    missing = fix({"app.py": code, "requirements.txt": "fastapi\n"}, IDS)

    assert "app = FastAPI()\napp.add_middleware(CorrelationIdMiddleware)\n" in declared.text
    assert missing.said == ["refused dependency-missing"]


def test_a_framework_without_such_a_line_is_left() -> None:
    code = f"from fastapi import FastAPI\n\napp = FastAPI()\n{PYTHON_ROUTE}"

    assert fix({"app.py": code}, BODIES).said == ["refused no-standard-line"]
    assert fix({"app.py": code}, HEADERS).said == ["refused no-standard-line"]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("server.js", "express.json({ limit: '50mb' })", "express.json({ limit: '10mb' })"),
        ("server.js", "express.json({ limit: 20_000_000 })", "express.json({ limit: 10 * 1024 * 1024 })"),
        ("server.js", "express.json({ strict: true, limit: '1gb' })", "express.json({ strict: true, limit: '10mb' })"),
    ],
)
def test_a_limit_is_lowered(path: str, before: str, after: str) -> None:
    code = f"const express = require('express');\nconst app = express();\napp.use({before});\n{ROUTE}"

    result = fix({path: code}, SIZE)

    assert result.text == code.replace(before, after)
    assert result.said == ["unsafe large-bodies-refused"]


def test_a_proxy_before_uploads_is_left() -> None:
    proxy = "server {\n  client_max_body_size 4G;\n  location / { proxy_pass http://api:8000; }\n}\n"
    code = "from fastapi import FastAPI\n\napp = FastAPI()\n"

    plain = fix({"nginx.conf": proxy, "main.py": code}, SIZE)
    taking = fix({"nginx.conf": proxy, "main.py": f"from fastapi import UploadFile\n{code}"}, SIZE)

    assert plain.text == proxy.replace("4G", "10m")
    assert (taking.changed, taking.said) == ({}, ["refused uploads-taken"])


def test_an_application_inside_of_another_one_is_left() -> None:
    head = 'import { Hono } from "hono";\n'
    books = 'books.get("/", (c) => c.text("all"));\n'
    tail = 'app.route("/books", books);\nexport default app;\n'
    near = f"{head}const app = new Hono();\nconst books = new Hono();\n{books}{tail}"
    far = {
        "src/app.ts": f'{head}import books from "./books";\nconst app = new Hono();\n{tail}',
        "src/books.ts": f"{head}const books = new Hono();\n{books}export default books;\n",
    }

    one, two = fix({"app.ts": near}, HEADERS), fix(far, HEADERS)

    assert sorted(one.said) == ["refused mounted-elsewhere", "unsafe answers-change"]
    assert one.text.count("secureHeaders()") == 1
    assert list(two.changed) == ["src/app.ts"]
