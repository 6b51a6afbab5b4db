"""Checks on how long browsers and caches may keep static files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.program.model import Call, Expression, Module

MOUNTS = {
    "express.static": ("maxAge", "immutable", "setHeaders", "cacheControl"),
    "express.default.static": ("maxAge", "immutable", "setHeaders", "cacheControl"),
    "serve-static": ("maxAge", "immutable", "setHeaders", "cacheControl"),
    "serve-static.default": ("maxAge", "immutable", "setHeaders", "cacheControl"),
    "koa-static": ("maxage", "maxAge", "setHeaders", "immutable"),
    "koa-static.default": ("maxage", "maxAge", "setHeaders", "immutable"),
    "starlette.staticfiles.StaticFiles": (),
    "fastapi.staticfiles.StaticFiles": (),
    "whitenoise.WhiteNoise": ("max_age",),
}
KEPT = compile_late(r"\bimmutable\b|\b(?:s-)?max-?age=[1-9]\d{4,}", re.IGNORECASE)
HEADER = compile_late(r"^cache-control$", re.IGNORECASE)
SETTERS = frozenset({"setHeader", "set", "header", "append", "setdefault", "add", "__setitem__"})


@requires("proxy-cache", *PROGRAM)
def static_files_cached(facts: Facts, rule: Rule) -> CheckResult:
    """Static files are sent with a header that lets caches keep them."""
    matches = [
        Match(
            rule.id,
            one.where,
            text=one.where.snippet.strip()[:200],
            message=f"{one.data['proxy']} lets caches keep files",
        )
        for one in facts.get("proxy-cache", ())
    ]
    for call, _ in find_mounts(facts):
        if is_kept(facts, call):
            matches.append(
                Match(
                    rule.id,
                    facts.program.locate(call),
                    call.owner,
                    call.text,
                    f"`{call.text}` sets how long files are kept",
                )
            )
    for call, value in find_headers(facts):
        matches.append(
            Match(
                rule.id,
                facts.program.locate(call),
                call.owner,
                call.text,
                f"files are sent with `Cache-Control: {value[:60]}`",
            )
        )
    return CheckResult(len(matches), tuple(matches))


@requires("proxy-cache", *PROGRAM)
def static_files_uncached(facts: Facts, rule: Rule) -> CheckResult:
    """Static files are served so that browsers ask for each of them again and again."""
    mounts = [*find_mounts(facts)]
    if facts.get("proxy-cache"):
        return CheckResult(len(mounts))
    matches = [
        Match(
            rule.id,
            facts.program.locate(call),
            call.owner,
            call.text,
            f"`{call.text}` lets nobody keep the files that it serves",
        )
        for call, module in mounts
        if not is_kept(facts, call) and not mentions_header(module)
    ]
    return CheckResult(len(mounts), tuple(matches))


def find_mounts(facts: Facts) -> Iterator[tuple[Call, Module]]:
    """The calls that serve a folder, where production serves it."""
    for module in facts.program.modules.values():
        for call in module.calls:
            if any(name in MOUNTS for name in call.names) and facts.live.runs(call.path, call.owner):
                yield call, module


def is_kept(facts: Facts, call: Call) -> bool:
    """Whether a folder is served with an option that says how long its files are kept."""
    name = next(name for name in call.names if name in MOUNTS)
    value = call.find_option(*MOUNTS[name])
    if value is not None:
        return facts.program.find_constant(call.path, value) not in (0, "0", False)
    variable = call.arguments[1:2]
    return name == "whitenoise.WhiteNoise" or any("o" not in one for one in variable)


def mentions_header(module: Module) -> bool:
    """Whether a file speaks of the header, in a middleware or a class of its own."""
    return any(HEADER.match(word) for words in module.data["words"].values() for word in words)


def find_headers(facts: Facts) -> Iterator[tuple[Call, str]]:
    """The calls in live code that give an answer a header by which caches keep it for long."""
    for module in facts.program.modules.values():
        if not mentions_header(module):
            continue
        for call in module.calls:
            value = find_value(facts, call)
            if value and KEPT.search(value) and "no-store" not in value and facts.live.runs(call.path, call.owner):
                yield call, value


def find_value(facts: Facts, call: Call) -> str:
    """The constant that a call gives the header, or empty."""
    program = facts.program
    if call.method in SETTERS and len(call.arguments) > 1:
        name = program.find_constant(call.path, call.arguments[0])
        if isinstance(name, str) and HEADER.match(name):
            return str(program.find_constant(call.path, call.arguments[1]) or "")
    headers = call.find_option("headers")
    pairs: Sequence[tuple[str, Expression]] = [*(headers or {}).get("o", ())]
    for argument in call.arguments:
        pairs = [*pairs, *argument.get("o", ())]
    return next(
        (str(program.find_constant(call.path, value) or "") for key, value in pairs if HEADER.match(str(key))), ""
    )
