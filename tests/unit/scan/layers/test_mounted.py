from __future__ import annotations

from tests.unit.scan.layers.conftest import Layered

EXPRESS = 'const express = require("express");\nconst helmet = require("helmet");\nconst app = express();\n'
ROUTE = 'app.get("/users", (req, res) => res.json([]));\n'
LISTEN = "app.listen(3000);\n"


def describe(stack: object) -> list[tuple[str, bool, int]]:
    return [(one.name, one.is_on, len(one.routes)) for one in stack.layers]  # type: ignore[attr-defined]


def test_a_layer_stands_before_the_routes_that_come_after_it(layered: Layered) -> None:
    stack = layered({"server.js": f"{EXPRESS}{ROUTE}app.use(helmet());\n{ROUTE}{LISTEN}"})
    assert describe(stack) == [("helmet()", True, 1)]
    assert not stack.layers[0].is_whole


def test_a_layer_after_all_routes_is_without_effect(layered: Layered) -> None:
    assert describe(layered({"server.js": f"{EXPRESS}{ROUTE}app.use(helmet());\n{LISTEN}"})) == [("helmet()", False, 0)]


def test_functions_that_attach_count_where_they_are_called(layered: Layered) -> None:
    files = {
        "server.js": 'const express = require("express");\nconst layers = require("./layers");\n'
        'const routes = require("./routes");\nconst app = express();\nroutes(app);\nlayers(app);\napp.listen(1);\n',
        "layers.js": 'const helmet = require("helmet");\nmodule.exports = function add(app) { app.use(helmet()); };\n',
        "routes.js": f"\n\n\n\nmodule.exports = function attach(app) {{ {ROUTE} }};\n",
    }
    assert describe(layered(files)) == [("helmet()", False, 0)]

    files["server.js"] = files["server.js"].replace("routes(app);\nlayers(app);", "layers(app);\nroutes(app);")
    assert describe(layered(files)) == [("helmet()", True, 1)]


def test_a_switch_that_nothing_sets_is_off(layered: Layered) -> None:
    text = f'{EXPRESS}if (process.env.HEADERS === "on") app.use(helmet());\n{ROUTE}{LISTEN}'
    stack = layered({"server.js": text})
    assert describe(stack) == [("helmet()", False, 1)]
    assert "process.env.HEADERS" in stack.layers[0].switch

    compose = "services:\n  api:\n    build: .\n    environment:\n      HEADERS: 'on'\n"
    set_by_compose = layered({"server.js": text, "compose.yaml": compose})
    assert describe(set_by_compose) == [("helmet()", True, 1)]
    assert set_by_compose.layers[0].is_doubtful


def test_settings_are_followed_to_their_default(layered: Layered) -> None:
    text = (
        "from fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\n"
        "from starlette.middleware.gzip import GZipMiddleware\n\n"
        "class Settings(BaseSettings):\n    compress: bool = False\n\n"
        "settings = Settings()\napp = FastAPI()\nif settings.compress:\n    app.add_middleware(GZipMiddleware)\n"
    )
    assert [one.is_on for one in layered({"main.py": text}).layers] == [False]
    assert [one.is_on for one in layered({"main.py": text.replace("= False", "= True")}).layers] == [True]


def test_of_two_applications_the_one_counts_that_is_served(layered: Layered) -> None:
    text = (
        f"{EXPRESS}app.use(helmet());\n{ROUTE}const plain = express();\nplain.get('/x', (req, res) => res.end());\n"
        'require("http").createServer(plain).listen(3000);\n'
    )
    stack = layered({"server.js": text})
    assert [one.ref.name for one in stack.applications] == ["plain"]
    assert stack.layers == []


def test_what_the_served_one_mounts_is_served_too(layered: Layered) -> None:
    mounted = "const api = express();\napi.use(helmet());\napi.get('/x', (req, res) => res.end());\n"
    text = f"{EXPRESS}{mounted}app.use('/api', api);\n{LISTEN}"
    assert {one.ref.name for one in layered({"server.js": text}).applications} == {"app", "api"}


def test_a_body_leaves_out_what_production_does_not_reach(layered: Layered) -> None:
    text = (
        'const express = require("express");\nconst app = express();\n'
        "const refuse = (res) => res.status(429).end();\n"
        "app.use((req, res, next) => {\n"
        '  if (process.env.NODE_ENV === "development") return refuse(res);\n  next();\n});\n'
        f"{ROUTE}{LISTEN}"
    )
    assert 429 not in layered({"server.js": text}).layers[0].body.statuses
    assert 429 in layered({"server.js": text.replace("development", "production")}).layers[0].body.statuses
