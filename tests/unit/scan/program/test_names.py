"""What names mean across files."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from readycheck.scan.program.model import Ref
from tests.unit.scan.program.conftest import Join

CASES = [
    pytest.param(
        {"app/main.py": "from app.limits import limiter as l\nQ(l)\n", "app/limits.py": "limiter = make(request)\n"},
        "app/main.py", [Ref("app/limits.py", "limiter")], id="an imported variable",
    ),
    pytest.param(
        {
            "app/main.py": "from app import guard\nQ(guard)\n",
            "app/__init__.py": "from .security import guard\nrequest = 1\n",
            "app/security.py": "def guard(request): ...\n",
        },
        "app/main.py", [Ref("app/security.py", "guard")], id="passed on by the package",
    ),
    pytest.param(
        {"main.py": "def build():\n    app = lib.App()\n    add(app)\n    return app\ndef add(app):\n    Q(app)\n"},
        "main.py", [Ref("main.py", "build.app")], id="a parameter is what callers give",
    ),
    pytest.param(
        {
            "a.py": "from b import build\napp = build()\nQ(app)\n",
            "b.py": "def build():\n    app = lib.App()\n    return app\n",
        },
        "a.py", [Ref("b.py", "build.app")], id="what a function returns",
    ),
    pytest.param(
        {
            "src/app.js": "const routes = require('./routes'); Q(routes)",
            "src/routes/index.js": "const router = require('express').Router(); module.exports = router;",
        },
        "src/app.js", [Ref("src/routes/index.js", "router")], id="module.exports of an index file",
    ),
    pytest.param(
        {
            "src/app.ts": "import { guard } from '@/auth/auth.guard'; Q(guard)",
            "src/auth/auth.guard.ts": "export const guard = (req, res, next) => next();",
        },
        "src/app.ts", [Ref("src/auth/auth.guard.ts", "guard")], id="a path alias, and dots in the file's name",
    ),
    pytest.param(
        {
            "a.js": "import { limit } from './middleware'; Q(limit)",
            "middleware/index.js": "export * from './limit.js'; export const next = 1;",
            "middleware/limit.js": "export function limit(req) {}",
        },
        "a.js", [Ref("middleware/limit.js", "limit")], id="export star",
    ),
    pytest.param(
        {"a.js": "const c = require('./c'); Q(c.list)", "c.js": "exports.list = async (req) => {};"},
        "a.js", [Ref("c.js", "list")], id="a member of exports",
    ),
    pytest.param(
        {"a.py": "import redis\nQ(redis.Redis)\n", "app/redis.py": "request = 1\n"},
        "a.py", [Ref("", "redis.Redis")], id="a library is no file of the same name elsewhere",
    ),
    pytest.param({"a.py": "a = b\nb = a\nQ(a)\n"}, "a.py", [Ref("a.py", "a")], id="a circle ends"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "path", "origins"), CASES)
def test_origins(join: Join, files: Mapping[str, str], path: str, origins: list[Ref]) -> None:
    program = join(
        {name: f"{text}\n# request" if name.endswith(".py") else f"{text} // req" for name, text in files.items()}
    ).program
    call = next(one for one in program.modules[path].calls if one.text == "Q")

    assert list(program.find_origins(path, call.arguments[0]["n"])) == origins


def test_methods_are_found_through_members_and_their_types(join: Join) -> None:
    program = join({
        "db.py": "class Database:\n    async def fetch(self, request): ...\n",
        "services.py": "from db import Database\nclass Services:\n    database: Database\nrequest = 1\n",
        "routes.py": (
            "from services import Services\n"
            "def read(request, services: Services):\n    services.database.fetch(request)\n"
        ),
    }).program  # fmt: skip
    call = next(one for one in program.modules["routes.py"].calls if one.method == "fetch")

    assert program.find_called(call) == [Ref("db.py", "Database.fetch")]
    assert program.callers[Ref("db.py", "Database.fetch")] == [call]


def test_a_typescript_constructor_declares_members(join: Join) -> None:
    program = join(
        {
            "users.service.ts": "export class UsersService { find(req: string) { return req; } }",
            "users.controller.ts": (
                "import { UsersService } from './users.service';\n"
                "export class UsersController {\n"
                "  constructor(private readonly users: UsersService) {}\n"
                "  get(req) { return this.users.find(req); }\n}\n"
            ),
        }
    ).program
    call = next(one for one in program.modules["users.controller.ts"].calls if one.method == "find")

    assert program.find_called(call) == [Ref("users.service.ts", "UsersService.find")]


def test_receivers_and_types(join: Join) -> None:
    program = join(
        {
            "main.py": "import fastapi\nclass Own(fastapi.FastAPI): ...\napp = Own()\napp.add_middleware(1)\n",
        }
    ).program
    call = next(one for one in program.modules["main.py"].calls if one.method == "add_middleware")

    assert program.find_receivers(call) == ((Ref("main.py", "app"), ".add_middleware"),)
    assert program.find_types(Ref("main.py", "app")) == {"fastapi.FastAPI()"}


def test_constants_across_files(join: Join) -> None:
    program = join(
        {
            "paths.py": "PREFIX = '/api'\nrequest = 1\n",
            "main.py": "from paths import PREFIX\nPATH = PREFIX + '/v1'\nQ(PATH, request)\n",
        }
    ).program
    call = program.modules["main.py"].calls[0]

    assert program.find_constant("main.py", call.arguments[0]) == "/api/v1"
    assert program.find_constant("main.py", call.arguments[1]) is None
