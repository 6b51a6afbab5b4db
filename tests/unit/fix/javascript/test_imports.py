"""Where and how a logger is brought into a file: in the file's style, under a free name, in time."""

from __future__ import annotations

import pytest

from tests.unit.fix.javascript.fixing import (
    PINO_ESM,
    SERVER_ESM,
    WINSTON,
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


@pytest.mark.parametrize(
    ("options", "own", "line"),
    [
        ({}, '"./load"', 'import { logger } from "./logger";'),
        ({"module": "NodeNext"}, '"./load.js"', 'import { logger } from "./logger.js";'),
        ({"allowImportingTsExtensions": True}, '"./load.ts"', 'import { logger } from "./logger.ts";'),
    ],
)
def test_endings_are_those_that_the_file_writes(options: dict[str, object], own: str, line: str) -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino", type="module"),
            "tsconfig.json": str({"compilerOptions": options}).replace("'", '"').replace("True", "true"),
            "src/logger.ts": TYPED_PINO,
            "src/server.ts": TYPED_SERVER,
            "src/chat.ts": TYPED.replace('"./load"', own),
        },
        "src/chat.ts",
    )

    assert outcome.text.splitlines()[1] == line


def test_without_imports_of_its_own_node_decides_about_the_ending() -> None:
    files = {"src/logger.ts": TYPED_PINO, "src/server.ts": TYPED_SERVER, "src/chat.ts": TYPED.split("\n", 2)[2]}
    strict = {
        "package.json": package("pino", type="module"),
        "tsconfig.json": '{"compilerOptions": {"module": "node16"}}',
    }
    loose = {"package.json": package("pino"), "tsconfig.json": '{"compilerOptions": {"module": "commonjs"}}'}

    assert fix({**files, **strict}, "src/chat.ts").text.startswith('import { logger } from "./logger.js";\n')
    assert fix({**files, **loose}, "src/chat.ts").text.startswith('import { logger } from "./logger";\n')


def test_an_alias_that_the_others_use_is_used() -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino"),
            "tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@server/*": ["./server/*"]}}}',
            "server/logging/log.ts": TYPED_PINO,
            "server/index.ts": TYPED_SERVER.replace("./logger", "@server/logging/log"),
            "server/routes/api/chat.ts": TYPED,
        },
        "server/routes/api/chat.ts",
    )

    assert outcome.text.splitlines()[1] == 'import { logger } from "@server/logging/log";'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "const logger = require('./logger');\n"),
        ("'use strict';\n\n", "'use strict';\nconst logger = require('./logger');\n\n"),
        ("// Copyright\n\n", "// Copyright\n\nconst logger = require('./logger');\n"),
        ("/** Opens rooms. */\n", "/** Opens rooms. */\nconst logger = require('./logger');\n"),
        ("// Copyright\n\n// opens a room\n", "// Copyright\n\nconst logger = require('./logger');\n// opens a room\n"),
        ("const a = require('a');\n", "const a = require('a');\nconst logger = require('./logger');\n"),
        ("const a = require('a')\n", "const a = require('a')\nconst logger = require('./logger')\n"),
        (
            "const a = require('a'); // first\nconst n = 1;\nconst b = a();\n",
            "const a = require('a'); // first\nconst n = 1;\nconst logger = require('./logger');\nconst b = a();\n",
        ),
        (
            "require('dotenv').config();\nconst a = require('a').b;\nstart();\n",
            "require('dotenv').config();\nconst a = require('a').b;\nconst logger = require('./logger');\nstart();\n",
        ),
        (
            "const d = require('dotenv');\nd.config({ path: '.env' });\na();\n",
            "const d = require('dotenv');\nd.config({ path: '.env' });\nconst logger = require('./logger');\na();\n",
        ),
        ("const a = require('a'); a();\n", "const a = require('a'); a();\nconst logger = require('./logger');\n"),
    ],
)
def test_where_a_require_goes(before: str, after: str) -> None:
    outcome = fix_commonjs(f"{before}{LOG.replace(chr(34), chr(39))}")

    assert outcome.text == f"{after}{LOGGED.replace(chr(34), chr(39))}"


def test_no_semicolon_is_needed_but_where_the_next_line_would_go_on() -> None:
    code = "const a = require('a')\n\n;(async () => {\n  console.log('up')\n})()\n"
    hazard = "'use strict'\n/* rooms */\n;[1].forEach(() => {\n  console.log('up')\n})\n"

    assert fix_commonjs(code).text.startswith("const logger = require('./logger')\nconst a = require('a')\n\n;(async")
    assert fix_commonjs(hazard).text.startswith("'use strict'\n/* rooms */\n;\nconst logger = require('./logger');[1]")


