// The two hot routes of the chat backend in Express, with the layers that its guides recommend for production. Where the
// two services differ, this one has less to do: its limits count in memory, nothing is moderated, no metrics are kept.

import { randomUUID } from "node:crypto";
import compression from "compression";
import cors from "cors";
import express from "express";
import { rateLimit } from "express-rate-limit";
import helmet from "helmet";
import jwt from "jsonwebtoken";
import pg from "pg";
import pino from "pino";
import { pinoHttp } from "pino-http";

const settings = JSON.parse(process.env.BENCHMARK_SETTINGS);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CURSOR = /^[A-Za-z0-9_-]{1,200}$/;

const pool = new pg.Pool({
  connectionString: settings.databaseUrl,
  max: settings.poolSize,
  connectionTimeoutMillis: 3000,
  statement_timeout: 5000,
});
const logger = pino();
const serializers = {
  req: ({ id, method, url, remoteAddress }) => ({ id, method, url, remoteAddress }), // no headers: they hold the token
  res: ({ statusCode }) => ({ statusCode }),
};

const app = express();
app.disable("x-powered-by");
app.disable("etag"); // the answers are private and not stored, as the other service's are
app.use(pinoHttp({ logger, serializers, genReqId: chooseRequestId }));
app.use(helmet());
app.use(cors({ origin: settings.origins, exposedHeaders: ["X-Request-ID", "RateLimit", "RateLimit-Policy"] }));
app.use(compression({ threshold: 1024 }));
app.use(express.json({ limit: "10mb" }));
app.use(authenticate);
app.use(makeLimiter("api", (request) => request.method !== "POST"));
app.use(makeLimiter("messages", (request) => request.method === "POST"));
app.get("/api/v1/conversations/:id/messages", listMessages);
app.post("/api/v1/conversations/:id/messages", postMessage);
app.use(answerError);

function chooseRequestId(request, response) {
  const given = request.headers["x-request-id"];
  const id = typeof given === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/.test(given) ? given : randomUUID();
  response.setHeader("X-Request-ID", id);
  return id;
}

function makeLimiter(identifier, applies) {
  return rateLimit({
    windowMs: 60_000,
    limit: settings.limit,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    identifier,
    keyGenerator: (request) => request.userId,
    skip: (request) => !applies(request),
  });
}

function authenticate(request, response, next) {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  try {
    if (scheme.toLowerCase() !== "bearer") throw new Error("no token");
    request.userId = jwt.verify(token, settings.secret, {
      algorithms: ["HS256"],
      audience: "chat-api",
      issuer: "chat",
    }).sub;
  } catch {
    response.status(401).json({ code: "unauthorised" });
    return;
  }
  next();
}

async function listMessages(request, response) {
  const limit = Number(request.query.limit ?? 20);
  const cursor = request.query.cursor ?? null;
  if (!UUID.test(request.params.id) || !Number.isInteger(limit) || limit < 1 || limit > 100 || !isCursor(cursor)) {
    response.status(422).json({ code: "invalid-input" });
    return;
  }
  const [moment, key] = cursor === null ? [null, null] : Buffer.from(cursor, "base64url").toString().split("|");
  const values = [request.params.id, request.userId, moment, key, limit + 1];
  const { rows } = await pool.query({ name: "list", text: settings.queries.list, values });
  if (rows.length === 0) {
    response.status(404).json({ code: "not-found" });
    return;
  }
  const found = rows.filter((row) => row.id !== null);
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : null;
  const next = last && Buffer.from(`${last.created_at.toISOString()}|${last.id}`).toString("base64url");
  response.set("Cache-Control", "private, no-store").json({ items, next_cursor: next });
}

function isCursor(value) {
  return value === null || (typeof value === "string" && CURSOR.test(value));
}

async function postMessage(request, response) {
  const { client_id: clientId, content, ...others } = request.body ?? {};
  const isText = typeof content === "string" && content.trim().length > 0 && content.length <= 8000;
  if (!UUID.test(request.params.id) || !UUID.test(clientId) || !isText || Object.keys(others).length > 0) {
    response.status(422).json({ code: "invalid-input" });
    return;
  }
  const conversation = request.params.id;
  const values = [conversation, request.userId, content, clientId, true, request.id];
  let { rows } = await pool.query({ name: "post", text: settings.queries.post, values });
  if (rows.length === 0) {
    const again = [conversation, clientId, request.userId];
    ({ rows } = await pool.query({ name: "find_posted", text: settings.queries.find_posted, values: again }));
  }
  if (rows.length === 0) {
    response.status(404).json({ code: "not-found" });
  } else if (rows[0].content !== content) {
    response.status(409).json({ code: "client-id-used" });
  } else {
    const place = `/api/v1/conversations/${conversation}/messages/${rows[0].id}`;
    response.status(202).set({ Location: place, "Cache-Control": "private, no-store" }).json(rows[0]);
  }
}

function answerError(error, request, response, _next) {
  request.log.error(error);
  response.status(error.status ?? 500).json({ code: "internal" });
}

const server = app.listen(Number(process.env.PORT), "127.0.0.1", () => logger.info("listening"));
process.on("SIGTERM", () => {
  server.close(() => pool.end());
  server.closeAllConnections();
});
