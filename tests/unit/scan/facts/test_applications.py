from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import applications_javascript, applications_python
from readycheck.scan.unit import Unit


def python(text: str) -> list[tuple[int, object, object]]:
    facts = applications_python.collect(Unit("app.py", Language.PYTHON, text))
    return [(fact.where.line, fact.data["framework"], fact.data["variable"]) for fact in facts]


def script(text: str, path: str = "app.ts") -> list[tuple[int, object, object]]:
    facts = applications_javascript.collect(Unit(path, Language.TYPESCRIPT, text))
    return [(fact.where.line, fact.data["framework"], fact.data["variable"]) for fact in facts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from fastapi import FastAPI\napp: FastAPI = FastAPI()\n", [(2, "FastAPI", "app")]),
        ("import flask as f\ndef make():\n    return f.Flask('x')\n", [(3, "Flask", "")]),
        ("from aiohttp import web\nself.app = web.Application()\n", [(2, "aiohttp", "self.app")]),
        ("from flask import Flask\nclass Shop(Flask):\n    pass\n", [(2, "Flask", "Shop")]),
        (
            "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
            [(2, "Django", "application")],
        ),
        ("ROOT_URLCONF = 'shop.urls'\n", [(1, "Django", "")]),
        ("class FastAPI: ...\napp = FastAPI()\n", []),
        ("# app = FastAPI()\nfrom fastapi import FastAPI\n", []),
        ("from tkinter import Application\nApplication()\n", []),
    ],
)  # fmt: skip
def test_python(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert python(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import express from 'express'\nexport const app = express()\n", [(2, "Express", "app")]),
        ("const Koa = require('koa')\nconst app = new Koa()\n", [(2, "Koa", "app")]),
        ("import Fastify from 'fastify'\nconst f = Fastify({ logger: true })\n", [(2, "Fastify", "f")]),
        ("import { Hono } from 'hono'\nexport default new Hono()\n", [(2, "Hono", "")]),
        (
            "import { NestFactory } from '@nestjs/core'\nconst app = await NestFactory.create(AppModule)\n",
            [(2, "NestJS", "app")],
        ),
        ("import http from 'node:http'\nhttp.createServer(handle)\n", [(2, "Node.js", "")]),
        (
            "import http from 'http'\nimport express from 'express'\nconst app = express()\nhttp.createServer(app)\n",
            [(3, "Express", "app")],
        ),
        ("import { express } from './fake'\nexpress()\n", []),
    ],
)
def test_javascript(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert script(text) == expected


def test_next_routes_are_applications_by_their_place() -> None:
    text = "import { NextResponse } from 'next/server'\nexport async function GET() {}\n"
    assert script(text, "src/app/api/users/route.ts") == [(2, "Next.js", "")]
    assert script(text, "src/lib/users.ts") == []


def test_every_name_can_be_reached_through_an_anchor() -> None:
    for name in applications_python.CALLS:
        assert any(anchor in name for anchor in applications_python.ANCHORS), name
    for name in (*applications_javascript.CALLS, *applications_javascript.BARE_SERVERS):
        assert any(anchor in name for anchor in applications_javascript.ANCHORS), name
