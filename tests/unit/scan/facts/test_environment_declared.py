from __future__ import annotations

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.environment_declared import collect_config
from readycheck.scan.files.languages import language_of


def collect(path: str, text: str) -> list[Fact]:
    return list(collect_config(ConfigFile(path, language_of(path) or Language.TEXT, text)))


def names(path: str, text: str, kind: str = "env-declared") -> list[object]:
    return [fact.data["name"] for fact in collect(path, text) if fact.kind == kind]


def test_templates_of_dotenv() -> None:
    text = "# A comment about X = Y\nA=1\nexport B=\n#C=optional\n# D=optional\n  E = 'x'\nnot a line\n"
    assert names(".env.example", text) == ["A", "B", "C", "D", "E"]
    assert names("deploy/api.env", "A=1\n") == ["A"]


def test_compose() -> None:
    text = (
        "services:\n  api:\n    image: ${IMAGE}\n    environment:\n      A: ${FROM_SHELL:-x}\n      # B: no\n"
        "  worker:\n    environment:\n      - C=1\n      - D\n"
    )
    assert names("compose.yaml", text) == ["A", "C", "D"]
    assert names("compose.yaml", text, "env-interpolated") == ["IMAGE", "FROM_SHELL"]
    assert names("deploy/monitoring.yaml", text) == ["A", "C", "D"]


def test_dockerfile() -> None:
    assert names("Dockerfile", "FROM node\nARG A\nENV B=1 \\\n  C=2\nENV D old\n# ENV E=1\n") == ["A", "B", "C", "D"]


def test_kubernetes_and_helm() -> None:
    pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: api\n"
    pod += "      env:\n        - name: A\n          value: x\n"
    assert names("k8s/api.yaml", pod) == ["A"]
    assert names("k8s/config.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  B: x\n") == ["B"]
    assert names("charts/api/values.yaml", "env:\n  C: x\n") == ["C"]
    assert names("charts/api/templates/d.yaml", "env:\n  - name: D\n    value: {{ .Values.d }}\n") == ["D"]
    assert names("docs/example.yaml", "A: x\n") == []


def test_workflows_and_platforms() -> None:
    workflow = "jobs:\n  a:\n    env:\n      A: ${{ secrets.B }}\n"
    assert names(".github/workflows/deploy.yml", workflow) == ["A", "B"]
    assert names("fly.toml", '[env]\nA = "1"\n') == ["A"]
    assert names("vercel.json", '{"env": {"A": "1"}, "build": {"env": {"B": "2"}}}') == ["A", "B"]
    assert names("render.yaml", "services:\n  - envVars:\n      - key: A\n        sync: false\n") == ["A"]
    assert names("app.json", '{"env": {"A": {"required": true}}}') == ["A"]
    assert names("Procfile", "web: A=1 B=2 node server.js\n") == ["A", "B"]
    assert names("serverless.yml", "provider:\n  environment:\n    A: x\n") == ["A"]
    assert names("main.tf", 'environment {\n  variables = {\n    APP_A = "1"\n  }\n}\n') == ["APP_A"]
    assert names("turbo.json", '{"globalEnv": ["A"], "tasks": {"build": {"env": ["B", "!C"]}}}') == ["A", "B"]
    assert names("package.json", '{"scripts": {"start": "NODE_ENV=production node x"}}') == ["NODE_ENV"]


def test_what_prisma_reads() -> None:
    text = 'datasource db {\n  url = env("DATABASE_URL")\n}\n'
    assert names("prisma/schema.prisma", text, "env-interpolated") == ["DATABASE_URL"]
