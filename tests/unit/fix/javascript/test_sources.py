"""Which logger a file takes: its own, the project's, one that is made; or why none."""

from __future__ import annotations

import pytest

from readycheck.model.fix import FixSettings
from tests.unit.fix.javascript.fixing import (
    PINO,
    PINO_ESM,
    SERVER,
    SERVER_ESM,
    fix,
    fix_commonjs,
    fix_module,
    package,
)

LOG = 'exports.open = () => {\n  console.log("up");\n};\n'
LOGGED = LOG.replace("console.log", "logger.info")
TYPED = """\
import { load } from "./load";

export function open(): void {
  console.log("up");
}
"""
TYPED_SERVER = """\
import express from "express";
import { logger } from "./logger";

logger.info("up");
express().listen(80);
"""
TYPED_PINO = 'import pino from "pino";\n\nexport const logger = pino();\n'


def test_a_logger_that_the_file_has_is_used_whatever_its_name() -> None:
    outcome = fix_commonjs(f'const journal = require("pino")();\n\n{LOG}')

    assert outcome.text == f'const journal = require("pino")();\n\n{LOG.replace("console.log", "journal.info")}'
    assert outcome.said == ["safe"]


@pytest.mark.parametrize(
    "line",
    [
        'const log = require("./logger");',
        'const log = require("./logger").child({ module: "chat" });',
        'const parent = require("./logger");\nconst log = parent.child({ module: "chat" });',
        'const pino = require("pino");\nconst log = pino({ level: "debug" });',
        'const bunyan = require("bunyan");\nconst log = bunyan.createLogger({ name: "chat" });',
        'const { createLogger } = require("winston");\nconst log = createLogger({});',
        'const winston = require("winston");\nconst log = winston.createLogger({}).child({});',
    ],
)
def test_loggers_that_a_file_may_have(line: str) -> None:
    outcome = fix_commonjs(f"{line}\n\n{LOG}")

    assert outcome.text.startswith(line)
    assert 'log.info("up");' in outcome.text or 'parent.info("up");' in outcome.text
    assert outcome.said == ["safe"]


def test_a_variable_that_may_be_the_console_is_no_logger() -> None:
    outcome = fix_commonjs(f'const log = process.env.QUIET ? require("./logger") : console;\n\n{LOG}')

    assert outcome.text.startswith('const logger = require("./logger");\n') or "logger.info" in outcome.text


@pytest.mark.parametrize(
    ("made", "line"),
    [
        ("module.exports = pino();", 'const logger = require("./logger");'),
        ("module.exports = { logger: pino() };", 'const { logger } = require("./logger");'),
        ("exports.logger = pino();", 'const { logger } = require("./logger");'),
        ("const logger = pino();\nmodule.exports = logger;", 'const logger = require("./logger");'),
    ],
)
def test_what_a_commonjs_module_exports(made: str, line: str) -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino"),
            "logger.js": f'const pino = require("pino");\n{made}\n',
            "chat.js": LOG,
        },
        "chat.js",
    )

    assert outcome.text == f"{line}\n{LOGGED}"


@pytest.mark.parametrize(
    ("made", "line"),
    [
        ("export default pino();", 'import logger from "./logger.js";'),
        ("export const logger = pino();", 'import { logger } from "./logger.js";'),
        ("const log = pino();\nexport { log };", 'import { log } from "./logger.js";'),
        ("const log = pino();\nexport { log as journalLog };", 'import { journalLog } from "./logger.js";'),
    ],
)
def test_what_an_es_module_exports(made: str, line: str) -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino", type="module"),
            "logger.js": f'import pino from "pino";\n{made}\n',
            "chat.js": 'export const open = () => console.log("up");\n',
        },
        "chat.js",
    )

    assert outcome.text.splitlines()[0] == line


def test_the_module_that_most_files_use_is_taken() -> None:
    used = 'const log = require("./journal");\nexports.a = () => log.info("a");\n'
    outcome = fix(
        {
            "package.json": package("express", "pino"),
            "logger.js": PINO,
            "journal.js": PINO,
            "a.js": used,
            "b.js": used,
            "chat.js": LOG,
        },
        "chat.js",
    )

    assert outcome.text.startswith('const logger = require("./journal");\n')


