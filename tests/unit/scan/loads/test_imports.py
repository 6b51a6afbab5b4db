from __future__ import annotations

from collections.abc import Mapping

import pytest

from readycheck.model.evidence import Fact
from readycheck.scan.facts import modules
from readycheck.scan.files.source import make_unit
from readycheck.scan.loads.imports import Imports
from readycheck.scan.program.files import Files


def find(files: Mapping[str, str], path: str) -> list[tuple[str, str]]:
    facts: list[Fact] = []
    for name, text in files.items():
        unit, _ = make_unit(name, text.encode())
        assert unit is not None
        facts += modules.collect(unit)
    return [(one.module, one.name) for one in Imports(Files(files), facts).list_missing(path)]


LIMITS = (
    "import redis\nLIMIT: int = 3\na, (b, *c) = 1, (2, 3)\nfor each in ():\n    pass\nwith redis as opened:\n    pass\n"
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from app.limits import LIMIT, a, b, c, each, opened, redis", []),
        ("from app.limits import Gone", [("app.limits", "Gone")]),
        ("from .gone import x", [(".gone", "")]),
        ("import app.limits", []),
        ("from .routes import users", []),
        ("from . import limits, routes", []),
        ("from redis.gone import x", []),
        ("from app.generated import client", []),
        ("try:\n    from app.limits import Gone\nexcept ImportError:\n    pass", []),
    ],
)
def test_imports_in_python(line: str, expected: list[tuple[str, str]]) -> None:
    files = {"app/main.py": f"app = 1\n{line}\n", "app/__init__.py": "import redis\n", "app/limits.py": LIMITS}
    files["app/routes/users.py"] = "from fastapi import APIRouter\n"

    assert find(files, "app/main.py") == expected


def test_a_module_that_is_called_index_stands_for_itself() -> None:
    files = {"app/main.py": "from app import name, index\nrequest = 1\n", "app/index.py": "app = 1\n"}

    assert find({**files, "app/__init__.py": "from redis import Redis as name\n"}, "app/main.py") == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("const { kept } = require('./limits');", []),
        ("const { gone } = require('./limits');", [("./limits", "gone")]),
        ("require('./limits').gone;", [("./limits", "gone")]),
        ("import { there, Kind } from './modern.js';", []),
        ("import { gone } from './modern';", [("./modern", "gone")]),
        ("import type { gone } from './gone';", []),
        ("import x from './gone';", [("./gone", "")]),
        ("import css from './style.css';", []),
        ("try { require('./gone'); } catch {}", []),
        ("const x = require('./routes');", []),
        ("const { any } = require('./open');", []),
        ("import { x } from '@/gone';", []),
    ],
)
def test_imports_in_javascript(line: str, expected: list[tuple[str, str]]) -> None:
    files = {
        "src/server.ts": f"const app = 1;\n{line}\n",
        "src/limits.js": "const app = 1;\nmodule.exports = { kept: app };\n",
        "src/modern.ts": "export const there = 1;\nexport enum Kind { One }\nconst app = 1;\n",
        "src/open.js": "const app = 1;\nmodule.exports = { [app.name]: app };\n",
        "src/routes/index.js": "module.exports = 1;\n",
    }

    assert find(files, "src/server.ts") == expected
