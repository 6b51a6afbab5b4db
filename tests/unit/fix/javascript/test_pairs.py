"""The input and output pairs J1 to J16 that the fix was specified by, each with its class."""

from __future__ import annotations

import pytest

from tests.unit.fix.javascript.fixing import BUNYAN, PINO, WINSTON, fix, fix_commonjs, package


def fix_line(line: str, logger: str = PINO) -> tuple[str, list[str], bool]:
    """What becomes of a statement in a handler, what is said about it, and whether `format` was brought in."""
    code = f"async function open(b, c, args, f, rooms) {{\n  {line}\n}}\n\nexports.open = open;\n"
    outcome = fix_commonjs(code, logger)
    body = outcome.text.split("{\n  ", 1)[1].split("\n}\n", 1)[0] if "{\n  " in outcome.text else ""
    return body, outcome.said, "node:util" in outcome.text


def catch(line: str) -> str:
    return f"try {{ await b(); }} catch (err) {{ {line} }}"


def test_j1_commonjs() -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino"),
            "src/server.js": """\
                const app = require("express")();
                const logger = require("./utils/logger");
                app.listen(80, () => logger.info("up"));
                """,
            "src/utils/logger.js": PINO,
            "src/a/b.js": "'use strict';\n\nconsole.log(\"up\");\n",
        },
        "src/a/b.js",
    )

    assert outcome.text == '\'use strict\';\nconst logger = require("../utils/logger");\n\nlogger.info("up");\n'
    assert outcome.said == ["safe"]


def test_j2_es_modules() -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino", type="module"),
            "src/server.js": """\
                import express from "express";
                import logger from "./utils/logger.js";
                express().listen(80, () => logger.info("up"));
                """,
            "src/utils/logger.js": 'import pino from "pino";\nconst logger = pino();\nexport default logger;\n',
            "src/a/b.js": 'import { load } from "./load.js";\n\nexport function open() {\n  console.log("up");\n}\n',
        },
        "src/a/b.js",
    )

    assert outcome.text == (
        'import { load } from "./load.js";\nimport logger from "../utils/logger.js";\n\n'
        'export function open() {\n  logger.info("up");\n}\n'
    )
    assert outcome.said == ["safe"]


def test_j3_a_command_is_left_alone() -> None:
    code = '#!/usr/bin/env node\nconsole.log("usage: chat");\n'
    outcome = fix(
        {"package.json": package("express", "pino", bin="bin/chat.js"), "src/logger.js": PINO, "bin/chat.js": code},
        "bin/chat.js",
    )

    assert outcome.text == code
    assert outcome.said[0].startswith("refused ")


@pytest.mark.parametrize(
    ("logger", "line"),
    [
        (PINO, 'logger.error({ err }, "m:");'),
        (WINSTON, 'logger.error(format("m:", err));'),
        (BUNYAN, 'logger.error("m:", err);'),
    ],
)
def test_j4_an_error_behind_a_text(logger: str, line: str) -> None:
    """The note keeps winston's order, which drops the stack in every format that prints only the message."""
    assert fix_line(catch('console.error("m:", err);'), logger)[:2] == (catch(line), ["safe"])


def test_j4_what_is_not_caught_may_be_no_error() -> None:
    """The note is too generous: under `err` pino keeps an error, but `undefined` vanishes."""
    assert fix_line('console.error("m:", b);') == ('logger.error(format("m:", b));', ["safe"], True)


@pytest.mark.parametrize(
    ("logger", "line"),
    [
        (PINO, "logger.error({ err });"),
        (WINSTON, "logger.error(format(err));"),
        (BUNYAN, "logger.error(format(err));"),
    ],
)
def test_j5_an_error_alone(logger: str, line: str) -> None:
    """The note passes the error itself: then a thrown null is lost, and a thrown object overwrites `level`."""
    assert fix_line(catch("console.error(err);"), logger)[:2] == (catch(line), ["safe"])


@pytest.mark.parametrize(
    ("logger", "line"),
    [
        (PINO, 'logger.info(format("a", b));'),
        (WINSTON, 'logger.info(format("a", b));'),
        (BUNYAN, 'logger.info("a", b);'),
    ],
)
def test_j6_a_text_and_a_value(logger: str, line: str) -> None:
    """The note makes a field of the value: `msg` and `level` are swallowed, an Error and a Map become `{}`."""
    assert fix_line('console.log("a", b);', logger)[:2] == (line, ["safe"])


