"""Secrets in configuration: tokens, and the values that deployments give to variables named like secrets.

What a deployment sets counts however weak it is, since the service runs with it. Elsewhere a value has to look like one
that somebody made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.config.compose import is_for_development
from readycheck.scan.config.error import ConfigError
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import COMPOSE, DEVELOPMENT
from readycheck.scan.facts.pipelines import PIPELINE
from readycheck.scan.late import compile_late
from readycheck.scan.secrets.browser import is_for_browsers
from readycheck.scan.secrets.formats import find_tokens
from readycheck.scan.secrets.found import KIND, Secret, area_of, describe_named, find_addresses, make_fact
from readycheck.scan.secrets.names import is_secret_name, split_name
from readycheck.scan.secrets.settings import Setting, read_settings
from readycheck.scan.secrets.values import is_guessable, is_reference, is_stand_in, looks_made, measure_entropy

KINDS = (KIND,)
GLOBS = (
    "*.yml", "*.yaml", "*.json", "*.toml", "*.ini", "*.cfg", "*.conf", "*.properties", "*.env", ".env", ".env.*",
    "env.*", "*.tf", "*.tfvars", "*.hcl", "*.sh", "*.sql", "*.service", "Procfile", "Caddyfile", ".npmrc", ".pypirc",
    ".netrc", ".pgpass", "[Dd]ockerfile", "[Dd]ockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile",
    "*.pem", "*.key",
)  # fmt: skip
TEMPLATE = compile_late(
    r"(?:^|[-_./])(?:example|examples|sample|samples|template|tpl|tmpl|dist)(?:[-_./]|$)", re.IGNORECASE
)
TESTING = compile_late(
    r"(?:^|[-_./])(?:tests?|testing|specs?|regtest|ci|e2e)(?:[-_./]|$)|(?:^|/)localhost[^/]*\.(?:pem|key)$",
    re.IGNORECASE,
)
# Without one of these words nothing in a file is looked at twice.
PERHAPS = compile_late(r"(?i)secret|passw|passphrase|_pass\b|pwd|token|key|credential|://[^/\s]*@")
# A switch, a small number, or the name of what belongs here: `GOOGLE_API_KEY_VALUE`.
NO_VALUE = compile_late(r"(?i:true|false|yes|no|on|off|none|null|\d{1,4})|[A-Z]+(?:_[A-Z]+)+")
LOCAL_DATABASE = compile_late(
    r"^\s*(?:export\s+)?(?:DB|DATABASE|POSTGRES|PG|MYSQL|MARIADB|MONGO)\w*HOST(?:NAME)?\s*=\s*[\"']?(?:localhost|127\.0\.0\.1)\b",
    re.MULTILINE,
)
ALEMBIC_LOCAL = compile_late(r"^\s*sqlalchemy\.url\s*=.*@(?:localhost|127\.0\.0\.1)\b", re.MULTILINE)
MOST = 200
LEAST_KEY = 16
LEAST_ENTROPY = 3.5


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The secrets of one configuration file, each place once."""
    if TEMPLATE.search(file.path) or TESTING.search(file.path):
        return
    seen: set[tuple[int, str]] = set()
    for line, value, secret in (*find_formats(file), *find_set(file)):
        if len(seen) < MOST and all(line != other or (value not in text and text not in value) for other, text in seen):
            seen.add((line, value))
            yield make_fact(value, locate(file, line, value), secret)


def locate(file: ConfigFile, line: int, value: str) -> Span:
    """The span of a value on its line, or of the whole line if the value is written in another way there."""
    whole = file.span(line)
    column = file.row(line).find(value)
    if column < 0 or "\n" in value:
        return whole
    return Span(file.path, line, column + 1, line, column + len(value) + 1, whole.snippet, whole.snippet_column)


def find_formats(file: ConfigFile) -> Iterator[tuple[int, str, Secret]]:
    """Tokens of known formats."""
    for token in find_tokens(file.text):
        if not is_for_browsers(token.title, file.text, token.start):
            line = file.text.count("\n", 0, token.start) + 1
            yield line, file.text[token.start : token.end], Secret(token.title, source_of(file))


def find_set(file: ConfigFile) -> Iterator[tuple[int, str, Secret]]:
    """Values of settings that are named like secrets, and passwords in addresses."""
    if PERHAPS.search(file.text) is None:
        return
    try:
        settings = list(read_settings(file))
        development = COMPOSE.search(file.path) is not None and is_for_development(file)
    except ConfigError:
        return  # not to be read as what its name says; tokens were looked for in its text
    development = (
        development
        or is_on_own_machine(file)
        or DEVELOPMENT.search(file.path) is not None
        or source_of(file) == "pipeline"
    )
    for setting in settings:
        yield from judge(file, setting, development=development)


def is_on_own_machine(file: ConfigFile) -> bool:
    """Whether a file is for a developer's machine: its settings look for the database there, or Alembic's file does."""
    source = file.path.rpartition("/")[2]
    return (source == "alembic.ini" and ALEMBIC_LOCAL.search(file.text) is not None) or (
        source_of(file) == "dotenv" and LOCAL_DATABASE.search(file.text) is not None
    )


def judge(file: ConfigFile, setting: Setting, *, development: bool) -> Iterator[tuple[int, str, Secret]]:
    """The secrets in the value of one setting."""
    value, source = setting.value.strip(), source_of(file)
    for one in find_addresses(value) if "://" in value and not development else ():
        area = "database" if one.is_database else ""
        yield setting.line, one.secret, Secret(f"a password in a {one.scheme} address", source, setting.name, area)
    if not is_secret_name(setting.name) or "://" in value or split_name(value) == split_name(setting.name):
        return
    default = re.fullmatch(r"\$\{\w+:?-(?P<value>[^${}]+)\}", value)
    if default is not None:
        value = default["value"]
    if source == "pipeline" or is_reference(value) or NO_VALUE.fullmatch(value):
        return
    if is_stand_in(value) and (source == "dotenv" or not is_guessable(value) or (default and not is_grave(setting))):
        return
    if (setting.is_deployed and not development) or is_made(value, development=development):
        yield setting.line, value, describe_named(setting.name, source, area=setting.area, fallback=default is not None)


def is_grave(setting: Setting) -> bool:
    """Whether a placeholder that nobody replaces opens something: the database, or the sessions of all users."""
    return bool(setting.area or area_of(setting.name))


def is_made(value: str, *, development: bool) -> bool:
    """Whether a value looks made; for a developer's machine people make up short ones that open nothing else."""
    is_local = re.search(r"(?i)dev|local|test", value) is not None
    if development and (is_local or len(value) < LEAST_KEY or measure_entropy(value) < LEAST_ENTROPY):
        return False
    return looks_made(value) and not is_guessable(value)


def source_of(file: ConfigFile) -> str:
    """What sort of configuration a file is."""
    name = file.path.rpartition("/")[2].lower()
    if COMPOSE.search(file.path):
        return "compose"
    if PIPELINE.search(file.path):
        return "pipeline"
    if "dockerfile" in name or "containerfile" in name:
        return "image"
    if name.startswith((".env", "env.")) or name.endswith(".env"):
        return "dotenv"
    if name.endswith(".sql"):
        return "sql"
    return "kubernetes" if name.endswith((".yml", ".yaml")) and "apiVersion:" in file.text else "settings"
