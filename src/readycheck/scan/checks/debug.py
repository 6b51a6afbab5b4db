"""Checks on what must be off in production: debug modes, reloaders, development servers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.config.command_line import Program, runs_module
from readycheck.scan.config.start_commands import Started, find_started, runs_file
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import ends_with, strip_ending

DEVELOPMENT_FILE = compile_late(
    r"(?:^|[/_.-])(?:dev|devel|development|local|tests?|testing|debug|ci|e2e|scripts?|tools?|examples?)(?=[/_.-])",
    re.IGNORECASE,
)
TRUE = frozenset({"1", "true", "yes", "on"})
RELOADERS = frozenset({"uvicorn", "hypercorn", "granian", "gunicorn", "flask", "fastapi", "quart", "litestar"})
WATCHERS = frozenset({"nodemon", "ts-node-dev", "tsnd", "node-dev"})
NODE = frozenset({"node", "tsx", "bun", "deno"})
NODE_STARTERS = frozenset(
    {"npm", "npx", "yarn", "pnpm", "next", "nest", "nuxt", "pm2", "pm2-runtime", "pm2-docker", "ts-node", "turbo", "nx"}
)
Judge = Callable[[Program], str]


@requires("debug-switch", "command")
def debug_mode_on(facts: Facts, rule: Rule) -> CheckResult:
    """A framework's debug mode is switched on in code that production may run."""
    return judge_switches(facts.get("debug-switch", ()), facts.get("command", ()), rule)


@requires("reload-switch", "command")
def reload_in_code(facts: Facts, rule: Rule) -> CheckResult:
    """A server is told in code to restart itself when files change."""
    return judge_switches(facts.get("reload-switch", ()), facts.get("command", ()), rule)


def judge_switches(switches: Sequence[Fact], commands: Sequence[Fact], rule: Rule) -> CheckResult:
    """One match a switch; those that production cannot reach are exempt."""
    started = find_started(commands)
    return CheckResult(len(switches), tuple(judge_switch(switch, started, rule) for switch in switches))


def judge_switch(switch: Fact, started: Sequence[Started], rule: Rule) -> Match:
    """The match of one switch, with the production command that runs it or the reason why it is no finding."""
    form, path = str(switch.data["form"]), switch.where.path
    runner = next((one for one in started if runs_file(one.program, path)), None)
    message = (
        f"{form}: on unless the environment says otherwise" if switch.data["inverted"] else f"{form} is switched on"
    )
    exempt = None
    if switch.data["condition"]:
        exempt = f"only under the condition `{switch.data['condition']}`"
    elif switch.data["command"]:
        exempt = f"in a command for development, `{switch.data['command']}`"
    elif DEVELOPMENT_FILE.search(path) and runner is None:
        exempt = "in a file named for development or scripts"
    elif switch.data["main_guard"] and runner is None:
        exempt = "under the main guard of a file that no production command runs"
    also: tuple[Span, ...] = ()
    if runner is not None and exempt is None:
        message += f", and `{' '.join(runner.program.words)[:80]}` runs this file in production"
        also = (runner.fact.where,)
    return Match(rule.id, switch.where, text=form, message=message, exempt=exempt, also=also)


@requires("command")
def debugger_in_production_command(facts: Facts, rule: Rule) -> CheckResult:
    """A production command switches a framework's debugger on."""
    return judge_commands(facts, rule, find_debugger)


@requires("command")
def reload_in_production(facts: Facts, rule: Rule) -> CheckResult:
    """A production command has a Python server watch the source files and restart when they change."""
    return judge_commands(facts, rule, find_reloader)


@requires("command")
def node_watcher_in_production(facts: Facts, rule: Rule) -> CheckResult:
    """A production command runs a Node.js service under a file watcher."""
    started = find_started(facts.get("command", ()))
    node = [one for one in started if one.program.name in NODE | WATCHERS | NODE_STARTERS]
    absent = "no production command runs Node.js" if started and not node else ""
    return CheckResult(len(node), tuple(match_started(rule, node, find_watcher)), absent=absent)


@requires("command")
def development_server_in_production(facts: Facts, rule: Rule) -> CheckResult:
    """A production command starts a server whose makers say that it is for development."""
    started = [one for one in find_started(facts.get("command", ())) if not is_start_script(one.origin)]
    return CheckResult(len(started), tuple(match_started(rule, started, find_development_server)))


def is_start_script(fact: Fact) -> bool:
    """Whether only a custom says that production runs it: a package's start script, a front end's as often as not."""
    return fact.data.get("source") == "script" and fact.data.get("name") == "start"


def judge_commands(facts: Facts, rule: Rule, judge: Judge) -> CheckResult:
    """One match for each production command in which the judge sees a fault."""
    started = find_started(facts.get("command", ()))
    return CheckResult(len(started), tuple(match_started(rule, started, judge)))


