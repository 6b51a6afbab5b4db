"""What the name of an environment variable says: who sets it, and whether a secret is kept in it."""

from __future__ import annotations

import re
from typing import Literal

from readycheck.scan.late import compile_late
from readycheck.scan.secrets.found import area_of
from readycheck.scan.secrets.names import is_secret_name, is_signing_name, split_name

Kind = Literal["", "secret", "signing", "database"]

VARIABLE = compile_late(r"[A-Za-z_][A-Za-z0-9_]*")
CAPITALS = compile_late(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|_[A-Z][A-Z0-9_]*|[A-Z]+(?:_[A-Za-z0-9]+)+")
# Set by the operating system, the shell, the language's runtime, a test runner, a CI service or a hosting platform.
PLATFORM = compile_late(
    r"""
    PATH|HOME|USER|USERNAME|LOGNAME|SHELL|PWD|OLDPWD|LANG|LANGUAGE|LC_\w+|TZ|TERM|COLUMNS|LINES|EDITOR|VISUAL|DISPLAY
    |TMPDIR|TEMP|TMP|HOSTNAME|COMPUTERNAME|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMFILES|SYSTEMROOT|COMSPEC|XDG_\w+
    |NO_COLOR|FORCE_COLOR|SSH_\w+|WSL_\w+|MSYSTEM|PREFIX
    |https?_proxy|no_proxy|all_proxy|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE
    |NODE_ENV|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|npm_\w+|INIT_CWD|NEXT_RUNTIME|NEXT_PHASE|NEXT_MANUAL_SIG_HANDLE
    |BUN_\w+|DENO_\w+|TS_NODE_\w+
    |PYTHON\w*|FLASK_RUN_FROM_CLI|VIRTUAL_ENV|CONDA_\w+|PIP_\w+|RUN_MAIN|WERKZEUG_\w+|DJANGO_SETTINGS_MODULE|DJANGO_AUTORELOAD_ENV
    |SERVER_SOFTWARE|PROMETHEUS_MULTIPROC_DIR
    |JEST_WORKER_ID|VITEST\w*|PYTEST_\w+|TOX_\w+|CYPRESS\w*|PLAYWRIGHT_\w+|STORYBOOK\w*
    |CI|CI_\w+|GITHUB_(?:ACTIONS?|SHA|REF|REF_NAME|RUN_ID|REPOSITORY|EVENT_\w+|WORKSPACE|OUTPUT|ENV|HEAD_REF|BASE_REF)
    |GITLAB_CI|CIRCLECI|CIRCLE_\w+|TRAVIS\w*|BUILDKITE\w*|TF_BUILD|JENKINS_\w+|CODESPACES|GITPOD_\w+
    |PORT|DYNO|HEROKU_\w+|VERCEL|VERCEL_\w+|NEXT_PUBLIC_VERCEL_\w+|NETLIFY\w*|RENDER|RENDER_\w+|RAILWAY_\w+|FLY_\w+
    |KUBERNETES_\w+|POD_\w+|K_SERVICE|K_REVISION|K_CONFIGURATION|GAE_\w+|GCP_PROJECT|GOOGLE_CLOUD_PROJECT|CLOUD_RUN_\w+
    |AWS_(?:LAMBDA_\w+|EXECUTION_ENV|REGION|DEFAULT_REGION|CONTAINER_\w+)|LAMBDA_TASK_ROOT|ECS_\w+|_HANDLER
    |WEBSITE_\w+|FUNCTIONS_\w+|CF_PAGES\w*|VCAP_\w+|CONTAINER_NAME|REPL_\w+
    """,
    re.VERBOSE,
)
WHERE_IT_RUNS = compile_late(
    r"(?:\w+_)?(?:NODE|APP|APPLICATION|FLASK|DJANGO|FASTAPI|SERVER|SERVICE|DEPLOY|DEPLOYMENT|RUN|RUNTIME|API|PY|PYTHON)"
    r"_ENV(?:IRONMENT)?|ENV|ENVIRONMENT|APP_MODE|DEPLOY_ENV|STAGE"
)
PUBLIC = compile_late(r"(?:NEXT|NUXT|EXPO)_PUBLIC_|VITE_|REACT_APP_|VUE_APP_|GATSBY_|PUBLIC_|STORYBOOK_")
# What loads or checks the environment is called: a class of settings, a function of a verb and one of these words.
LOADER = (
    r"(?:[A-Z]\w*)?(?:Settings|Config|Environment|Env)"
    r"|_*(?:get|load|read|make|create|init|build|validate|check|parse|ensure|verify|require|set_?up)_?\w*?"
    r"(?:[sS]ettings|[cC]onfig(?:uration)?|[eE]nv(?:ironment)?(?:[A-Z_]\w*)?)"
)
IS_LOADER = compile_late(LOADER)
# `PGPASSWORD` is what libpq reads, `DBPASS` what people write.
GLUED = compile_late(r"(?<![A-Za-z])(PG|DB|MYSQL|SMTP|MAIL|REDIS)(?=PASS|PWD|SECRET)")
# What is mixed into hashes is no secret by its name, but one that everybody knows is as good as none.
MIXED_IN = frozenset({"salt", "pepper"})


def is_variable(name: str) -> bool:
    """Whether a text can be the name of an environment variable."""
    return VARIABLE.fullmatch(name) is not None


def is_capital(name: str) -> bool:
    """Whether a text is written as names of environment variables are: in capitals."""
    return CAPITALS.fullmatch(name) is not None


def is_platform(name: str) -> bool:
    """Whether a variable is set by what runs the code, so that no project declares it."""
    return PLATFORM.fullmatch(name) is not None


def says_where_it_runs(name: str) -> bool:
    """Whether a variable tells production from development (`NODE_ENV`, `APP_ENV`)."""
    return WHERE_IT_RUNS.fullmatch(name) is not None


def is_loader(name: str) -> bool:
    """Whether calls of a function or class are looked for, by its name."""
    return IS_LOADER.fullmatch(name) is not None


def is_public(name: str) -> bool:
    """Whether a build writes the variable's value into what browsers get: nothing is asked for when the code runs."""
    return PUBLIC.match(name.upper()) is not None


def is_for_tests(name: str) -> bool:
    """Whether only tests read a variable, by its name: `TEST_DATABASE_URL`."""
    return "test" in split_name(name)


def part_words(name: str) -> str:
    """A name with an underscore where people write none: `PGPASSWORD`, `DBPASS`."""
    return GLUED.sub(r"\1_", name)


def judge_name(name: str) -> Kind:
    """What is kept in a variable: a secret that signs, a database's password, some other secret, or nothing secret."""
    name = part_words(name)
    if is_public(name):
        return ""
    if is_secret_name(name):
        return "signing" if is_signing_name(name) else "database" if area_of(name) == "database" else "secret"
    return "secret" if split_name(name)[-1:] and split_name(name)[-1] in MIXED_IN else ""
