from __future__ import annotations

from readycheck.scan.layers.identity import find_identity
from readycheck.scan.layers.limiters import find_limiters
from tests.unit.scan.layers.conftest import Layered

HEAD = 'const express = require("express");\nconst app = express();\n'
TAIL = 'app.get("/users", (req, res) => res.json([]));\napp.listen(3000);\n'
OWN = """
const hits = new Map();
const limit = (req, res, next) => {
  const entry = hits.get(KEY) || { count: 0, at: Date.now() };
  entry.count += 1;
  hits.set(KEY, entry);
  if (entry.count > 100) return res.status(429).end();
  next();
};
app.use(limit);
"""
RAISES = """
from fastapi import Depends, FastAPI
from redis.asyncio import Redis

redis = Redis()
app = FastAPI()

async def limit(request):
    if await redis.incr(request.client.host) > 10:
        raise HTTPException(status_code=429)

@app.get("/users", dependencies=[Depends(limit)])
async def users():
    return []
"""
NEST = """
import { Controller, Get, Module, UseGuards } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { Throttle, ThrottlerGuard } from "@nestjs/throttler";

@Controller("users")
export class Users {
  @Throttle({ default: { limit: 3, ttl: 60000 } })
  @Get()
  list() {
    return [];
  }
}

@Module({ controllers: [Users] })
class AppModule {}

async function start() {
  const app = await NestFactory.create(AppModule);
  await app.listen(3000);
}
start();
"""


def describe(layered: Layered, files: dict[str, str]) -> list[tuple[str, str]]:
    return [(one.name, one.counts) for one in find_limiters(layered(files))]


def test_own_code_that_counts_and_refuses_is_a_limiter(layered: Layered) -> None:
    own = OWN.replace("KEY", "req.ip")
    assert describe(layered, {"server.js": HEAD + own + TAIL}) == [("limit", "memory")]
    assert describe(layered, {"main.py": RAISES}) == [("limit", "a store outside of the process")]


def test_what_refuses_nobody_or_counts_nothing_is_none(layered: Layered) -> None:
    passing = OWN.replace("if (entry.count > 100) return res.status(429).end();", "").replace("KEY", "req.ip")
    assert describe(layered, {"server.js": HEAD + passing + TAIL}) == []
    refusing = "app.use((req, res, next) => (req.query.slow ? res.status(429).end() : next()));\n"
    assert describe(layered, {"server.js": HEAD + refusing + TAIL}) == []


def test_by_what_callers_are_told_apart(layered: Layered) -> None:
    for key, expected in (("req.ip", ""), ("req.user.id", "req.user.id"), ("`user:${req.userId}`", "user:")):
        stack = layered({"server.js": HEAD + OWN.replace("KEY", key) + TAIL})
        [limiter] = find_limiters(stack)
        assert find_identity(stack, limiter) == expected, key


def test_nest_reads_its_decorator_only_through_a_guard(layered: Layered) -> None:
    assert describe(layered, {"src/main.ts": NEST}) == []
    guarded = NEST.replace("  @Get()\n", "  @UseGuards(ThrottlerGuard)\n  @Get()\n")
    assert {counts for _, counts in describe(layered, {"src/main.ts": guarded})} == {"@nestjs/throttler"}
