from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import database_access, secrets_code, secrets_config
from readycheck.scan.files.languages import language_of
from readycheck.scan.unit import Unit
from tests.unit.scan.secrets.samples import made

TOKEN = "ghp_" + made(36)
MERGED = "{environment: {<<: *env}}"


def in_code(text: str, path: str = "service.py") -> list[Fact]:
    return list(secrets_code.collect(Unit(path, language_of(path) or Language.PYTHON, text)))


def in_file(text: str, path: str) -> list[Fact]:
    return list(secrets_config.collect_config(ConfigFile(path, language_of(path) or Language.TEXT, text)))


def show(facts: list[Fact]) -> list[tuple[int, str, str]]:
    return [(fact.where.line, str(fact.data["name"]), str(fact.data["area"])) for fact in facts]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('api_key = "b41c7f09d2e8a6"', "service.py"),
        ('client = Client(api_key="b41c7f09d2e8a6")', "service.py"),
        ('KEYS = {"api_key": "b41c7f09d2e8a6"}', "service.py"),
        ('def connect(password="gT5vR2pQ9"): ...', "service.py"),
        ('os.environ["API_KEY"] = "b41c7f09d2e8a6"', "service.py"),
        ('password: Final[str] = "gT5vR2pQ9"', "service.py"),
        ('if token == "b41c7f09d2e8a6": ...', "service.py"),
        ("const apiKey = 'b41c7f09d2e8a6';", "service.js"),
        ("const options = { apiKey: `b41c7f09d2e8a6` };", "service.ts"),
        ("client.setHeader({ 'x-api-key': 'b41c7f09d2e8a6' });", "service.ts"),
        (f"const a = 1; // {TOKEN}", "service.js"),
        ('engine = create("redis://:gT5vR2pQ9@cache:6379")', "service.py"),
    ],
)
def test_secrets_in_code(text: str, path: str) -> None:
    assert len(in_code(text, path)) == 1


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('# api_key = "b41c7f09d2e8a6"', "service.py"),
        ('"""api_key = "b41c7f09d2e8a6" """', "service.py"),
        ('api_key = f"{prefix}41c7f09d2e8a6"', "service.py"),
        ('api_key = os.getenv("API_KEY", "b41c7f09d2e8a6")', "service.py"),
        ('class Settings(BaseSettings):\n    api_key: str = "b41c7f09d2e8a6"', "service.py"),
        ('url = f"postgresql://{user}:{password}@{host}/db"', "service.py"),
        ('url = os.getenv("URL", "postgresql://ember:ember123@db/db")', "service.py"),
        ('"""postgresql://ember:ember123@db/db"""', "service.py"),
        ("class Kind(Enum):\n    OnePassword = 'b41c7f09d2e8a6'", "service.py"),
        ("const names = { password: 'label.password1' };", "service.ts"),
        ("const apiKey = process.env.API_KEY || 'b41c7f09d2e8a6';", "service.ts"),
        ("throw new Error('token: invalid1234');", "service.ts"),
        (f'Field(examples=["{TOKEN}"])', "service.py"),
        ('DSN = "https://4f1d2c3b4a59687786950403020100ff@o1.ingest.sentry.io/2"', "service.py"),
    ],
)
def test_no_secrets_in_code(text: str, path: str) -> None:
    assert in_code(text, path) == []


def test_a_class_for_development_is_exempt() -> None:
    (fact,) = in_code('class Development(Config):\n    API_TOKEN = "b41c7f09d2e8a6"\n')
    assert fact.data["exempt"] == "in `Development`, which is for development"


def test_what_it_opens() -> None:
    text = 'JWT_SECRET = "b41c7f09d2e8a6"\nDB_PASSWORD = "gT5vR2pQ9"\nurl = "mysql://app:gT5vR2pQ9@db/app"\n'
    assert sorted(show(in_code(text))) == [
        (1, "JWT_SECRET", "signing"),
        (2, "DB_PASSWORD", "database"),
        (3, "", "database"),
    ]


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("compose.yml", "services:\n  a:\n    environment: [JWT_SECRET=kitten]\n", [3]),
        ("compose.yml", f"x-env: &env\n  JWT_SECRET: kitten\nservices:\n  a: {MERGED}\n  b: {MERGED}\n", [2]),
        ("compose.yml", "services:\n  a:\n    environment:\n      URL: postgres://a:${P:?}@db/a\n", []),
        ("compose.test.yml", "services:\n  a:\n    environment:\n      JWT_SECRET: kitten\n", []),
        (".env", f"A_TOKEN={TOKEN}\nPASSWORD='kitten' # mine\nPASSWORD2=changeme\nTTL=1\n", [1, 2]),
        (".env.example", f"A_TOKEN={TOKEN}\n", []),
        (".env.test", "PASSWORD=kitten\n", []),
        ("deploy/values.yaml", "auth:\n  password: gT5vR2pQ9\n  username: app\n", [2]),
        ("deploy/values.yaml", "auth:\n  password: ''\n  existingSecret: api\n", []),
        ("main.tf", 'variable "x" {\n  db_password = "gT5vR2pQ9"\n}\n', [2]),
        ("config.toml", "[smtp]\npassword = 'gT5vR2pQ9'\ntimeout = 3\n", [2]),
        ("init.sql", "CREATE USER app WITH PASSWORD 'kitten';\n", [1]),
        ("Dockerfile", "FROM a AS test\nENV PASSWORD=kitten\nFROM b\nENV PASSWORD=$PASSWORD\nARG TOKEN\n", []),
        ("broken.yaml", f"a: [\nkind: Secret\napiVersion: v1\ntoken: {TOKEN}\n", [4]),
    ],
)  # fmt: skip
def test_secrets_in_configuration(path: str, text: str, lines: list[int]) -> None:
    assert sorted(fact.where.line for fact in in_file(text, path)) == lines


def test_a_fact_holds_no_secret() -> None:
    (fact,) = in_file("services:\n  a:\n    environment:\n      JWT_SECRET: b41c7f09d2e8a6\n", "compose.yml")
    assert (fact.where.column, fact.where.end_column) == (19, 33)
    assert fact.data["shown"] == "b41"
    assert "c7f09" not in repr(fact)


def references(text: str, path: str = "compose.yml") -> list[tuple[str, str]]:
    found = database_access.collect_config(ConfigFile(path, language_of(path) or Language.TEXT, text))
    return [(fact.kind, str(fact.data.get("name") or fact.data.get("user") or fact.data["form"])) for fact in found]


def test_references_and_roles() -> None:
    head = "services:\n  a:\n    environment:\n"
    assert references(f"{head}      JWT_SECRET: ${{JWT_SECRET:?a long one}}\n") == [("secret-reference", "JWT_SECRET")]
    assert references(f"{head}      JWT_SECRET: ${{JWT_SECRET:-kitten}}\n      A_TTL: ${{A_TTL}}\n") == []
    url = f"{head}      URL: postgresql://app:${{P:?what it is}}@db/a\n"
    assert references(url) == [("database-role", "app"), ("secret-reference", "URL")]
    assert references(f"{head}      POSTGRES_HOST_AUTH_METHOD: trust\n") == [
        ("database-open", "POSTGRES_HOST_AUTH_METHOD=trust")
    ]
    assert references(url, "compose.dev.yml") == []
    assert references("CREATE ROLE app LOGIN SUPERUSER;\n-- CREATE ROLE b SUPERUSER;\n", "a.sql") == [
        ("database-role", "app")
    ]