@pytest.mark.parametrize("logger", [PINO, WINSTON, BUNYAN])
def test_j7_a_template(logger: str) -> None:
    assert fix_line("console.log(`x ${b}`);", logger) == ("logger.info(`x ${b}`);", ["safe"], False)


@pytest.mark.parametrize(
    ("logger", "line"),
    [
        (PINO, 'logger.info(format("%s ok", b));'),
        (WINSTON, 'logger.info(format("%s ok", b));'),
        (BUNYAN, 'logger.info("%s ok", b);'),
    ],
)
def test_j8_placeholders(logger: str, line: str) -> None:
    """The note leaves them to pino, which writes `[object Object]` where the console shows the object."""
    assert fix_line('console.log("%s ok", b);', logger)[:2] == (line, ["safe"])


def test_j8_pino_fills_in_what_is_certainly_a_text() -> None:
    assert fix_line('console.log("%s ok %s", `${b}`, 7);') == ('logger.info("%s ok %s", `${b}`, 7);', ["safe"], False)


def test_j9_an_empty_line() -> None:
    assert fix_line("b();\n  console.log();")[:2] == ("b();", ["unsafe empty-line"])


@pytest.mark.parametrize(
    ("logger", "line"),
    [
        (PINO, "await b().catch((err) => logger.error({ err }));"),
        (WINSTON, "await b().catch((err) => void logger.error(format(err)));"),
        (BUNYAN, "await b().catch((err) => logger.error(format(err)));"),
    ],
)
def test_j10_a_rejection(logger: str, line: str) -> None:
    assert fix_line("await b().catch(console.error);", logger)[:2] == (line, ["safe"])


@pytest.mark.parametrize(
    "call",
    [
        "table(rooms)", "dir(b)", 'time("a")', 'timeEnd("a")', 'timeLog("a")', 'group("a")', "groupEnd()", "count()",
        "countReset()", 'groupCollapsed("a")', "dirxml(b)", "clear()",
    ],
)  # fmt: skip
def test_j11_what_a_logger_has_not(call: str) -> None:
    assert fix_line(f"console.{call};") == (f"console.{call};", ["refused no-equivalent"], False)


def test_j12_an_assertion() -> None:
    assert fix_line('console.assert(b, "m");')[1] == ["refused output-on-condition"]


@pytest.mark.parametrize(
    ("logger", "line"),
    [
        (PINO, 'logger.debug({ stack: new Error().stack }, "x");'),
        (BUNYAN, 'logger.debug({ stack: new Error().stack }, "x");'),
        (WINSTON, 'logger.debug(format("x", new Error().stack));'),
    ],
)
def test_j13_a_trace(logger: str, line: str) -> None:
    assert fix_line('console.trace("x");', logger)[:2] == (line, ["unsafe trace-to-debug"])


def test_j13_a_trace_without_words() -> None:
    assert fix_line("console.trace();")[0] == 'logger.debug({ stack: new Error().stack }, "Trace");'
    assert fix_line('console.trace("x", b);')[0] == 'logger.debug({ stack: new Error().stack }, format("x", b));'
    assert fix_line("console.trace();", WINSTON)[0] == "logger.debug(new Error().stack);"


def test_j14_taken_apart() -> None:
    code = 'const { log } = console;\n\nexports.open = () => log("x");\n'
    outcome = fix_commonjs(code)

    assert (outcome.text, outcome.said) == (code, ["refused console-taken-apart"])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("public/app.js", 'document.title = "x";\nconsole.log("x");\n'),
        ("web/Page.jsx", "export const Page = () => <a onClick={() => console.log(1)}>x</a>;\n"),
        ("web/state.ts", '"use client";\nexport const save = () => console.log("saved");\n'),
    ],
)
def test_j15_browser_code(path: str, code: str) -> None:
    outcome = fix(
        {
            "package.json": package("express", "pino", "react"),
            "src/logger.js": PINO,
            "web/package.json": package("react"),
            path: code,
        },
        path,
    )

    assert (outcome.text, outcome.said) == (code, ["refused browser-code"])


def test_j16_an_awaited_value() -> None:
    """The note makes a field of it, and calls that unsafe; as a text nothing of it is lost."""
    assert fix_line("console.log(await f());") == ("logger.info(format(await f()));", ["safe"], True)
