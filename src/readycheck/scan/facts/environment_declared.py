"""Where variables are declared: templates of `.env`, compose, Dockerfiles, Kubernetes, Helm, CI, hosting platforms.

`env-declared`: `name`, `source` (the sort of file), `example` (the file is a template of `.env`).
`env-interpolated`: `name` of a variable that a compose file, a script or Prisma's schema takes out of the environment.
`env-source`, one a file: `source`, `platform` (a host that sets NODE_ENV and the like by itself).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.environ.declared import (
    Named,
    read_commands,
    read_dockerfile,
    read_dotenv,
    read_interpolated,
    read_lines,
    read_scripts,
    read_table,
    read_turbo,
    read_yaml,
)
from readycheck.scan.environ.names import is_variable
from readycheck.scan.late import compile_late

DECLARED, INTERPOLATED, SOURCE = "env-declared", "env-interpolated", "env-source"
KINDS = (DECLARED, INTERPOLATED, SOURCE)
GLOBS = (
    ".env*", "*.env", "*.env.*", "env.*", "env-*example*", "env_*example*", "dotenv*", "*.env-*",
    "[Dd]ockerfile", "[Dd]ockerfile.*", "*.[Dd]ockerfile", "Containerfile", "Containerfile.*", "*.yml", "*.yaml",
    "Procfile", "Procfile.*", "app.json", "vercel.json", "now.json", "fly.toml", "fly.*.toml", "netlify.toml",
    "wrangler.toml", "wrangler.json", "wrangler.jsonc", "railway.json", "railway.toml", "nixpacks.toml",
    "devcontainer.json", "*.tf", "*task*definition*.json", "*taskdef*.json", "package.json", "*.service", "*.sh",
    "*.prisma", "turbo.json", "turbo.jsonc",
)  # fmt: skip
MOST_NAMES = 2_000
EXAMPLE = compile_late(
    r"example|sample|template|dist|default|dotenv|^env\.|\.env\.(?:prod|local|dev|development|docker)"
)
COMPOSE = compile_late(r"(?:^|/)[\w.-]*compose[\w.-]*\.ya?ml$|(?:^|/)(?:docker-)?stack[\w.-]*\.ya?ml$")
WORKFLOW = compile_late(
    r"(?:^|/)\.(?:github|gitea|forgejo)/|(?:^|/)(?:\.gitlab-ci|\.circleci/config|azure-pipelines[^/]*|cloudbuild[^/]*|"
    r"bitbucket-pipelines|\.travis|\.drone)\.ya?ml$"
)
HELM = compile_late(r"(?:^|/)(?:charts?|helm)/|(?:^|/)values[\w.-]*\.ya?ml$")
PLATFORM_YAML = compile_late(
    r"(?:^|/)(?:render|app|heroku|serverless|amplify|apprunner|copilot|railway|\.do/app)[\w.-]*\.ya?ml$"
)
KUBERNETES = compile_late(r"^\s*apiVersion:", re.MULTILINE)
SERVICES = compile_late(
    r"^services:\s*\n(?:\s*\n|\s*#.*\n)*\s+[\w-]+:\s*\n(?:\s+.*\n)*?\s+(?:image|build):", re.MULTILINE
)
NODE_HOSTS = compile_late(
    r"\"(?:next|nuxt|@remix-run/[\w-]+|@react-router/serve|astro|@sveltejs/kit|blitz|gatsby)\"\s*:"
)
# These take variables out of the environment themselves.
FILLED_IN = frozenset({"compose", "script", "dockerfile", "prisma"})
Reader = Callable[[ConfigFile], Iterator[Named]]
NAMED: tuple[tuple[re.Pattern[str], str, Reader], ...] = (
    (re.compile(r"(?i)(?:.*\.)?(?:docker|container)file(?:\..*)?"), "dockerfile", read_dockerfile),
    (re.compile(r"\.env.*|.*\.env(?:[.-].*)?|env[._-](?!py$|[cm]?[jt]sx?$)\w.*|dotenv.*"), "dotenv", read_dotenv),
    (re.compile(r"package\.json"), "scripts", read_scripts),
    (re.compile(r"turbo\.jsonc?"), "turbo", read_turbo),
    (re.compile(r"Procfile.*"), "procfile", read_commands),
    (re.compile(r".*\.(?:service|sh)"), "script", read_commands),
    (re.compile(r".*\.prisma"), "prisma", lambda _: iter(())),
    (re.compile(r".*\.tf|.*task.*\.json"), "terraform", read_lines),
    (re.compile(r"devcontainer\.json"), "devcontainer", read_table),
    (re.compile(r".*\.(?:json|jsonc|toml)"), "platform", read_table),
)
YAML: tuple[tuple[re.Pattern[str], str], ...] = (
    (COMPOSE, "compose"), (WORKFLOW, "workflow"), (HELM, "helm"), (PLATFORM_YAML, "platform"),
    (re.compile(r"(?:^|/)Taskfile[\w.-]*\.ya?ml$"), "tasks"),
)  # fmt: skip


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """What one file declares.

    Raises:
        ConfigError: a JSON or TOML file is broken.
    """
    source, read = find_reader(file)
    if read is None:
        return
    is_platform = source in ("platform", "procfile") or (
        source == "scripts" and NODE_HOSTS.search(file.text) is not None
    )
    name = file.path.rpartition("/")[2]
    data: dict[str, Json] = {"source": source, "platform": is_platform}
    yield Fact(SOURCE, file.span(1), data)
    example = source == "dotenv" and EXAMPLE.search(name) is not None
    for variable, line in unique(islice(read(file), MOST_NAMES)):
        yield Fact(DECLARED, file.span(line), {"name": variable, "source": source, "example": example})
    if source in FILLED_IN:
        for variable, line in unique(islice(read_interpolated(file), MOST_NAMES)):
            yield Fact(INTERPOLATED, file.span(line), {"name": variable})


def find_reader(file: ConfigFile) -> tuple[str, Reader | None]:
    """The sort of a file, and what reads it; nothing for YAML that deploys nothing."""
    name = file.path.rpartition("/")[2]
    if name.endswith((".yml", ".yaml")):
        source = next((source for pattern, source in YAML if pattern.search(file.path)), "")
        if not source and SERVICES.search(file.text):
            source = "compose"
        if not source and KUBERNETES.search(file.text):
            source = "kubernetes"
        return source, read_yaml if source else None
    return next(((source, read) for pattern, source, read in NAMED if pattern.fullmatch(name)), ("", None))


def unique(found: Iterator[Named]) -> Iterator[Named]:
    """Each name once a file, at its first line."""
    seen: set[str] = set()
    for name, line in found:
        if name not in seen and is_variable(name):
            seen.add(name)
            yield name, line
