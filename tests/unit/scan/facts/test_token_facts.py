from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.facts import token_calls, token_settings
from readycheck.scan.files.languages import language_of
from readycheck.scan.unit import Unit

SETTINGS = "app.config.settings"
PYTHON = "import os\nimport jwt\nfrom app.config import settings\n"
SCRIPT = "const jwt = require('jsonwebtoken');\nconst config = require('../config');\n"


def unit(text: str, path: str) -> Unit:
    return Unit(path, language_of(path) or Language.PYTHON, text)


def call(text: str, path: str = "app/tokens.py") -> Fact:
    (fact,) = token_calls.collect(unit((PYTHON if path.endswith(".py") else SCRIPT) + text, path))
    return fact


@pytest.mark.parametrize(
    ("text", "path", "sort", "names", "many"),
    [
        ('jwt.decode(t, "kitten", ["HS256"])', "a.py", "literal", [], False),
        ('jwt.decode(t, os.environ["K"], ["HS256"])', "a.py", "environment", ["K"], False),
        ('jwt.decode(t, os.getenv("K", "kitten"), ["HS256"])', "a.py", "fallback", ["K"], False),
        ('K = os.getenv("K") or "kitten"\njwt.decode(t, K, ["HS256"])', "a.py", "fallback", ["K"], False),
        ("jwt.decode(t, settings.key.get_secret_value())", "a.py", "reference", [f"{SETTINGS}.key"], False),
        ("for key in settings.keys:\n    jwt.decode(t, key)", "a.py", "reference", [f"{SETTINGS}.keys"], True),
        ("K = {k: v for k, v in settings.keys}\njwt.decode(t, K[i])", "a.py", "reference", [f"{SETTINGS}.keys"], True),
        ("def f(t, key):\n    return jwt.decode(t, key, ['HS256'])", "a.py", "unknown", [], False),
        ("key = jwt.PyJWKClient(url).get_signing_key_from_jwt(t)\njwt.decode(t, key)", "a.py", "key set", [], True),
        ("jwt.verify(t, process.env.K)", "a.js", "environment", ["K"], False),
        ("jwt.verify(t, config.jwt.secret)", "a.js", "reference", ["../config.jwt.secret"], False),
        ("const K = process.env.K ?? 'kitten';\njwt.verify(t, K)", "a.js", "fallback", ["K"], False),
        ("const K = test ? readFile() : 'kitten';\njwt.verify(t, K)", "a.js", "unknown", [], False),
        ("jwt.verify(t, Buffer.from(process.env['K'], 'base64'))", "a.js", "environment", ["K"], False),
        ("jwt.verify(t, (header, done) => done(null, keys[header.kid]))", "a.js", "function", [], True),
        ("jwt.verify(t, [process.env.A, process.env.B][i])", "a.js", "environment", ["A", "B"], True),
    ],
)  # fmt: skip
def test_where_the_key_comes_from(text: str, path: str, sort: str, names: list[str], many: bool) -> None:  # noqa: FBT001 - table
    data = call(text, path).data
    assert (data["sort"], data["names"], data["many"]) == (sort, names, many)


@pytest.mark.parametrize(
    ("text", "path", "pinned"),
    [
        ("jwt.decode(t, k)", "a.py", False),
        ("jwt.decode(t, k, algorithms=['HS256'])", "a.py", True),
        ("jwt.decode(t, k, algorithms=[settings.algorithm])", "a.py", True),
        ("jwt.decode(t, k, algorithms=None)", "a.py", False),
        ("jwt.decode(t, k, algorithms=['HS256', 'RS256'])", "a.py", False),
        ("jwt.decode(t, k, **options)", "a.py", None),
        ("jwt.verify(t, k)", "a.js", False),
        ("jwt.verify(t, k, { algorithms: ['HS256'] })", "a.js", True),
        ("const o = { algorithms: ['HS256'] };\njwt.verify(t, k, o)", "a.js", True),
        ("jwt.verify(t, k, { ...o })", "a.js", None),
        ("jwt.verify(t, k, getOptions())", "a.js", None),
    ],
)
def test_whether_the_algorithm_is_pinned(text: str, path: str, pinned: bool | None) -> None:  # noqa: FBT001 - table
    assert call(text, path).data["pinned"] is pinned


def settings(text: str, path: str = "config.py") -> dict[str, str]:
    found = token_settings.collect(unit(text, path))
    return {str(fact.data["name"]): str(fact.data["sort"]) for fact in found if fact.kind == "secret-setting"}


def demands(text: str, path: str = "config.py") -> list[tuple[list[str], int]]:
    found = token_settings.collect(unit(text, path))
    return [(fact.data["names"], fact.data["least"]) for fact in found if fact.kind == "secret-demand"]  # type: ignore[misc]


def test_settings() -> None:
    head = "import os, secrets\nfrom pydantic import Field\nclass Settings(BaseSettings):\n"
    assert settings(f"{head}    jwt_secret: str\n") == {"jwt_secret": "environment"}
    assert settings(f"{head}    jwt_secret: str = Field(min_length=32)\n") == {"jwt_secret": "environment"}
    assert settings(f"{head}    jwt_secret: str = 'kitten'\n") == {"jwt_secret": "fallback"}
    assert settings(f"{head}    jwt_secret: str = Field('kitten')\n") == {"jwt_secret": "fallback"}
    assert settings(f"{head}    jwt_secret: str = secrets.token_urlsafe(32)\n") == {"jwt_secret": "generated"}
    assert settings("JWT_SECRET = os.environ['JWT_SECRET']\n") == {"JWT_SECRET": "environment"}
    assert settings("module.exports = { jwtSecret: process.env.A || 'kitten' };", "config.js") == {
        "jwtSecret": "fallback"
    }


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("class S(BaseSettings):\n    jwt_secret: str = Field(min_length=32)\n", "a.py", [(["jwt_secret"], 32)]),
        ("LEAST = 40\nif len(SECRET) < LEAST:\n    raise SystemExit\n", "a.py", [(["SECRET"], 40)]),
        ("if len(SECRET) <= 31:\n    raise SystemExit\n", "a.py", [(["SECRET"], 32)]),
        ("if len(SECRET) < 32:\n    log.warning('short')\n", "a.py", []),
        ("if len(set(SECRET)) < 32:\n    raise SystemExit\n", "a.py", []),
        ("if len(SECRET) < 32 // 4:\n    raise SystemExit\n", "a.py", []),
        ("# if len(SECRET) < 32: raise\n", "a.py", []),
        ("if (config.jwtSecret.length < 32) throw new Error('short');", "a.js", [(["jwtSecret"], 32)]),
        ("if (config.jwtSecret.length < 32) { console.warn('short'); }", "a.js", []),
        ("const schema = z.object({ JWT_SECRET: z.string().min(32) });", "a.ts", [(["JWT_SECRET"], 32)]),
        ("const schema = Joi.object({ JWT_SECRET: Joi.string().min(32).required() });", "a.js", [(["JWT_SECRET"], 32)]),
        ("class E {\n  @IsString()\n  @MinLength(32)\n  JWT_SECRET: string;\n}", "a.ts", [(["JWT_SECRET"], 32)]),
    ],
)
def test_demands(text: str, path: str, expected: list[tuple[list[str], int]]) -> None:
    assert demands(text, path) == expected
