"""Which routes small applications serve, and who may call them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from readycheck.scan.checks.contract import Facts
from readycheck.scan.program.entrances import is_entrance, leaves_out
from readycheck.scan.program.frameworks.django import read_pattern
from readycheck.scan.program.paths import has_version
from readycheck.scan.program.reasons import ELSEWHERE, NOT_KNOWN
from tests.unit.scan.program.conftest import Join

KOA = {
    "index.ts": "import Koa from 'koa';\nimport mount from 'koa-mount';\nimport api from './api';\n"
    "export function init(app: Koa = new Koa()) {\n  app.use(mount('/api', api));\n  app.listen(3000);\n}\ninit();\n",
    "api.ts": "import Koa from 'koa';\nimport Router from '@koa/router';\nconst api = new Koa();\n"
    "const router = new Router();\nrouter.post('/list', list);\napi.use(router.routes());\nexport default api;\n"
    "function list(ctx) {}\n",
    "package.json": '{"main": "index.ts"}',
}
FASTIFY_HOOK = """export default async function (fastify) {
  fastify.addHook('onRequest', async (request, reply) => {
    if (!request.session.user) reply.unauthorized('no');
  });
}
"""
FASTIFY = {
    "server.ts": "import Fastify from 'fastify';\nimport autoload from '@fastify/autoload';\nconst app = Fastify();\n"
    "app.register(autoload, { dir: path.join(__dirname, 'routes'), autoHooks: true, cascadeHooks: true });\n"
    "app.listen();\n",
    "routes/home.ts": "export default async function (fastify) {\n"
    "  fastify.get('/', async (request, reply) => 1);\n}\n",
    "routes/api/autohooks.ts": FASTIFY_HOOK,
    "routes/api/tasks/index.ts": "export default async function (fastify) {\n"
    "  fastify.get('/all', async (request, reply) => 1);\n}\n",
    "package.json": '{"main": "server.ts"}',
}
LITESTAR = {
    "app.py": "from litestar import Litestar\nfrom core import Core\n\ndef create_app():\n"
    "    return Litestar(plugins=[Core()])\n",
    "core.py": "from litestar.plugins import InitPlugin\nfrom login import auth\nfrom users import Users\n\n"
    "class Core(InitPlugin):\n    def on_app_init(self, app_config):\n        self.add(app_config, handlers=[Users])\n"
    "        return auth.on_app_init(app_config)\n\n    def add(self, app_config, *, handlers):\n"
    "        app_config.route_handlers.extend(handlers)\n",
    "login.py": "from litestar.security.jwt import JWTAuth\n\n"
    "auth = JWTAuth[User](token_secret=key, exclude=['^/users/new'])\n"
    "app = 1\n",
    "users.py": "from litestar import Controller, get, post\n\nclass Users(Controller):\n    path = '/users'\n\n"
    "    @get()\n    async def show(self): ...\n\n    @post('/login', exclude_from_auth=True)\n"
    "    async def login(self): ...\n\n    @post('/new')\n    async def sign_up(self): ...\n",
}
DJANGO = {
    "site/__init__.py": "",
    "site/settings.py": "NAME = 'site'\nROOT_URLCONF = '{}.urls'.format(NAME)\nMIDDLEWARE = []\n",
    "site/urls.py": "from django.urls import include, path\nfrom site import views\n"
    "urlpatterns = [path('api/', include('site.api'))]\nurlpatterns.append(path('home/', views.home))\n",
    "site/views.py": "def home(request): ...\n",
    "site/api.py": "from rest_framework import routers, viewsets\n\nclass Notes(viewsets.ReadOnlyModelViewSet): ...\n\n"
    "router = routers.SimpleRouter()\nrouter.register('notes', Notes)\nurlpatterns = router.urls\n",
}
AIOHTTP = {
    "main.py": "from aiohttp import web\nfrom routes import add_routes\n\ndef create():\n    app = web.Application()\n"
    "    add_routes(app)\n    return app\n\nweb.run_app(create())\n",
    "routes.py": "def add_routes(app):\n    router = app.router\n    add = app.router.add_route\n"
    "    router.add_get('/a', index)\n    add('POST', '/b', index)\n\ndef index(request): ...\n",
}
NEST = {
    "src/main.ts": "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\n"
    "async function start() {\n  const probe = await NestFactory.create(AppModule);\n"
    "  const app = await NestFactory.create(AppModule);\n  app.setGlobalPrefix('api');\n  await app.listen(3000);\n}\n"
    "start();\n",
    "src/app.module.ts": "import { Module } from '@nestjs/common';\nimport { Users } from './users.controller';\n"
    "@Module({ controllers: [Users] })\nexport class AppModule {}\n",
    "src/users.controller.ts": "import { Controller, Get } from '@nestjs/common';\n"
    "import { Checked } from './checked';\n"
    "@Controller('users')\nexport class Users {\n  @Get()\n  @Checked()\n  list() {}\n}\n",
    "src/checked.ts": "import { applyDecorators, UseGuards } from '@nestjs/common';\n"
    "import { AuthGuard } from '@nestjs/passport';\n"
    "export function Checked() {\n  return applyDecorators(UseGuards(AuthGuard('jwt')));\n}\n",
    "package.json": '{"main": "src/main.ts"}',
}
HONO = {
    "index.ts": "import { Hono } from 'hono';\nimport { basicAuth } from 'hono/basic-auth';\nconst app = new Hono();\n"
    "const first = new Hono();\nfirst.use('/notes/*', basicAuth({ username: 'u' }));\nconst notes = new Hono();\n"
    "notes.post('/notes', (c) => c.text(''));\nnotes.get('/news', (c) => c.text(''));\n"
    "app.route('/api', first);\napp.route('/api', notes);\nexport default app;\n",
    "package.json": '{"main": "index.ts"}',
}
ASSIGNED = {
    "app.js": "const router = require('@koa/router')();\nconst Koa = require('koa');\n"
    "const app = module.exports = new Koa();\nrouter.get('/x', show);\napp.use(router.routes());\n"
    "app.listen(1);\nfunction show(ctx) {}\n",
    "package.json": '{"main": "app.js"}',
}
EXTENDED = {
    "app.py": "from flask import Flask, request, abort\nfrom flask.cli import FlaskGroup\n\ndef create():\n"
    "    app = Flask(__name__)\n    FlaskGroup(app)\n\n    @app.before_request\n    def look(): ...\n\n"
    "    @app.route('/open')\n    def show(): ...\n    return app\n\napp = create()\n",
}
PLAIN = {
    "app/api/beat/route.ts": "export async function GET() {\n  return Response.json({ ok: true });\n}\n",
    "app/api/sites/[id]/reset/route.ts": "import { getServerSession } from 'next-auth';\n"
    "export async function POST(request) {\n  const session = await getServerSession();\n"
    "  if (!session) return new Response('', { status: 401 });\n  return Response.json({});\n}\n",
    "package.json": '{"dependencies": {"next": "15"}}',
}
CASES = [
    pytest.param(KOA, {("POST", "/api/list", "public")}, id="koa: an application that another one mounts"),
    pytest.param(
        FASTIFY, {("GET", "/", "public"), ("GET", "/api/tasks/all", "authenticated")},
        id="fastify: hooks that are loaded with their folder",
    ),
    pytest.param(
        LITESTAR,
        {("GET", "/users", "authenticated"), ("POST", "/users/login", "public"), ("POST", "/users/new", "public")},
        id="litestar: handlers and a login that a plugin adds",
    ),
    pytest.param(
        DJANGO,
        {("ANY", "/home", "public"), ("GET", "/api/notes", "public"), ("GET", "/api/notes/<pk>", "public")},
        id="django: a root whose name is put together, patterns that are a router's",
    ),
    pytest.param(AIOHTTP, {("GET", "/a", "public"), ("POST", "/b", "public")}, id="aiohttp: aliases of the router"),
    pytest.param(
        NEST, {("GET", "/api/users", "authenticated")}, id="nestjs: one that never listens, a decorator made of guards"
    ),
    pytest.param(
        HONO, {("POST", "/api/notes", "authenticated"), ("GET", "/api/news", "public")},
        id="hono: layers of what was mounted before",
    ),
    pytest.param(ASSIGNED, {("GET", "/x", "public")}, id="koa: a variable and the exports at once"),
    pytest.param(EXTENDED, {("GET", "/open", "public")}, id="flask: what is given the application is no guard"),
    pytest.param(
        PLAIN, {("GET", "/api/beat", "public"), ("POST", "/api/sites/[id]/reset", "authenticated")},
        id="next: a file without an import, an action on an object",
    ),
]  # fmt: skip
LOOSE = {
    "index.js": "const Koa = require('koa');\nconst Router = require('@koa/router');\n"
    "const add = require('./routes');\n"
    "const app = new Koa();\nfor (const router of make()) app.use(router.routes());\napp.listen(1);\n"
    "function make() { const all = new Router(); add(all, {}); return [all]; }\n",
    "routes.js": "module.exports = function add(...[router, tenant]) {\n"
    "  router.get('/status', guard(), async (ctx) => {});\n"
    "  router.post(`${tenant.base}/x`, async (ctx) => {});\n  app.get('port', () => 1);\n"
    "  cache.get('/x', () => 1);\n};\n",
    "package.json": '{"main": "index.js"}',
}
CONNEXION = {
    "app.py": "import connexion\napp = connexion.App(__name__)\napp.add_api('api.yml', base_path='/v1')\n",
}


def list_served(facts: Facts) -> set[tuple[str, str, str]]:
    judge = facts.web.judge.judge
    return {
        (method, one.shown or "/", judge(one).access) for one in facts.web.routes for method in one.methods or ("ANY",)
    }  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_routes(join: Join, files: Mapping[str, str], expected: set[tuple[str, str, str]]) -> None:
    facts = join(files)
    assert list_served(facts) == expected
    assert not facts.web.unresolved


def test_routes_of_an_unknown_router_are_listed_as_such(join: Join) -> None:
    facts = join(LOOSE)
    assert [(one.shown, one.unresolved) for one in facts.web.unresolved] == [
        ("/status", NOT_KNOWN), ("/{?}/x", NOT_KNOWN)
    ]  # fmt: skip


def test_what_a_document_serves_is_not_known(join: Join) -> None:
    facts = join(CONNEXION)
    assert [(one.shown, one.unresolved) for one in facts.web.unresolved] == [("/v1", ELSEWHERE)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/password/reset", True), ("/auth/reset/:token", True), ("/sites/[id]/reset", False), ("/users/:id/login", True)],
)
def test_entrance(path: str, *, expected: bool) -> None:
    assert is_entrance(path) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("^/public", "/public/x", True),
        ("^/public", "/a/public", False),
        ("/oauth/*", "/api/oauth/x", True),
        ("", "/", False),
    ],
)
def test_leaves_out(pattern: str, path: str, *, expected: bool) -> None:
    assert leaves_out(pattern, path) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^(?P<id>\d+)$", "<int:id>"),
        (r"^(?P<slug>[^/]+)/x$", "<slug>/x"),
        (r"^(?P<slug>[\w-]+)/(?P<kind>(?:a|b))/$", "<slug>/<re:kind>/"),
    ],
)
def test_pattern(pattern: str, expected: str) -> None:
    assert read_pattern(pattern) == expected


@pytest.mark.parametrize(("path", "expected"), [("/api/1/kb", True), ("/api/v2/kb", True), ("/api/kb/1", False)])
def test_version(path: str, *, expected: bool) -> None:
    assert has_version(path) is expected
