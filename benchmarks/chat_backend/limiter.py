"""What one decision of the rate limiter costs: our script, and the limits library asked for the same two facts.

    python -m benchmarks.chat_backend.limiter

Started by the benchmark with the backend's environment. The library decides in one round trip and tells what is left in
another; the headers need both. Decisions are taken one by one and 16 at once, the two in turn; prints a JSON object of
lists, in microseconds of this process' CPU a decision.
"""

# mypy: disable-error-code="import-not-found"
# The backend and its libraries are no part of readycheck's own environment.

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

from chat.http.limits import Limiter
from chat.settings import load_settings
from chat.store.redis import Store
from limits import parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

LIMIT = "100000000/minute"
ROUNDS = 5
DECISIONS = 4000
AT_ONCE = (1, 16)
Decide = Callable[[str], Awaitable[object]]


async def _time(decide: Decide, at_once: int) -> float:
    async def work(number: int) -> None:
        for _ in range(DECISIONS // at_once):
            await decide(f"benchmark:{number}")

    before = time.process_time()
    await asyncio.gather(*map(work, range(at_once)))
    return (time.process_time() - before) * 1e6 / DECISIONS


async def _compare() -> dict[str, list[float]]:
    settings = load_settings()
    url = settings.redis_url.get_secret_value()
    store = Store(url)
    ours = Limiter(store, {"api": LIMIT})
    library = SlidingWindowCounterRateLimiter(RedisStorage(f"async+{url}", implementation="redispy"))
    item = parse(LIMIT)

    async def ask_ours(key: str) -> object:
        return await ours.hit("api", key)

    async def ask_library(key: str) -> object:
        return await library.hit(item, "api", key), await library.get_window_stats(item, "api", key)

    results: dict[str, list[float]] = {}
    for number in range(ROUNDS + 1):
        for at_once in AT_ONCE:
            for name, decide in (("script", ask_ours), ("library", ask_library)):
                cpu = await _time(decide, at_once)
                if number:  # the first round fills pools and loads scripts
                    results.setdefault(f"{name} {at_once}", []).append(cpu)
    await _demand_counts(store)
    await store.close()
    return results


async def _demand_counts(store: Store) -> None:
    """Redis has counted: had it been too slow, our limiter would have counted in memory, and cheaply so."""
    keys = [key async for key in store.redis.scan_iter("chat:{limit}:api:benchmark:*")]
    counted = sum(int(value) for value in await store.redis.mget(keys))
    expected = (ROUNDS + 1) * len(AT_ONCE) * DECISIONS
    if counted != expected:
        sys.exit(f"Redis has counted {counted} of {expected} decisions")


if __name__ == "__main__":
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(_compare())))
