"""What manifests say about roles: which folders hold browser applications, which files are started from a shell."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from typing import Any

from readycheck.scan.late import compile_late
from readycheck.scan.roles.tables import METEOR

NAMES = frozenset({"package.json", "pyproject.toml", "setup.cfg"})
BROWSER = compile_late(
    r"react|react-dom|preact|vue|svelte|@angular/core|solid-js|lit|jquery|react-native|expo|@ionic/.*|alpinejs|backbone"
    r"|ember-source|react-scripts|@vue/cli-service|bootstrap|electron"
)
# Applications that are compiled away may list their framework among the tools; libraries list React there for tests.
COMPILED = compile_late(
    r"vue|svelte|@angular/core|solid-js|preact|ember-source|@vue/cli-service|@types/chrome|electron|obsidian"
)
SERVER = compile_late(
    r"express|fastify|koa|@nestjs/core|@hapi/hapi|hono|elysia|@feathersjs/.*|socket\.io|apollo-server.*|@apollo/server"
    r"|graphql-yoga|restify|polka|h3|@adonisjs/core|@trpc/server|sails|@strapi/strapi|payload|@keystone-6/core|ws|@prisma/client"
    r"|pg|mysql2?|mongoose|mongodb|redis|ioredis|bullmq|typeorm|sequelize|drizzle-orm|knex|firebase-functions|serverless"
    r"|@modelcontextprotocol/sdk|wrangler|winston|pino|aws-lambda|@aws-lambda-powertools/.*|middy|@middy/core|nodemailer"
)
HYBRID = compile_late(
    r"next|nuxt|@remix-run/(?:node|express|serve|react|server-runtime)|@react-router/(?:node|serve|express|dev)|@sveltejs/kit"
    r"|astro|@tanstack/(?:react-)?start|vike|@analogjs/.*|@builder\.io/qwik-city|@solidjs/start|blitz|meteor"
)
COMMAND_LINE = compile_late(
    r"commander|yargs|minimist|meow|cac|@oclif/core|arg|prompts|inquirer|@inquirer/.*|@clack/prompts|citty"
)
# Names of scripts that do one thing and end, and of those that keep a process running.
TASK = compile_late(
    r"(?:^|[:_-])(?:(?:pre|post)?(?:build|install|deploy)|bundle|compile|seed|migrate|migrations?|generate|gen|codegen|download"
    r"|release|version|check|lint|format|i18n|translations?|translate|scan|docs?|clean|publish|upload|prepare|bump|changelog"
    r"|setup|reset|extract|convert|scaffold|bench|benchmark|deploy|templates?)(?:$|[:_-])"
)
SERVICE = compile_late(r"(?:^|[:_-])(?:start|serve|server|dev|watch|worker|run|prod|daemon)(?:$|[:_-])")
OPERATOR = compile_late(r"[;&|]+")
RUNNERS = frozenset({"node", "tsx", "ts-node", "ts-node-esm", "bun", "babel-node", "vite-node", "jiti", "deno"})
SCRIPT_FILE = compile_late(r"(?:\./)?([\w./-]+)\.[cm]?[jt]s")


def is_manifest_name(name: str) -> bool:
    """Whether a file of that name is a manifest that says something about roles."""
    return name in NAMES


def read_package(data: bytes) -> tuple[str, str] | None:
    """What the folder of a package.json holds: its kind and the package that shows it.

    The kinds are hybrid (one framework for both sides), server, browser, command, and none for a package that shows
    nothing. None for a file that is broken, or that only sets options for a folder inside a package.
    """
    document = load_json(data)
    if document is None:
        return None
    needed = names_in(document, "dependencies") | names_in(document, "peerDependencies")
    every = needed | names_in(document, "devDependencies") | ({METEOR} if METEOR in document else set())
    if not every and "name" not in document:
        return None
    for kind, pattern, names in (("hybrid", HYBRID, every), ("server", SERVER, needed)):
        if sign := first_match(pattern, names):
            return kind, sign
    browser = first_match(BROWSER, needed) or first_match(COMPILED, every)
    if browser and "workspaces" not in document:  # its dependencies are for all packages below, servers too
        return "browser", browser
    if document.get("bin") and (sign := first_match(COMMAND_LINE, needed)):
        return "command", sign
    return "none", ""


def first_match(pattern: re.Pattern[str], names: set[str]) -> str | None:
    """The first name in alphabetical order that the pattern matches."""
    return next((name for name in sorted(names) if pattern.fullmatch(name)), None)


def load_json(data: bytes) -> dict[str, Any] | None:
    """The object of a JSON file; None when it is broken: the configuration channel reports that."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def names_in(document: dict[str, Any], key: str) -> set[str]:
    """The package names of one dependency table."""
    table = document.get(key)
    return {name for name in table if isinstance(name, str)} if isinstance(table, dict) else set()


def read_bin(path: str, data: bytes) -> Iterator[str]:
    """The files that a package.json installs as commands, as paths from the root without their suffix."""
    document = load_json(data) or {}
    target = document.get("bin")
    targets = target.values() if isinstance(target, dict) else [target]
    folder = path.rpartition("/")[0]
    for name in targets:
        if isinstance(name, str) and ".." not in name:
            plain = name.removeprefix("./").strip("/")
            yield strip_suffix(f"{folder}/{plain}" if folder else plain)


def read_tasks(path: str, data: bytes) -> Iterator[str]:
    """The files that a package.json's scripts run for a task that ends, as paths from the root without their suffix."""
    document = load_json(data) or {}
    folder = path.rpartition("/")[0]
    for name, command in tables(document, "scripts", "prisma"):
        if TASK.search(name) and not SERVICE.search(name):
            for plain in find_run(command):
                yield f"{folder}/{plain}" if folder else plain


def find_run(command: str) -> Iterator[str]:
    """The script files that a command line runs, without suffix: the first one behind each `node`, `tsx` and so on."""
    for part in OPERATOR.split(command):
        words = part.split()
        start = next((index for index, word in enumerate(words) if word in RUNNERS), len(words))
        files = (SCRIPT_FILE.fullmatch(word.strip("\"'")) for word in words[start + 1 :])
        first = next((found[1] for found in files if found is not None), "")
        if first and ".." not in first:
            yield first


def tables(document: Mapping[str, Any], *keys: str) -> Iterator[tuple[str, str]]:
    """The names and texts of tables of commands."""
    for key in keys:
        table = document.get(key)
        if isinstance(table, dict):
            yield from ((name, text) for name, text in table.items() if isinstance(text, str))


def strip_suffix(path: str) -> str:
    """The path without the suffix of a script file."""
    return re.sub(r"\.[cm]?[jt]sx?$", "", path)


def read_entry_points(path: str, data: bytes) -> Iterator[str]:
    """The modules that a pyproject.toml or setup.cfg installs as commands, as paths (`pkg/cli`)."""
    targets: list[object] = []
    try:
        text = data.decode("utf-8", "replace")
        if path.endswith(".toml"):
            document = tomllib.loads(text)
            targets += find_table(document, "project", "scripts").values()
            targets += find_table(document, "tool", "poetry", "scripts").values()
        else:
            parser = ConfigParser(interpolation=None, strict=False)
            parser.read_string(text)
            lines = parser.get("options.entry_points", "console_scripts", fallback="")
            targets += [line.partition("=")[2].strip() for line in lines.splitlines()]
    except (ValueError, Error, RecursionError):
        return
    for target in targets:
        if isinstance(target, str) and target:
            yield target.partition(":")[0].strip().replace(".", "/")


def find_table(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """A table inside tables; empty when there is none."""
    table: Any = document
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}