def test_line_ends_are_kept() -> None:
    outcome = fix_commonjs(LOG.replace("\n", "\r\n"))

    assert outcome.text == f'const logger = require("./logger");\r\n{LOGGED}'.replace("\r\n", "\n").replace(
        "\n", "\r\n"
    )


def test_a_name_that_is_taken_is_given_up() -> None:
    code = 'exports.open = (logger) => {\n  logger.add();\n  console.log("up");\n};\n'
    outcome = fix_commonjs(code)

    assert outcome.text == f'const log = require("./logger");\n{code.replace("console.log", "log.info")}'


def test_a_named_export_is_given_another_name() -> None:
    outcome = fix_module(
        'export const open = (logger, log) => console.log("up");\n',
        TYPED_PINO,
        **{"src/server.js": SERVER_ESM.replace("import logger", "import { logger }")},
    )

    assert outcome.text.startswith('import { logger as appLogger } from "./logger.js";\n')


def test_a_logger_that_is_hidden_at_a_place() -> None:
    code = 'const logger = require("./logger");\n\nexports.open = (logger) => {\n  console.log("up");\n};\n'

    assert fix_commonjs(code).said == ["refused name-taken"]


def test_other_formats_keep_their_name() -> None:
    code = 'const { format } = require("date-fns");\n\nexports.open = (a) => console.log("at", format(a), a);\n'
    outcome = fix_commonjs(code)

    assert 'const { format: formatLine } = require("node:util");\n' in outcome.text
    assert 'logger.info(formatLine("at", format(a), a))' in outcome.text


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ('const util = require("util");', "util.format"),
        ('const { format } = require("util");', "format"),
        ('const { format: f } = require("node:util");', "f"),
        ('const fs = require("fs");\nconst { format } = require("util");', "format"),
    ],
)
def test_util_that_is_there_is_used(line: str, call: str) -> None:
    outcome = fix_commonjs(f'{line}\n\nexports.open = (a) => console.log("at", a);\n')

    assert f'logger.info({call}("at", a))' in outcome.text
    assert outcome.text.count("util") == line.count("util") + call.count("util")


def test_util_is_spelled_as_the_file_spells_modules_of_node() -> None:
    code = 'const fs = require("fs");\n\nexports.open = (a) => console.log("at", a);\n'

    assert 'require("util")' in fix_commonjs(code).text


def test_require_does_not_load_an_es_module() -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino"),
            "logger.mjs": PINO_ESM,
            "server.mjs": SERVER_ESM.replace("logger.js", "logger.mjs"),
            "chat.js": LOG,
            "room.mjs": 'export const open = () => console.log("up");\n',
        },
        "chat.js",
    )

    assert outcome.said == ["refused logger-is-esm"]
    assert outcome.fixed.files["room.mjs"].startswith('import logger from "./logger.mjs";\n')


def test_an_es_module_takes_the_default_of_a_commonjs_one() -> None:
    outcome = fix(
        {
            "package.json": package("express", "winston", type="module"),
            "logger.cjs": WINSTON,
            "chat.js": 'export const open = () => console.log("up");\n',
        },
        "chat.js",
    )

    assert outcome.text.startswith('import logger from "./logger.cjs";\n')


def test_what_runs_before_the_logger_is_refused() -> None:
    code = 'console.log("first");\nconst app = make();\nconst logger = require("pino")();\nconsole.log("then");\n'
    outcome = fix_commonjs(code)

    assert outcome.said == ["refused logger-comes-later", "safe"]


def test_what_may_run_before_the_logger_is_unsafe() -> None:
    code = """\
        start();
        const logger = require("pino")();

        function start() {
          console.log("up");
        }
        """

    assert fix_commonjs(code).said == ["unsafe logger-maybe-not-ready"]


def test_dotenv_that_would_come_too_late() -> None:
    logger = 'import pino from "pino";\nexport default pino({ level: process.env.LEVEL });\n'
    code = 'import dotenv from "dotenv";\n\ndotenv.config();\nexport const open = () => console.log("up");\n'

    assert fix_module(code, logger).said == ["unsafe logger-untouched-by-dotenv"]
    assert fix_module(code).said == ["safe"]