def test_a_module_that_passes_on_the_logger_of_another() -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino", type="module"),
            "lib/index.js": 'export { default as logger } from "./log.js";\n',
            "lib/log.js": PINO_ESM,
            "server.js": SERVER_ESM.replace("logger from", "{ logger } from").replace("./logger.js", "./lib/index.js"),
            "chat.js": 'export const open = () => console.log("up");\n',
        },
        "chat.js",
    )

    assert outcome.text.startswith('import { logger } from "./lib/index.js";\n')


def test_the_configuration_names_the_module() -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino"),
            "server.js": SERVER,
            "logger.js": PINO,
            "other.js": PINO,
            "chat.js": LOG,
        },
        "chat.js",
        settings=FixSettings(javascript_module="other.js"),
    )

    assert outcome.text.startswith('const logger = require("./other");\n')


def test_the_logger_of_another_package_is_taken_where_its_name_is_used_already() -> None:
    files = {
        "package.json": '{"workspaces": ["packages/*"]}',
        "packages/logger/package.json": '{"name": "@chat/logger", "main": "dist/index.js"}',
        "packages/logger/src/index.ts": TYPED_PINO,
        "packages/api/package.json": '{"name": "@chat/api", "dependencies": {"@chat/logger": "*", "express": "*"}}',
        "packages/api/server.ts": TYPED_SERVER.replace("./logger", "@chat/logger"),
        "packages/api/chat.ts": TYPED,
        "packages/other/package.json": '{"name": "@chat/other", "dependencies": {"express": "*"}}',
        "packages/other/chat.ts": TYPED,
    }

    assert 'import { logger } from "@chat/logger";\n' in fix(files, "packages/api/chat.ts").text
    assert fix(files, "packages/other/chat.ts").said == ["refused no-logger"]


def test_a_circle_is_refused() -> None:
    config = 'console.log("read");\nmodule.exports = { level: "info" };\n'
    logger = 'const config = require("./config");\nconst pino = require("pino");\nmodule.exports = pino(config);\n'
    files = {"package.json": package("express", "pino"), "server.js": SERVER, "logger.js": logger, "config.js": config}

    assert fix(files, "config.js").said == ["refused logger-imports-this"]


def test_the_logger_itself_is_left_alone() -> None:
    outcome = fix(
        {"package.json": package("pino", "express"), "server.js": SERVER, "logger.js": f'{PINO}console.log("made");\n'},
        "logger.js",
    )

    assert outcome.said == ["refused is-the-logger"]


def test_all_exports_together_are_no_logger() -> None:
    outcome = fix_module('import * as log from "./logger.js";\n\nexport const open = () => console.log("up", log);\n')

    assert 'import logger from "./logger.js";\n' in outcome.text
    assert "logger.info(" in outcome.text


def test_the_configuration_tells_what_a_module_exports() -> None:
    files = {
        "package.json": package("express", "winston"),
        "server.js": SERVER,
        "logger.js": "module.exports = make();\n",
        "chat.js": LOG,
    }
    named = FixSettings(javascript_module="logger.js")
    told = FixSettings(javascript_module="logger.js", javascript_logger="winston")

    assert fix(files, "chat.js", settings=named).said == ["refused logger-unfamiliar"]
    assert fix(files, "chat.js", settings=told).said == ["safe"]


def test_types_are_no_loggers() -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino"),
            "src/logger.ts": TYPED_PINO,
            "src/server.ts": TYPED_SERVER,
            "src/chat.ts": f'import type {{ logger }} from "./logger";\nexport type L = typeof logger;\n{TYPED}',
        },
        "src/chat.ts",
    )

    assert (
        'import { logger as log } from "./logger";' in outcome.text or "import { logger as appLogger }" in outcome.text
    )


