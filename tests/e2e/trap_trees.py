"""Two services without controls, and all that could make a careless reader believe in some: nothing of it ever runs."""

from __future__ import annotations

from collections.abc import Mapping

EXPRESS: Mapping[str, str] = {
    "package.json": """{
  "scripts": {"start": "node server.js"},
  "dependencies": {"express": "^4.19.0", "pg": "^8.0.0"}
}
""",
    "Dockerfile": "FROM node:22.3.0\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD npm start\n",
    ".github/workflows/ci.yml": """on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: npm install
""",
    "package-lock.json": '{"lockfileVersion": 3}\n',
    "server.js": """const express = require("express");
const notes = require("./routes/notes");

const app = express();
app.use(express.json());
app.use("/notes", notes);
app.get("/debug", (req, res) => res.json(process.env));
console.log("started");
app.listen(3000);
""",
    "routes/notes.js": """const express = require("express");
const { Pool } = require("pg");

const pool = new Pool();
const router = express.Router();
router.get("/", async (req, res) => {
  const { rows } = await pool.query("SELECT * FROM notes WHERE user_id = $1", [req.query.user]);
  res.json(rows);
});
router.get("/:id", async (req, res) => {
  const { rows } = await pool.query("SELECT * FROM notes WHERE id = $1", [req.params.id]);
  res.json(rows[0]);
});
router.post("/", async (req, res) => {
  await pool.query("INSERT INTO notes (user_id, text) VALUES ($1, $2)", [req.body.user, req.body.text]);
  res.status(201).end();
});
module.exports = router;
""",
}
EXPRESS_LIBRARIES = (
    "helmet", "cors", "express-rate-limit", "rate-limiter-flexible", "zod", "joi", "express-validator", "celebrate",
    "compression",
    "pino", "pino-http", "winston", "morgan", "jsonwebtoken", "passport", "csurf", "@sentry/node", "prom-client",
    "ioredis",
    "bullmq", "opossum", "p-retry", "envalid", "swagger-ui-express", "express-openapi-validator", "lru-cache",
    "dd-trace",
    "@opentelemetry/sdk-node", "terminus", "@godaddy/terminus", "express-async-errors", "sanitize-html", "xss",
    "openai", "uuid",
    "http-graceful-shutdown", "lightship", "node-cache", "argon2", "bcrypt",
)  # fmt: skip
EXPRESS_DEAD = """const helmet = require("helmet");
const cors = require("cors");
const { rateLimit } = require("express-rate-limit");
const compression = require("compression");
const morgan = require("morgan");
const pino = require("pino");
const pinoHttp = require("pino-http");
const jwt = require("jsonwebtoken");
const csrf = require("csurf");
const Sentry = require("@sentry/node");
const client = require("prom-client");
const Redis = require("ioredis");
const { Queue, Worker } = require("bullmq");
const { z } = require("zod");
const { cleanEnv, str } = require("envalid");
const { randomUUID } = require("crypto");
const swagger = require("swagger-ui-express");
const express = require("express");
const { Pool } = require("pg");

const logger = pino({ level: "info", redact: ["password", "token"] });
const limiter = rateLimit({ windowMs: 60000, limit: 100, keyGenerator: (req) => req.user.id });
const Note = z.object({ text: z.string().max(1000) }).strict();

function requireAuth(req, res, next) {
  const token = req.headers.authorization;
  if (!token) return res.status(401).end();
  req.user = jwt.verify(token, process.env.JWT_SECRET, { algorithms: ["HS256"] });
  next();
}

function validate(schema) {
  return (req, res, next) => {
    const parsed = schema.safeParse(req.body);
    if (!parsed.success) return res.status(422).json({ error: "invalid" });
    req.body = parsed.data;
    next();
  };
}

function requestId(req, res, next) {
  req.id = randomUUID();
  res.setHeader("X-Request-ID", req.id);
  next();
}

function errorHandler(err, req, res, next) {
  Sentry.captureException(err);
  logger.error({ err, id: req.id }, "failed");
  res.status(500).json({ error: "something went wrong", id: req.id });
}

function harden(app, server) {
  cleanEnv(process.env, { DATABASE_URL: str(), JWT_SECRET: str() });
  Sentry.init({ dsn: process.env.SENTRY_DSN, environment: process.env.NODE_ENV });
  client.collectDefaultMetrics();
  const refused = new client.Counter({ name: "rate_limited_total", help: "refused" });
  app.set("trust proxy", 1);
  app.disable("x-powered-by");
  app.use(requestId);
  app.use(pinoHttp({ logger }));
  app.use(morgan("combined"));
  app.use(helmet());
  app.use(cors({ origin: ["https://example.com"] }));
  app.use(limiter);
  app.use(compression());
  app.use(express.json({ limit: "100kb" }));
  app.use(csrf());
  app.use("/api/v1", requireAuth);
  app.use("/docs", swagger.serve);
  app.post("/api/v1/notes", validate(Note), (req, res) => res.status(201).end());
  app.get("/healthz", (req, res) => res.json({ status: "ok" }));
  app.get("/readyz", async (req, res) => {
    await new Pool({ max: 10, connectionTimeoutMillis: 2000, statement_timeout: 5000 }).query("SELECT 1");
    res.json({ status: "ready" });
  });
  app.get("/metrics", async (req, res) => res.end(await client.register.metrics()));
  app.use((req, res) => res.status(404).json({ error: "not found" }));
  app.use(errorHandler);
  const redis = new Redis(process.env.REDIS_URL, { connectTimeout: 1000, commandTimeout: 500 });
  const queue = new Queue("jobs", { connection: redis });
  new Worker("jobs", async (job) => job.data, { connection: redis });
  process.on("SIGTERM", () => {
    server.close(() => redis.quit().then(() => queue.close()).then(() => process.exit(0)));
  });
  process.on("unhandledRejection", (reason) => logger.fatal(reason));
  refused.inc();
}
"""
PYTHON: Mapping[str, str] = {
    "requirements.txt": "fastapi==0.115.0\nuvicorn==0.30.0\npsycopg==3.2.0\n",
    "Dockerfile": """FROM python:3.12.4
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD uvicorn app.main:app --host 0.0.0.0
""",
    ".github/workflows/ci.yml": """on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: pip install .
""",
    "app/__init__.py": "",
    "app/main.py": """import os

from fastapi import FastAPI, Request

from app.database import connect

app = FastAPI()


@app.get("/notes/{note_id}")
async def read(note_id: int):
    return connect().execute("SELECT * FROM notes WHERE id = %s", [note_id]).fetchone()


@app.get("/mine")
async def mine(user_id: int):
    return connect().execute("SELECT * FROM notes WHERE user_id = %s", [user_id]).fetchall()


@app.post("/notes")
async def add(request: Request):
    data = await request.json()
    print("adding", data)
    connect().execute("INSERT INTO notes (user_id, text) VALUES (%s, %s)", [data["user"], data["text"]])


@app.get("/debug")
async def debug():
    return dict(os.environ)
""",
    "app/database.py": """import os

import psycopg


def connect():
    return psycopg.connect(os.environ["DATABASE_URL"])
""",
}
PYTHON_LIBRARIES = (
    "slowapi", "structlog", "python-json-logger", "loguru", "sentry-sdk", "prometheus-client",
    "prometheus-fastapi-instrumentator",
    "opentelemetry-sdk", "redis", "celery", "arq", "pydantic-settings", "pyjwt", "argon2-cffi", "passlib",
    "tenacity", "pybreaker",
    "fastapi-limiter", "fastapi-cache2", "asgi-correlation-id", "secure", "starlette-csrf", "brotli-asgi", "alembic",
    "bleach",
    "nh3", "openai", "httpx", "pytest", "pip-audit", "cachetools", "aiocache", "itsdangerous",
)  # fmt: skip
PYTHON_DEAD = """import logging
import signal
import uuid

import jwt
import sentry_sdk
import structlog
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from prometheus_client import Counter
from prometheus_fastapi_instrumentator import Instrumentator
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings
from slowapi import Limiter
from slowapi.errors import RateLimitExceeded
from slowapi.middleware import SlowAPIMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

REFUSED = Counter("rate_limited_total", "Requests that were refused")


class Settings(BaseSettings):
    database_url: str
    jwt_secret: str = Field(min_length=32)


class NewNote(BaseModel):
    text: str = Field(max_length=1000)


class SecurityHeaders:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def add(message):
            if message["type"] == "http.response.start":
                message["headers"] += [(b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY")]
                message["headers"] += [(b"content-security-policy", b"default-src 'none'")]
                message["headers"] += [(b"x-request-id", uuid.uuid4().hex.encode())]
            await send(message)

        await self.app(scope, receive, add)


async def current_user(request: Request):
    token = request.headers.get("authorization")
    if not token:
        raise HTTPException(401)
    return jwt.decode(token, Settings().jwt_secret, algorithms=["HS256"])["sub"]


async def handle_error(request: Request, error: Exception):
    sentry_sdk.capture_exception(error)
    structlog.get_logger().error("failed", exc_info=error)
    return JSONResponse({"detail": "something went wrong"}, 500)


def harden(app: FastAPI) -> None:
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    logging.basicConfig(level=logging.INFO)
    sentry_sdk.init(dsn="https://public@example.com/1")
    limiter = Limiter(key_func=current_user, default_limits=["100/minute"])
    app.state.limiter = limiter
    app.add_middleware(SlowAPIMiddleware)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CORSMiddleware, allow_origins=["https://example.com"])
    app.add_middleware(GZipMiddleware)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["example.com"])
    app.add_exception_handler(Exception, handle_error)
    app.add_exception_handler(RateLimitExceeded, handle_error)
    Instrumentator().instrument(app).expose(app)
    pool = AsyncConnectionPool("", min_size=1, max_size=10, timeout=5, open=False)
    signal.signal(signal.SIGTERM, lambda *_: pool.close())

    @app.get("/healthz")
    async def live():
        return {"status": "ok"}

    @app.get("/readyz")
    async def ready():
        async with pool.connection() as connection:
            await connection.execute("SELECT 1")
        return {"status": "ready"}

    @app.post("/api/v1/notes", dependencies=[Depends(current_user)])
    async def add_note(note: NewNote):
        structlog.get_logger().info("note", size=len(note.text))
"""
