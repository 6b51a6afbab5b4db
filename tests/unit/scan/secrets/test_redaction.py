from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from readycheck.catalog.loader import load_catalogue
from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.scan.memory import scan_texts
from readycheck.scan.secrets.redaction import digest, mask, mask_text, mask_tokens, redact_match, redact_span
from readycheck.scan.wire import pack_file
from tests.unit.scan.secrets.samples import TRUE, made

SECRET = made(20)


def pieces(secret: str) -> Iterator[str]:
    """Every run of five characters of a secret: none of them may be seen."""
    return (secret[start : start + 5] for start in range(len(secret) - 4))


def test_a_default_in_a_compose_file_is_masked() -> None:
    assert SECRET not in mask_text(f"  JWT_SECRET: ${{JWT_SECRET:-{SECRET}}}")


def test_a_mask_shows_a_quarter_and_at_most_four() -> None:
    assert mask(SECRET) == SECRET[:4] + "*" * 16
    assert mask("ember123") == "em******"
    assert mask("abc") == "***"
    assert mask("ab\ncd") == "a*\n**"
    assert len(digest(SECRET)) == 8


@pytest.mark.parametrize(
    "line",
    [
        'API_KEY = "{}"', "api_key='{}'", "const apiKey = `{}`;", '"password": "{}",', "password: {}",
        "JWT_SECRET={}", "export TOKEN={}", "  - API_TOKEN={}", 'x = os.getenv("JWT_SECRET", "{}")',
        "process.env.JWT_SECRET || '{}'", 'config("SECRET_KEY", default="{}")', "postgres://app:{}@db/app",
        "Authorization: Bearer {}", 'secret_key: str = "{}"', 'password=SecretStr("{}")',
        'if (key.apiKey !== "{}") stop();', "ENV API_KEY={}", 'headers["x-api-key"] = "{}"',
    ],
)  # fmt: skip
def test_lines_are_masked(line: str) -> None:
    text = mask_text(line.replace("{}", SECRET))
    assert not any(piece in text for piece in pieces(SECRET)), text
    assert len(text) == len(line.replace("{}", SECRET))
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "line",
    [
        'password = os.environ["DB_PASSWORD"]', "JWT_SECRET: ${JWT_SECRET:?}", "max_tokens = 4096",
        'print("password wrong")', "const token = req.headers.authorization;", "url = 'https://example.com/a/b'",
        'TOKEN_TYPE = "bearer"', "secret: configService.getOrThrow('auth.secret')", "jwt.verify(token, SECRET)",
        'kind = "postgres://host/db"',
    ],
)  # fmt: skip
def test_lines_without_a_secret_stay(line: str) -> None:
    assert mask_text(line) == line


@pytest.mark.parametrize("token", [token for _, token in TRUE])
def test_tokens_are_masked_wherever_they_stand(token: str) -> None:
    text = mask_tokens(f"call({token})")
    assert token[8:] not in text
    assert mask_tokens(text) == text


@pytest.mark.parametrize("token", [token for _, token in TRUE if token.startswith(("ghp_", "glpat", "sk-ant", "xox"))])
def test_a_token_that_a_long_line_cuts_off_is_masked(token: str) -> None:
    assert token[8:24] not in mask_tokens(f"x = '{token[:24]}")


def test_a_known_secret_goes_from_the_snippet() -> None:
    span = Span("a.py", 3, 5, 3, 8, "x = 'root' # root", 1)
    assert redact_span(span, "root").snippet == "x = 'r***' # r***"  # the column is not that of the word
    assert redact_span(replace(span, column=6), "root").snippet == "x = 'r***' # root"
    long = Span("a.py", 1, 6, 1, 26, f"x = '{SECRET}'; y = '{SECRET}'", 1)
    assert SECRET not in redact_span(long, SECRET).snippet


def test_a_match_that_stands_beside_a_secret() -> None:
    line = f'console.log("started"); const apiKey = "{SECRET}";'
    match = Match(
        "console-call",
        Span("a.js", 1, 1, 1, 23, line),
        "",
        line,
        f"Bearer {SECRET}",
        also=(Span("b.js", 1, 1, 1, 2, line),),
    )
    shown = repr(redact_match(match))
    assert not any(piece in shown for piece in pieces(SECRET))
    clean = Match("console-call", Span("a.js", 1, 1, 1, 23, "console.log(1)"))
    assert redact_match(clean) is clean


def test_no_rule_lets_a_secret_out_of_the_worker() -> None:
    token = "ghp_" + made(36)
    files = {
        "server/app.js": f"console.log('x'); const apiKey = '{SECRET}'; // {token}\nconsole.log(`{token}`);\n",
        "server/app.py": f"import os\nprint('{token}')\nSECRET_KEY = os.getenv('SECRET_KEY', '{SECRET}'); print(1)\n",
        "docker-compose.yml": f"services:\n  api:\n    environment:\n      JWT_SECRET: {SECRET}\n      DATABASE_URL: postgres://a:{SECRET}@db/a\n",
        ".env": f"STRIPE_KEY={token}\nPASSWORD={SECRET}\n",
    }
    scan = scan_texts(files, load_catalogue().rules)
    shown = json.dumps([pack_file(file) for file in scan.files]) + repr(scan.matches)
    assert len(scan.matches) > 5
    assert [piece for piece in (*pieces(SECRET), *pieces(token)) if piece in shown] == []