@pytest.mark.parametrize(
    ("needed", "manifest", "path", "content", "line"),
    [
        (
            "pino",
            {},
            "logger.js",
            '"use strict";\n\nconst { pino } = require("pino");\n\nexports.logger = pino();\n',
            'const { logger } = require("./logger");',
        ),
        (
            "bunyan",
            {"type": "module"},
            "logger.js",
            'import { createLogger } from "bunyan";\n\nexport const logger = createLogger({ name: "server" });\n',
            'import { logger } from "./logger.js";',
        ),
    ],
)
def test_a_module_is_created_where_a_library_is_declared(
    needed: str, manifest: dict[str, object], path: str, content: str, line: str
) -> None:
    code = LOG if not manifest else 'export const open = () => console.log("up");\n'
    outcome = fix({"package.json": package("express", needed, **manifest), "chat.js": code}, "chat.js")

    assert outcome.said == ["unsafe logger-created"]
    assert [(new.path, new.content) for new in outcome.creates] == [(path, content)]
    assert outcome.text.splitlines()[0] == line


def test_one_module_is_created_for_all_files_of_a_package() -> None:
    files = {
        "package.json": package("express", "winston"),
        "chat.js": LOG,
        "rooms.mjs": 'export const open = () => console.log("up");\n',
    }
    outcome = fix(files, "rooms.mjs")

    assert outcome.text.startswith('import { logger } from "./logger.js";\n')
    assert [new.path for site in outcome.fixed.sites for new in site.creates] == ["logger.js", "logger.js"]
    assert "winston.createLogger" not in outcome.creates[0].content
    assert 'require("winston")' in outcome.creates[0].content


def test_a_module_in_typescript() -> None:
    files = {
        "apps/api/package.json": package("express", "pino"),
        "apps/api/tsconfig.json": '{"compilerOptions": {"strict": true}}',
        "apps/api/src/rooms/open.ts": TYPED,
    }
    outcome = fix(files, "apps/api/src/rooms/open.ts")

    assert outcome.text.splitlines()[1] == 'import { logger } from "../logger";'
    assert [new.path for new in outcome.creates] == ["apps/api/src/logger.ts"]


def test_the_title_says_what_has_to_be_installed() -> None:
    files = {"package.json": package("express"), "chat.js": LOG}
    outcome = fix(files, "chat.js", settings=FixSettings(javascript_logger="pino"))

    assert outcome.said == ["unsafe logger-created"]
    assert outcome.sites[0].title == "create logger.js and import its `logger` (first: npm install pino)"


def test_no_second_logger_is_made_where_there_is_one_that_nobody_can_import() -> None:
    files = {
        "package.json": package("express", "pino"),
        "server.js": 'const log = require("pino")();\nlog.info("up");\nrequire("express")().listen(80);\n',
        "chat.js": LOG,
    }

    assert fix(files, "chat.js").said == ["refused logger-unfamiliar"]


def test_no_module_is_created_beside_one_that_is_not_understood() -> None:
    outcome = fix(
        {"package.json": package("express", "pino"), "logger.js": "module.exports = make();\n", "chat.js": LOG},
        "chat.js",
    )

    assert outcome.said == ["refused logger-unfamiliar"]


def test_no_logger_at_all() -> None:
    outcome = fix({"package.json": package("express"), "chat.js": LOG}, "chat.js")

    assert (outcome.text, outcome.said) == (LOG, ["refused no-logger"])
    assert "pino" in outcome.sites[0].title


NEST = """\
import { Injectable } from "@nestjs/common";

@Injectable()
export class Chat {
  open(id: string) {
    console.log("open", id);
    console.warn("slow");
  }
}
"""


def test_nest_has_a_logger_of_its_own() -> None:
    outcome = fix(
        {
            "package.json": package("@nestjs/core", "@nestjs/common"),
            "src/chat.service.ts": NEST,
        },
        "src/chat.service.ts",
    )

    assert 'import { Logger } from "@nestjs/common";\n' in outcome.text
    assert 'Logger.log(format("open", id));' in outcome.text
    assert 'Logger.warn("slow");' in outcome.text
    assert outcome.said == ["safe", "safe"]
