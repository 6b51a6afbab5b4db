from __future__ import annotations

import pytest

from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import collect_config


def collect(path: str, language: Language, text: str) -> list[tuple[int, Json, str, Json]]:
    facts = collect_config(ConfigFile(path, language, text))
    return [(fact.where.line, fact.data["name"], words(fact.data["argv"]), fact.data["environment"]) for fact in facts]


def words(argv: Json) -> str:
    assert isinstance(argv, list)
    return " ".join(str(word) for word in argv)


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("Dockerfile", "production"),
        ("deploy/Dockerfile.prod", "production"),
        ("Dockerfile.dev", "development"),
        (".devcontainer/Dockerfile", "development"),
        ("compose/local/Dockerfile", "development"),
        ("device/Dockerfile", "production"),
    ],
)
def test_dockerfile_command_and_where_it_runs(path: str, environment: str) -> None:
    text = 'FROM a\nENTRYPOINT ["tini", "--"]\nCMD ["node", "x.js"]\n'
    assert collect(path, Language.DOCKERFILE, text) == [(3, "", "tini -- node x.js", environment)]


def test_dockerfile_forms() -> None:
    (shell,) = collect_config(ConfigFile("Dockerfile", Language.DOCKERFILE, "FROM a\nCMD node x.js\n"))
    assert (shell.data["form"], shell.data["argv"]) == ("shell", ["node", "x.js"])
    text = 'FROM a\nENTRYPOINT node y\nCMD ["x"]\n'
    assert collect("Dockerfile", Language.DOCKERFILE, text) == [(2, "", "node y", "production")]
    assert collect("Dockerfile", Language.DOCKERFILE, "FROM a AS dev\nCMD x\n") == [(2, "", "x", "development")]
    assert collect("Dockerfile", Language.DOCKERFILE, "FROM a\n") == []


def test_procfile() -> None:
    text = "# c\nweb: gunicorn a:b\nrelease: python manage.py migrate\n"
    assert collect("Procfile", Language.TEXT, text) == [
        (2, "web", "gunicorn a:b", "production"),
        (3, "release", "python manage.py migrate", "production"),
    ]
    assert collect("Procfile.dev", Language.TEXT, "web: x\n") == [(1, "web", "x", "development")]


@pytest.mark.parametrize(
    ("scripts", "environment"),
    [
        ('"start": "nodemon x"', "unknown"),
        ('"start": "nodemon x", "dev": "y"', "production"),
        ('"start": "nodemon x", "dev": "y", "start:prod": "z"', "unknown"),
    ],
)
def test_start_script(scripts: str, environment: str) -> None:
    found = collect("package.json", Language.JSON, f'{{"scripts": {{"test": "jest", {scripts}}}}}')
    assert found[0] == (1, "start", "nodemon x", environment)


def test_compose_services() -> None:
    text = (
        "services:\n"
        "  api:\n    command: uvicorn a:b\n"
        "  worker:\n    entrypoint: [python, -m]\n    command: [worker]\n"
        "  web:\n    command: npm run dev\n    volumes:\n      - ./src:/app/src\n"
        "  db:\n    image: postgres\n    volumes:\n      - ./init.sql:/docker-entrypoint-initdb.d/init.sql\n"
    )
    assert collect("docker-compose.yml", Language.YAML, text) == [
        (3, "api", "uvicorn a:b", "unknown"),
        (6, "worker", "python -m worker", "unknown"),
        (8, "web", "npm run dev", "development"),
    ]
    assert collect("docker-compose.override.yml", Language.YAML, text)[0][3] == "development"
    assert collect("compose.production.yaml", Language.YAML, text)[0][3] == "production"


def test_kubernetes_containers() -> None:
    text = (
        "kind: Service\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n"
        "        - name: api\n          command: [uvicorn]\n          args: [a:b, --reload]\n"
    )
    assert collect("k8s/api.yaml", Language.YAML, text) == [(9, "api", "uvicorn a:b --reload", "production")]
    assert collect("k8s/api.yaml", Language.YAML, text + "  x: {{ .Values.x }}\n") == []
    assert collect("translations.yaml", Language.YAML, "a: [\n") == []


def test_systemd_shell_and_platforms() -> None:
    unit = "[Service]\nExecStart=-/usr/bin/node /srv/x.js\n"
    assert collect("api.service", Language.TEXT, unit) == [(2, "", "/usr/bin/node /srv/x.js", "production")]
    script = "#!/bin/sh\n# uvicorn x\nset -e\nexec uvicorn a:b --reload\n"
    assert collect("start.sh", Language.TEXT, script) == [(4, "start.sh", "exec uvicorn a:b --reload", "unknown")]
    fly = 'app = "x"\n[processes]\nweb = "node x"\n'
    assert collect("fly.toml", Language.TOML, fly) == [(3, "web", "node x", "production")]
    render = "services:\n  - type: web\n    startCommand: uvicorn a:b\n"
    assert collect("render.yaml", Language.YAML, render) == [(3, "startCommand", "uvicorn a:b", "production")]
    railway = '{"deploy": {"startCommand": "node x"}}'
    assert collect("railway.json", Language.JSON, railway) == [(1, "startCommand", "node x", "production")]
