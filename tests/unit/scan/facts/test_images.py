from __future__ import annotations

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.images import collect_config


def collect(text: str, path: str = "Dockerfile") -> list[Fact]:
    return list(collect_config(ConfigFile(path, Language.DOCKERFILE, text)))


def test_the_last_stage_counts() -> None:
    text = (
        "FROM node:20 AS build\nCOPY . .\nRUN npm ci\nUSER root\n"
        'FROM python:3.12\nUSER app\nHEALTHCHECK CMD x\nCMD ["uvicorn", "a:b"]\n'
    )
    (image, install) = collect(text)
    assert image.where.line == 5
    assert image.data == {
        "base": "python:3.12",
        "bases": [["node:20", 1], ["python:3.12", 5]],
        "user": "app",
        "drops": False,
        "healthcheck": True,
        "form": "exec",
        "shell_exec": False,
        "runtime": "python",
        "node_env": "",
        "rows": {"user": [6, "USER app"], "command": [8, 'CMD ["uvicorn", "a:b"]']},
        "development": False,
    }
    assert install.data == {"tool": "npm", "command": "npm ci", "frozen": True, "loose": [], "development": False}


def test_installs() -> None:
    text = (
        "FROM node\nRUN npm i -g pnpm && pnpm i --frozen-lockfile\nRUN yarn\nRUN npm install express\n"
        "RUN npm install --omit=dev\n"
    )
    installs = [(fact.where.line, fact.data["frozen"]) for fact in collect(text) if fact.kind == "package-install"]
    assert installs == [(2, True), (3, False), (5, False)]


def test_pnpm_holds_to_the_lock_file_where_ci_is_set() -> None:
    text = "FROM node:20\nRUN pnpm i\nENV CI=true\nRUN pnpm i\nRUN npm i\n"
    assert [fact.data["frozen"] for fact in collect(text) if fact.kind == "package-install"] == [False, True, False]


def test_the_server_of_a_standalone_next_build_sets_node_env() -> None:
    text = (
        'FROM node:20 AS build\nFROM node:20\nCOPY --from=build /app/.next/standalone ./\nCMD ["node", "server.js"]\n'
    )
    (image,) = collect(text)
    assert image.data["node_env"] == "production"


def test_a_shell_as_the_first_process() -> None:
    def form(command: str) -> tuple[object, object]:
        (image,) = collect(f"FROM alpine:3\nCMD {command}\n")
        return image.data["form"], image.data["shell_exec"]

    assert form('["/bin/sh", "-c", "node server.js"]') == ("shell", False)
    assert form('["bash", "-lc", "exec node server.js"]') == ("shell", True)
    assert form('["sh", "start.sh"]') == ("exec", False)
    assert form("exec node server.js") == ("shell", True)
    assert form("[]") == ("exec", False)


def test_images_that_no_service_runs_in() -> None:
    for path in ("docker/builder-go.dockerfile", "Dockerfile.integration", "Dockerfile.dev"):
        assert collect("FROM node:20\n", path)[0].data["development"] is True
    assert collect("FROM node:20\n", "docker/dockerfile")[0].data["development"] is False


def test_the_whole_context_by_way_of_another_stage() -> None:
    build = "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM node:20-slim\n"
    (image,) = collect(f"{build}COPY --from=build /app /app\n")
    assert image.data["rows"] == {"copy": [3, "COPY . ."]}
    for part in ("/app/dist /app/dist", "/application /app", "/usr/lib /usr/lib"):
        assert collect(f"{build}COPY --from=build {part}\n")[0].data["rows"] == {}


def test_an_image_without_a_command() -> None:
    (image,) = collect("FROM alpine\n")
    assert (image.data["form"], image.data["runtime"], image.data["healthcheck"]) == (None, "", None)


def test_dockerignore() -> None:
    (ignore,) = collect("# .env\n\n.git\n!keep\n.env*\n", "api/.dockerignore")
    assert (ignore.kind, ignore.data) == ("dockerignore", {"patterns": [".git", ".env*"]})


def test_an_image_that_others_start_from_is_none_of_its_own() -> None:
    ports = ConfigFile("Dockerfile.base", Language.DOCKERFILE, "FROM node:20\nRUN yarn\n")
    assert not [fact for fact in collect_config(ports) if fact.kind == "image"]
