from __future__ import annotations

from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.facts import environment_libraries, environment_python, environment_settings
from readycheck.scan.unit import Unit

COLLECTORS = (environment_python, environment_libraries, environment_settings)


def collect(text: str, path: str = "app/main.py") -> list[Fact]:
    unit = Unit(path, Language.PYTHON, text)
    return [fact for module in COLLECTORS for fact in module.collect(unit)]


def names(text: str, kind: str = "env-read") -> list[Any]:
    return [fact.data["name"] for fact in collect(text) if fact.kind == kind]


def read(text: str) -> dict[str, Any]:
    (fact,) = [fact for fact in collect(text) if fact.kind in ("env-read", "env-field")]
    return dict(fact.data)


def test_every_form_of_reading() -> None:
    text = (
        "import os\nfrom os import environ as e, getenv as g\nfrom os import environ\nalias = os.environ\n"
        "get = os.environ.get\n"
        'os.environ["A"]; os.environ.get("B"); os.getenv("C"); e["D"]; g("E"); alias["F"]; get("G")\n'
        '"H" in os.environ; os.environ.pop("I"); environ.get(key="J")\n'
    )
    assert sorted(names(text)) == ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"]


def test_what_only_looks_like_a_read() -> None:
    text = (
        "import os\n"
        '# os.environ["A"]\n"""os.getenv("B")"""\nenviron = {}\nenviron["C"]; environ.get("D")\nother.getenv("E")\n'
        'os.environ["F"] = "1"\ndel os.environ["G"]\nos.environ.setdefault("H", "1")\n'
    )
    assert names(text) == ["H"]  # which is a read with a default, too
    assert names(text, "env-written") == ["F", "G", "H"]


def test_defaults() -> None:
    def default(expression: str) -> object:
        return read(f"import os\nx = {expression}\n")["default"]

    assert default('os.getenv("A", "1")') == "1"
    assert default('os.getenv("A") or "2"') == "2"
    assert default('int(os.environ.get("A", "3"))') == "3"
    assert default('os.environ.get("A", default="4").strip()') == "4"
    assert default('os.getenv("A", make())') == "make()"
    assert default('os.getenv("A", None)') is None
    assert default('os.getenv("A", "") or "5"') == "5"


def test_whether_it_is_required() -> None:
    def required(line: str) -> object:
        return read(f"import os\n{line}\n")["required"]

    assert required('x = os.environ["A"]') is True
    assert required('x = os.getenv("A")') is None
    assert required('x = os.getenv("A", None)') is False
    assert required('x = int(os.getenv("A"))') is True
    assert required('x = os.getenv("A")\nif not x:\n    raise RuntimeError("A")') is True
    assert required('x = os.getenv("A")\nif x is None:\n    sys.exit("A")') is True
    assert required('try:\n    x = os.environ["A"]\nexcept KeyError:\n    x = 1') is None


def test_when_it_runs() -> None:
    def phase(text: str) -> object:
        return read(f"import os\n{text}\n")["phase"]

    assert phase('x = os.getenv("A")') == "startup"
    assert phase('def create_app():\n    return os.getenv("A")') == "startup"
    assert phase('@app.get("/")\ndef show():\n    return os.getenv("A")') == "request"
    assert phase('def view(request):\n    return os.getenv("A")') == "request"
    assert phase('def helper():\n    return os.getenv("A")') == "unknown"


def test_keys_that_are_not_written_there() -> None:
    assert names('import os\nNAME = "A"\nos.environ[NAME]\n') == ["A"]
    assert names('import os\nfor n in ("A", "B"):\n    os.environ[n]\n') == ["A", "B"]
    assert names('import os\nNEEDED = ["A", "B"]\nmissing = [n for n in NEEDED if n not in os.environ]\n') == ["A", "B"]
    assert names("import os\nos.environ[name]\n") == [None]
    text = 'import os\ndef f():\n    for key in other():\n        os.getenv(f"OAUTH_{key}_ID")\n'
    assert read(text)["pattern"] == r"OAUTH_\w+_ID"


