"""Checks on whether the service was tried under load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Language
from readycheck.scan.checks.contract import CheckResult, Facts, per_file, requires
from readycheck.scan.checks.pipelines import match_step, read_words
from readycheck.scan.config.command_line import find_programs
from readycheck.scan.config.start_commands import read_programs
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

USERS = ("locust.HttpUser", "locust.FastHttpUser", "locust.User", "locust.contrib.fasthttp.FastHttpUser")
K6 = compile_late(
    r"^\s*import\b[^;\n]*[\"']k6/(?:http|ws|net/grpc|experimental/[\w/]+|browser|websockets)[\"']", re.MULTILINE
)
K6_RUN = compile_late(
    r"^\s*export\s+(?:default\b|(?:async\s+)?function\s+\w+|const\s+(?:options|scenarios)\b)", re.MULTILINE
)
AUTOCANNON = ("autocannon", "autocannon.default", "loadtest.loadTest", "loadtest.default.loadTest")
PATH = compile_late(
    r"(?:^|[/_.-])(?:load|stress|perf|performance|soak|spike)(?:[_-]?tests?)?(?:[/_.-]|$)", re.IGNORECASE
)
PERCENTILE = compile_late(r"\bp9[059]\b|\bpercentile|\bquantiles?\b|\b0\.9[59]\b|\b95\b", re.IGNORECASE)
CONCURRENT = compile_late(
    r"\basyncio\.(?:gather|TaskGroup|create_task)|\bTaskGroup\(|ThreadPoolExecutor|"
    r"Promise\.all|\bworker_threads\b|\.map\(async"
)
REQUESTS = compile_late(r"\bhttpx\b|\baiohttp\b|\brequests\b|\bfetch\(|\baxios\b|\bundici\b|\bhttp\.request\b|\bgot\b")
TIMED = compile_late(r"perf_counter|performance\.now|time\.time\(|monotonic|hrtime|process\.hrtime|Date\.now")
TOOLS = frozenset({
    "k6", "locust", "artillery", "autocannon", "wrk", "wrk2", "hey", "vegeta", "oha", "bombardier", "ab", "jmeter",
    "ghz",
})  # fmt: skip


@per_file
def load_test_script(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A script that puts the service under load: for Locust, k6 or Autocannon, or one of the project's own."""
    if unit.language is Language.PYTHON:
        for reference in unit.find_references(USERS):
            bases = reference.node.parent()
            owner = bases.parent() if bases is not None else None
            if (
                owner is not None
                and owner.kind() == "class_definition"
                and re.search(r"@(?:locust\.)?task\b|\btasks\s*=", owner.text())
            ):
                name = owner.field("name")
                yield make(unit, rule, owner, f"Locust plays {name.text() if name is not None else 'people'}")
                return
    elif K6.search(unit.text) and K6_RUN.search(unit.text):
        first = next(iter(unit.find_kind("import_statement")), unit.root)
        yield make(unit, rule, first, "a script for k6")
        return
    else:
        for reference in unit.find_references(AUTOCANNON):
            if reference.call is not None:
                yield make(unit, rule, reference.call, f"`{reference.name.partition('.')[0]}` asks again and again")
                return
    yield from find_own(unit, rule)


def find_own(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A script of the project's own: by its name, many requests at once, their durations, and a percentile of them."""
    if PATH.search(unit.path) and all(
        pattern.search(unit.text) for pattern in (CONCURRENT, REQUESTS, TIMED, PERCENTILE)
    ):
        kinds = (
            ("function_definition",) if unit.language is Language.PYTHON else ("function_declaration", "arrow_function")
        )
        functions = [node for kind in kinds for node in unit.find_kind(kind)]
        percentile = next((node for node in functions if PERCENTILE.search(node.text())), None)
        if percentile is not None:
            yield make(unit, rule, percentile, "a script of its own makes requests at once and takes percentiles")


def make(unit: Unit, rule: Rule, node: SgNode, message: str) -> Match:
    """The match of a script, at the first line of a node."""
    start = node.range().start
    where = unit.span(start.line, start.column, start.line, len(unit.lines[start.line]))
    return Match(rule.id, where, unit.bindings.enclosing_symbol(node), where.snippet.strip()[:200], message)


@requires("load-test", "ci-step", "command")
def load_test_configured(facts: Facts, rule: Rule) -> CheckResult:
    """A configuration for a load tool, or a step that runs one."""
    found = [
        Match(rule.id, one.where, text=str(one.data["tool"]), message=f"a plan for {one.data['tool']}")
        for one in facts.get("load-test", ())
        if one.data["tool"]
    ]
    for step in facts.get("ci-step", ()):
        words = read_words(step)
        programs = find_programs(words) if words else ()
        if any(one.name in TOOLS and len(one.words) > 1 for one in programs):
            found.append(match_step(rule, step))
    scripts = [one for one in facts.get("command", ()) if one.data.get("source") == "script"]
    found += [
        Match(rule.id, one.where, text="script", message=f"script {one.data['name']}")
        for one in scripts
        if any(program.name in TOOLS for program in read_programs(one))
    ]
    return CheckResult(len(found), tuple(found))


@requires("load-test")
def load_test_result(facts: Facts, rule: Rule) -> CheckResult:
    """The result of a load test, with its 95th percentile."""
    found = [
        Match(
            rule.id,
            one.where,
            text=str(one.data["percentile"]),
            message=f"a result with `{one.data['percentile']}`{describe(one.data)}",
        )
        for one in facts.get("load-test", ())
        if one.data["percentile"]
    ]
    return CheckResult(len(found), tuple(found))


def describe(data: object) -> str:
    """The version and the date of a result, as far as it says them."""
    if not isinstance(data, dict):
        return ""
    parts = [f"{key} {data[key]}" for key in ("version", "date") if data.get(key)]
    return f" of {', '.join(parts)}" if parts else ""
