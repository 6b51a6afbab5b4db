from __future__ import annotations

from typing import Any

from readycheck.model.evidence import ScannedFile
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import find_collectors
from readycheck.scan.files.languages import language_of
from readycheck.scan.inventories.environment import KINDS
from readycheck.scan.inventories.environment_rows import make_rows
from readycheck.scan.plan import CODE
from readycheck.scan.unit import Unit

COLLECTORS = [one for one in find_collectors() if not set(KINDS).isdisjoint(one.kinds)]


def scan(files: dict[str, str]) -> list[ScannedFile]:
    found = []
    for path, text in files.items():
        language = language_of(path) or Language.TEXT
        unit, config = Unit(path, language, text), ConfigFile(path, language, text)
        facts = [fact for one in COLLECTORS if one.collect and language in one.languages for fact in one.collect(unit)]
        if language not in CODE:
            facts = [fact for one in COLLECTORS if one.collect_config for fact in one.collect_config(config)]
        role = Role.TEST if path.startswith("tests/") else Role.SERVER
        found.append(ScannedFile(path, language, role, "", facts=tuple(facts)))
    return found


def rows(files: dict[str, str], given: dict[str, bool] | None = None) -> dict[Any, dict[str, Any]]:
    return {row["name"]: dict(row) for row in make_rows(scan(files), given)}


def test_functions_of_other_modules() -> None:
    found = rows({
        "app/env.py": "import os\ndef env(name, default=None):\n    return os.environ.get(name, default)\n",
        "app/main.py": "from app.env import env\nfrom lib.configs import other\nenv('A_A'); other('B_B')\n",
    })  # fmt: skip
    assert list(found) == ["A_A"]
    assert found["A_A"]["reads"][0]["file"] == "app/main.py"


def test_methods_of_classes_of_other_modules() -> None:
    found = rows({
        "src/config.service.ts": "import { cleanEnv, str } from 'envalid';\nexport class ConfigurationService {\n"
        "  private readonly env: any;\n  constructor() { this.env = cleanEnv(process.env, { A_A: str() }); }\n"
        "  get(key: string) { return this.env[key]; }\n}\n",
        "src/main.ts": "import { ConfigurationService } from './config.service';\n"
        "class S { constructor(private c: ConfigurationService) {} f() { return { x: this.c.get('A_A') }; } }\n",
    })  # fmt: skip
    assert [one["file"] for one in found["A_A"]["reads"]] == ["src/config.service.ts", "src/main.ts"]


def test_modules_that_hand_the_environment_on() -> None:
    found = rows({
        "src/env.ts": "import { z } from 'zod';\nexport const env = z.object({ A: z.string() }).parse(process.env);\n",
        "src/server.ts": "import { env } from '@/env';\nenv.A;\n",
        "src/other.ts": "import { env } from './elsewhere/config';\nenv.B;\n",
    })  # fmt: skip
    assert list(found) == ["A"]
    assert [one["form"] for one in found["A"]["reads"]] == ["schema", "env.X"]


def test_settings_with_a_base_in_another_module() -> None:
    found = rows({
        "app/base.py": "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
        "class AppSettings(BaseSettings):\n"
        "    model_config = SettingsConfigDict(env_prefix='APP_')\n",
        "app/mail.py": "from app.base import AppSettings\nclass MailSettings(AppSettings):\n    host: str\n",
        "app/main.py": "from app.mail import MailSettings\nsettings = MailSettings()\n",
        "app/other.py": "from lib import Settings\nclass Other(Settings):\n    unknown: str\n",
    })  # fmt: skip
    assert list(found) == ["APP_HOST"]
    assert found["APP_HOST"]["reads"][0]["phase"] == "startup"


def test_verdicts() -> None:
    found = rows(
        {
            "main.py": "import os\n"
            "os.environ['NEEDED']; os.getenv('OPTIONAL', 'x'); os.getenv('HOME')\n"
            "os.getenv('SECRET_KEY', 'dev-secret')\n"
            "if os.getenv('APP_ENV', 'development') != 'production': pass\n",
            ".env.example": "NEEDED=\nOPTIONAL=\nSECRET_KEY=\nIDLE=\nUSED_BY_COMPOSE=\n",
            "compose.yaml": "services:\n  db:\n    image: x:${USED_BY_COMPOSE}\n",
            "tests/test_main.py": "import os\nos.environ['ONLY_IN_TESTS']\n",
        },
        {"OPTIONAL": True, "NEEDED": False},
    )
    assert {name: row["verdict"] for name, row in found.items()} == {
        "NEEDED": ["required-and-unset"], "OPTIONAL": [], "HOME": [], "SECRET_KEY": ["unsafe-default"],
        "IDLE": ["declared-but-never-read"], "USED_BY_COMPOSE": [],
        "APP_ENV": ["read-but-undeclared", "inverted-default"],
    }  # fmt: skip
    assert [found[name]["set"] for name in ("OPTIONAL", "NEEDED", "HOME")] == [True, False, False]


def test_nothing_is_missing_under_a_name_that_only_running_tells() -> None:
    found = rows({"main.py": "import os\nos.environ[name]\n", ".env.example": "IDLE=\n"}, {})
    assert found[None]["verdict"] == []
    assert found[None]["set"] is None
    assert found["IDLE"]["verdict"] == []


def test_a_known_part_of_a_name_leaves_other_names_alone() -> None:
    found = rows({
        "main.py": "import os\nfor p in providers():\n    os.environ[f'OAUTH_{p}_ID']\n",
        ".env.example": "OAUTH_GITHUB_ID=\nIDLE=\n",
    })  # fmt: skip
    assert found["OAUTH_GITHUB_ID"]["verdict"] == []
    assert found["IDLE"]["verdict"] == ["declared-but-never-read"]