def match_started(rule: Rule, started: Sequence[Started], judge: Judge) -> Iterator[Match]:
    """The matches among started programs; a fault in a script names the command that runs it."""
    for one in started:
        fault = judge(one.program)
        if fault:
            also = () if one.fact is one.origin else (one.origin.where,)
            yield Match(rule.id, one.fact.where, text=" ".join(one.program.words), message=fault, also=also)


def find_debugger(program: Program) -> str:
    """What switches a debugger on: Flask's option or variables."""
    words = program.words
    if program.name == "flask" and "--debug" in words:
        return "`flask --debug` serves Werkzeug's interactive debugger"
    for name in ("FLASK_DEBUG", "DJANGO_DEBUG", "DEBUG", "QUART_DEBUG"):
        if program.environment.get(name, "").lower() in TRUE:
            return f"{name} is set for a production command"
    return ""


def find_reloader(program: Program) -> str:
    """The option that makes a Python server restart on changes."""
    name, words = program.name, program.words
    reloads = "--reload" in words or "--reload=true" in words or "--autoreload" in words
    if name in RELOADERS and reloads:
        return f"`{name} --reload` watches the source files and restarts the service"
    if name in ("watchmedo", "watchfiles"):
        return f"{name} watches the source files and restarts the service"
    return (
        "`--reload` watches the source files and restarts the service"
        if runs_module(words, RELOADERS) and reloads
        else ""
    )


def find_watcher(program: Program) -> str:
    """What restarts a Node.js service on changes: a program made for it, or an option."""
    name, words = program.name, program.words
    if name in WATCHERS:
        return f"{name} watches the source files and restarts the service"
    if name in NODE and ("watch" in words[1:2] or any(word.startswith(("--watch", "--hot")) for word in words[1:3])):
        return f"`{name}` runs in watch mode and restarts the service"
    return "`nest start --watch` rebuilds and restarts the service" if name == "nest" and "--watch" in words else ""


def find_development_server(program: Program) -> str:
    """What starts a development server: runserver, `flask run`, `fastapi dev`, `next dev`, Vite."""
    name, words = program.name, program.words
    if "runserver" in words and (name == "django-admin" or any(word.endswith("manage.py") for word in words[:3])):
        return "`runserver` is Django's development server"
    if name == "flask" and "run" in words:
        return "`flask run` starts Werkzeug's development server"
    if runs_module(words, frozenset({"flask"})) and "run" in words:
        return "`python -m flask run` starts Werkzeug's development server"
    if name in ("fastapi", "next", "nuxt", "astro") and words[1:2] == ("dev",):
        return f"`{name} dev` starts the development server"
    if name == "vite" and words[1:2] != ("build",) and words[1:2] != ("preview",):
        return "`vite` starts the development server"
    return ""


@requires("django-debug", "django-entry")
def django_debug(facts: Facts, rule: Rule) -> CheckResult:
    """DEBUG is on in a Django settings module that production loads."""
    settings, entries = facts.get("django-debug", ()), facts.get("django-entry", ())
    matches = [
        judge_setting(fact, settings, entries, rule) for fact in settings if fact.data["value"] in ("on", "inverted")
    ]
    return CheckResult(len(settings), tuple(matches))


def judge_setting(setting: Fact, settings: Sequence[Fact], entries: Sequence[Fact], rule: Rule) -> Match:
    """The match of one `DEBUG = ...` that is on, or on by default."""
    path = setting.where.path
    message = "DEBUG is on"
    if setting.data["value"] == "inverted":
        message += " unless the environment says otherwise"
    exempt, loader = find_excuse(setting, settings), find_loader(path, entries)
    if DEVELOPMENT_FILE.search(path):
        if loader is None:
            exempt = exempt or "a settings module named for development"
        else:
            message += f", and {loader.where.path} loads this module unless DJANGO_SETTINGS_MODULE names another"
    also = () if loader is None else (loader.where,)
    return Match(rule.id, setting.where, text="DEBUG", message=message, exempt=exempt, also=also)


def find_excuse(setting: Fact, settings: Sequence[Fact]) -> str | None:
    """Why DEBUG is not on in the end: it is set under a condition, or set again for production."""
    path, line = setting.where.path, setting.where.line
    if setting.data["conditional"]:
        return "only under a condition"
    for other in settings:
        if other.data["value"] not in ("off", "environment"):
            continue
        if other.where.path == path and other.where.line > line:
            return f"set again on line {other.where.line}"
        folder = path.rpartition("/")[0]
        if (
            other.where.path != path
            and other.where.path.rpartition("/")[0] == folder
            and "prod" in other.where.path.rpartition("/")[2]
        ):
            return f"switched off in {other.where.path}"
    return None


def find_loader(path: str, entries: Sequence[Fact]) -> Fact | None:
    """The server's entry point (wsgi.py or asgi.py, not what developers run) that names this settings module."""
    target = strip_ending(path)
    for entry in entries:
        module = str(entry.data["module"]).replace(".", "/")
        if entry.where.path.endswith(("wsgi.py", "asgi.py")) and ends_with(target, module):
            return entry
    return None
