"""What a client of another service waits for, and what ends the waiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from readycheck.scan.literals import read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

FOREVER = None
TOO_LONG = 300.0  # seconds; a library's default from here on is no limit that a user of the service would notice
OFF_CALLS = ("httpx.Timeout(None)", "Timeout(None)", "ClientTimeout(total=None)", "aiohttp.ClientTimeout(total=None)")


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that is waited for: the options that end it, and the library's default in seconds (None: none).

    `place` is the position of the option among the positional arguments, -1 if it has none.
    """

    what: str
    options: tuple[str, ...]
    default: float | None = FOREVER
    place: int = -1


@dataclass(frozen=True, slots=True)
class Client:
    """A callable that makes a client or a call: its library, what it reaches, what it waits for.

    `sort`: http, ai, database, redis, mail. `skip` names options with which somebody else sets the limits, `quiet` is
    for calls on a client that was judged where it was made: they are told only when they switch its limit off.
    """

    library: str
    sort: str
    limits: tuple[Limit, ...]
    skip: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True)
class Options:
    """The named options of a call, also nested ones; `is_open` where some may be in what cannot be seen here."""

    named: Mapping[str, SgNode] = field(default_factory=dict)
    positional: tuple[SgNode, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """How long one thing is waited for.

    `state`: set, default, missing (for ever), long (a default of minutes), off (switched off), unknown.
    """

    what: str
    state: str
    detail: str


def judge_limits(client: Client, options: Options) -> list[Judged]:
    """What ends each waiting of a client that is made or called with these options."""
    return [judge_limit(limit, options) for limit in client.limits]


def judge_limit(limit: Limit, options: Options) -> Judged:
    """What ends one waiting: an option, the place of a positional argument, or the library's default."""
    found = [(name, options.named[name]) for name in limit.options if name in options.named]
    if limit.place >= 0 and len(options.positional) > limit.place:
        found.append((limit.options[0], options.positional[limit.place]))
    for name, node in found:
        if is_off(node):
            return Judged(limit.what, "off", f"`{name}` is {shorten(node.text())}")
    if found:
        name, node = found[0]
        return Judged(limit.what, "set", f"`{name}` {shorten(node.text())}")
    if options.is_open:
        return Judged(limit.what, "unknown", "")
    if limit.default is FOREVER:
        return Judged(limit.what, "missing", "")
    state = "long" if limit.default >= TOO_LONG else "default"
    return Judged(limit.what, state, f"the library's {limit.default:g} s")


def is_off(node: SgNode) -> bool:
    """Whether an option's value switches the limit off: None, null, undefined, false, 0, infinity."""
    known, value = read_literal(node)
    if known:
        return value is None or value is False or (isinstance(value, int | float) and value == 0)
    text = node.text().strip()
    return text in ("undefined", "Infinity", "math.inf", "float('inf')", 'float("inf")') or text in OFF_CALLS


def shorten(text: str) -> str:
    """An expression on one line, cut to what a message bears."""
    words = " ".join(text.split())
    return words if len(words) <= 48 else f"{words[:45]}..."  # noqa: PLR2004 - what fits into a line


def expand(bases: Iterable[str], methods: Iterable[str]) -> tuple[str, ...]:
    """All `base.method`."""
    listed = tuple(methods)
    return tuple(f"{base}.{method}" for base in bases for method in listed)
