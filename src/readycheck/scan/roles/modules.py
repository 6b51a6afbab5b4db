"""JavaScript packages whose import tells that a file runs on a server, or in a browser."""

from __future__ import annotations

SERVER_PREFIXES = (
    "node:", "@nestjs/", "@hapi/", "@fastify/", "@koa/", "@hono/", "@aws-sdk/", "@google-cloud/", "@adonisjs/",
    "@feathersjs/", "@azure/", "@opentelemetry/sdk-", "@langchain/",
)  # fmt: skip
SERVER_MODULES = frozenset({
    "fs", "fs/promises", "http", "https", "http2", "net", "tls", "os", "cluster", "child_process", "worker_threads",
    "stream", "zlib", "dns", "dgram", "v8", "perf_hooks", "async_hooks", "server-only", "next/server",
    "next/headers", "next/cache", "express", "koa", "fastify", "hono", "elysia", "restify", "@trpc/server",
    "@apollo/server", "apollo-server", "apollo-server-express", "@prisma/client", "pg", "mysql", "mysql2",
    "mongoose", "mongodb", "knex", "sequelize", "sequelize-typescript", "typeorm", "drizzle-orm", "redis",
    "ioredis", "bull", "bullmq", "amqplib", "kafkajs", "nodemailer", "jsonwebtoken", "bcrypt", "bcryptjs",
    "puppeteer", "puppeteer-core", "playwright", "jsdom", "cheerio", "socket.io", "ws", "winston", "pino", "dotenv",
    "passport", "@remix-run/node", "@remix-run/server-runtime", "@remix-run/express", "@react-router/node",
    "payload", "body-parser", "express-validator", "helmet", "morgan", "multer", "cors", "express-rate-limit",
    "routing-controllers", "typedi", "@sveltejs/kit/node", "celebrate", "agenda", "swagger-jsdoc",
    "swagger-ui-express",
})  # fmt: skip
# Whoever imports these works for a bundler, unless it serves, as a development server does.
BUNDLERS = frozenset({"vite", "rollup", "webpack", "gulp"})
# Server packages from which browser code takes types: beside a browser framework they tell nothing.
SHARED_TYPES = frozenset({"@prisma/client", "@trpc/server", "drizzle-orm", "typeorm", "mongoose"})
BROWSER_PREFIXES = ("@angular/", "@radix-ui/", "@mui/", "@headlessui/", "@chakra-ui/", "@ionic/", "@vueuse/")
BROWSER_MODULES = frozenset({
    "react-dom", "react-dom/client", "preact", "preact/hooks", "vue", "vue-router", "pinia", "vuex", "svelte",
    "svelte/store", "solid-js", "lit", "jquery", "next/router",
    "next/dynamic", "react-router-dom", "react-redux", "react-hook-form", "framer-motion", "react-native", "expo",
    "@tanstack/react-query", "swr", "zustand", "react-i18next", "react-toastify",
    "sonner", "@reduxjs/toolkit", "redux-saga", "styled-components", "@emotion/react", "@emotion/styled",
})  # fmt: skip
