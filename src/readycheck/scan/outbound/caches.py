"""Reads, writes and removals of caches, told from calls."""

from __future__ import annotations

import re

from readycheck.scan.late import compile_late
from readycheck.scan.program.model import Assignment, Call, Expression

HOLDER = compile_late(
    r"redis|cache|valkey|memcache|(?:^|[._])(?:kv|lru|memo|store|commands|pipe(?:line)?|multi)\b", re.IGNORECASE
)
LIBRARIES = compile_late(
    r"^(?:redis|ioredis|valkey|aioredis|node-cache|lru-cache|cachetools|aiocache|cache-manager|keyv|quick-lru|memcached|pymemcache|flask_caching|django\.core\.cache)\b"
)
READS = frozenset({"get", "getex", "mget", "hgetall", "hget", "peek", "fetch", "get_many"})
WRITES = frozenset({"set", "setex", "psetex", "setEx", "pSetEx", "set_many", "put", "expire", "pexpire", "hset", "add"})
REMOVALS = frozenset({
    "del", "delete", "unlink", "pop", "remove", "drop", "invalidate", "evict", "clear", "expire_now", "delete_many",
    "forget",
    "flush", "flushAll", "revalidateTag", "delete_memoized", "delete_pattern", "invalidateTags", "take",
})  # fmt: skip
REMOVER = compile_late(
    r"(?:^|[._])_?(?:drop|delete|invalidate|evict|clear|remove|forget|purge|bust|del|flush|expire)", re.IGNORECASE
)
TTL_OPTIONS = ("ex", "px", "ttl", "timeout", "expire", "expiration", "expires_in", "EX", "PX", "exat", "pxat", "time")
TTL_METHODS = frozenset({"setex", "psetex", "setEx", "pSetEx", "expire", "pexpire"})
TTL_MADE = compile_late(
    r"^(?:node-cache|lru-cache|cachetools\.TTLCache|aiocache\.\w+|cache-manager|keyv|quick-lru|cachetools\.func\.ttl_cache)\b"
)
MADE_OPTIONS = ("stdTTL", "ttl", "maxAge", "timer")
DECORATORS = compile_late(r"(?:^|\.)(?:cached|cache|memoize|ttl_cache|cache_page|cached_property_with_ttl|Cacheable)$")
EXPIRY = compile_late(r"expir|ttl|until|timestamp|cached_?at|stored_?at|^at$|^time$|^ts$", re.IGNORECASE)
CLOCK = compile_late(r"time\.time\(|monotonic\(|\.now\(|Date\.now|loop\.time\(|expir", re.IGNORECASE)


def is_cache(call: Call, externals: frozenset[str]) -> bool:
    """Whether a call is a method of something that caches, by its library or by what it is called."""
    receiver = call.text.rpartition(".")[0]
    return HOLDER.search(receiver) is not None or any(LIBRARIES.match(name) for name in externals)


def is_read(call: Call, externals: frozenset[str]) -> bool:
    """Whether a call reads an entry of a cache."""
    return call.method in READS and bool(call.arguments) and is_cache(call, externals)


def is_limited_write(call: Call, externals: frozenset[str], *, made: bool) -> bool:
    """Whether a call writes an entry that ends; `made` says that the file makes a cache whose entries all do."""
    if call.method not in WRITES or not call.arguments or not is_cache(call, externals):
        return False
    if REMOVER.search(call.owner.partition(".<")[0]):
        return False  # the mark of a removal
    if call.method in TTL_METHODS or any(option in call.keywords for option in TTL_OPTIONS):
        return True
    if call.find_option(*TTL_OPTIONS) is not None or any(one.get("s") in ("EX", "PX") for one in call.arguments):
        return True
    holds = (key for one in call.arguments for key, _ in one.get("o", ()))
    if any(EXPIRY.search(str(key)) for key in holds):
        return True
    number = call.arguments[2] if len(call.arguments) > 2 else None  # noqa: PLR2004 - key, value, seconds
    return made or (number is not None and call.method == "set" and is_duration(number))


def is_duration(value: Expression) -> bool:
    """Whether an argument may be seconds: a number, or something named for a time."""
    if isinstance(value.get("v"), int) and not isinstance(value.get("v"), bool):
        return True
    return (
        re.search(r"ttl|second|expir|duration|minute|hour|age|time", str(value.get("t", "")), re.IGNORECASE) is not None
    )


def is_removal(call: Call, externals: frozenset[str]) -> bool:
    """Whether a call removes entries of a cache, or overwrites one in a function that is called for that."""
    if call.method in REMOVALS and is_cache(call, externals):
        return True
    return call.method in WRITES and is_cache(call, externals) and REMOVER.search(call.owner) is not None


def makes_limited(call: Call, externals: frozenset[str]) -> bool:
    """Whether a call makes a cache whose entries all end."""
    names = (*call.names, *externals)
    is_made = any(TTL_MADE.match(name) for name in names)
    is_python = any(name.startswith(("cachetools.TTLCache", "aiocache")) for name in names)
    return is_made and (call.find_option(*MADE_OPTIONS) is not None or (is_python and len(call.arguments) > 1))


def is_timed_item(assignment: Assignment) -> bool:
    """Whether an item of a dictionary called a cache gets a value together with a time."""
    target, _, index = assignment.text.partition("[")
    return bool(index) and HOLDER.search(target) is not None and CLOCK.search(repr(assignment.value)) is not None