def test_functions_around_it() -> None:
    text = (
        "import os\n"
        "def env(name, default=None):\n    return os.environ.get(name, default)\n"
        'def integer(name, default=0):\n    return int(env("APP_" + name.upper(), default))\n'
        "def need(name):\n    value = os.getenv(name)\n    if not value:\n        raise KeyError(name)\n"
        'env("A"); env("B", "x"); integer("c"); need("D")\n'
    )
    found = {str(fact.data["name"]): fact.data for fact in collect(text) if fact.kind == "env-read"}
    assert set(found) == {"A", "B", "APP_C", "D"}
    assert found["B"]["default"] == "x"
    assert [found[name]["required"] for name in ("A", "APP_C", "D")] == [None, False, True]
    assert sorted(names(text, "env-wrapper")) == ["env", "integer", "need"]


def test_calls_of_functions_of_other_modules() -> None:
    text = 'from app.env import env_bool\nfrom os.path import join\nenv_bool("DEBUG", False); join("ABC", "DEF")\n'
    (call,) = [fact for fact in collect(text) if fact.kind == "env-call"]
    assert (call.data["name"], call.data["callee"], call.data["default"]) == ("DEBUG", ["app.env.env_bool"], "False")


def test_libraries() -> None:
    text = (
        "import environ\nfrom decouple import config\nfrom environs import Env\nfrom starlette.config import Config\n"
        'config("A"); config("B", default=1, cast=int)\nstar = Config(".env"); star("C", cast=str, default="x")\n'
        "env = environ.Env(DEBUG=(bool, False))\nenv(\"DEBUG\"); env.db(); env.str('D')\n"
        'e = Env()\nwith e.prefixed("PRE_"):\n    e.int("E")\n'
    )
    found = {str(fact.data["name"]): fact.data["required"] for fact in collect(text)}
    assert found == {
        "A": True, "B": False, "C": False, "DEBUG": False, "DATABASE_URL": True, "D": True, "PRE_E": True,
    }  # fmt: skip


def test_fields_of_settings() -> None:
    text = (
        "from typing import ClassVar\nfrom pydantic import AliasChoices, Field, SecretStr\n"
        "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
        "class Base(BaseSettings):\n"
        '    model_config = SettingsConfigDict(env_prefix="APP_")\n'
        "    a: str\n    b: int = 1\n    c: str | None = None\n    constant: ClassVar[int] = 1\n"
        '    d: str = Field(validation_alias=AliasChoices("D1", "D2"))\n'
        "    e: list[str] = Field(default_factory=list)\n"
        "class Child(Base):\n    f: str\n"
    )
    found = {str(fact.data["name"]): fact.data["required"] for fact in collect(text) if fact.kind == "env-field"}
    assert found == {
        "APP_A": True,
        "APP_B": False,
        "APP_C": False,
        "D1": None,
        "D2": None,
        "APP_E": False,
        "APP_F": True,
    }


def test_classes_that_other_modules_may_make_settings() -> None:
    (owner,) = [fact for fact in collect("from app.base import AppSettings\nclass Mail(AppSettings):\n    host: str\n")
                if fact.kind == "env-settings"]  # fmt: skip
    assert owner.data["bases"] == ["app.base.AppSettings"]
    assert collect("from pydantic import BaseModel\nclass Config(BaseModel):\n    host: str\n") == []


def test_no_more_than_four_characters_of_a_secret_are_kept() -> None:
    text = (
        "import os\n"
        'SECRET_KEY = os.getenv("SECRET_KEY", "correct horse battery staple")\n'
        'URL = os.getenv("DATABASE_URL", "postgresql://app:battery-staple@localhost/app")\n'
    )
    for fact in collect(text):
        everything = f"{fact.data}{fact.where.snippet}"
        assert "horse" not in everything
        assert "staple" not in everything
        assert fact.data["unsafe"]
