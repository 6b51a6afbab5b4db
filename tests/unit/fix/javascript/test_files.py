"""Which file a module's name means."""

from __future__ import annotations

import json

import pytest

from readycheck.fix.javascript.files import Files

TEXTS = {
    "package.json": '{"name": "chat", "workspaces": ["packages/*"]}',
    "tsconfig.base.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@lib/*": ["packages/lib/src/*"]}}}// all',
    "apps/api/package.json": '{"name": "@chat/api"}',
    "apps/api/tsconfig.json": '{"extends": "../../tsconfig.base.json", "compilerOptions": {"strict": true}}',
    "apps/web/tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"], "config": ["./src/settings.ts"]}}}',
    "broken/tsconfig.json": "{",
    "packages/lib/package.json": '{"name": "@chat/lib", "main": "dist/index.js"}',
}
CODE = (
    "apps/api/src/server.ts", "apps/api/src/rooms/index.ts", "apps/api/src/rooms/open.ts", "apps/web/src/page.tsx",
    "apps/web/src/settings.ts", "packages/lib/src/index.ts", "packages/lib/src/log.ts", "broken/a.js", "broken/log.js",
)  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "specifier", "path"),
    [
        ("apps/api/src/server.ts", "./rooms", "apps/api/src/rooms/index.ts"),
        ("apps/api/src/server.ts", "./rooms/open.js", "apps/api/src/rooms/open.ts"),
        ("apps/api/src/rooms/open.ts", "..", None),
        ("apps/api/src/rooms/open.ts", "../server", "apps/api/src/server.ts"),
        ("apps/api/src/server.ts", "@lib/log", "packages/lib/src/log.ts"),
        ("apps/api/src/server.ts", "packages/lib/src/log", "packages/lib/src/log.ts"),
        ("apps/api/src/server.ts", "@chat/lib", "packages/lib/src/index.ts"),
        ("apps/api/src/server.ts", "@chat/lib/log", "packages/lib/src/log.ts"),
        ("apps/api/src/server.ts", "@azure/log", None),
        ("apps/api/src/server.ts", "log", None),
        ("apps/web/src/page.tsx", "@/settings", "apps/web/src/settings.ts"),
        ("apps/web/src/page.tsx", "config", "apps/web/src/settings.ts"),
        ("apps/web/src/page.tsx", "@lib/log", None),
        ("broken/a.js", "./log", "broken/log.js"),
        ("broken/a.js", "@/log", None),
        ("broken/a.js", "../../../etc/passwd", None),
    ],
)
def test_resolve(importer: str, specifier: str, path: str | None) -> None:
    assert Files(frozenset(CODE), TEXTS.get).resolve(importer, specifier) == path


def test_what_comes_with_a_module() -> None:
    texts = {
        "a.js": 'import { b } from "./b.js";\nimport type { d } from "./d.js";\nexport * from "./e.js";\n',
        "b.js": 'const c = require("./c");\nrequire("./a");\nawait import("./f.js");\n',
        **dict.fromkeys(("c.js", "d.js", "e.js", "f.js"), ""),
    }
    files = Files(frozenset(texts), texts.get)

    assert files.find_loads("a.js") == {"a.js", "b.js", "c.js", "e.js", "f.js"}
    assert files.find_loads("a.js", stop={"b.js"}) == {"a.js", "b.js", "e.js"}


def test_what_a_package_says() -> None:
    def describe(manifest: dict[str, object], options: dict[str, object] | None = None) -> tuple[bool, bool, bool]:
        texts = {"package.json": json.dumps(manifest)}
        if options is not None:
            texts["tsconfig.json"] = json.dumps({"compilerOptions": options})
        package = Files(frozenset({"a.ts"}), texts.get).packages[""]
        return package.is_esm, package.needs_ending, package.typed

    assert describe({"name": "a"}) == (False, False, False)
    assert describe({"type": "module"}) == (True, True, False)
    assert describe({"type": "module"}, {"moduleResolution": "bundler"}) == (True, False, True)
    assert describe({"type": "module"}, {"module": "NodeNext"}) == (True, True, True)
