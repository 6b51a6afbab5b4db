"""Code that was written to break the fix of console calls: each has once thrown, or lost what the console showed."""

from __future__ import annotations

import pytest

from tests.unit.fix.javascript.fixing import SERVER, fix, fix_commonjs, package

WITH_LEVEL = 'const pino = require("pino");\n\nmodule.exports = pino({ level: "info" });\n'


@pytest.mark.parametrize(
    "use",
    [
        'vm.runInNewContext("(" + work + ")()");',
        "new Worker(`(${work})()`, { eval: true });",
        "db.command({ map: work.toString() });",
        "send(String(work));",
    ],
)
@pytest.mark.parametrize("work", ["function work() {{\n  {}\n}}\n", "const work = () => {{\n  {}\n}};\n"])
def test_a_function_whose_source_is_taken_is_left_alone(work: str, use: str) -> None:
    code = work.format('console.log("inside", 1);') + use + "\n"
    outcome = fix_commonjs(code)
    assert outcome.said == ["refused function-as-text"]
    assert outcome.text == code


def test_a_function_that_is_only_called_is_no_text() -> None:
    code = 'function work() {\n  console.log("a");\n}\nwork();\nexports.toString = () => `${work()} ${1}`;\n'
    assert fix_commonjs(code, WITH_LEVEL).said == ["safe"]


@pytest.mark.parametrize(
    "patch", ['console.log = (...all) => old("[p]", ...all);', "console['warn'] = old;", "Object.assign(console, old);"]
)
def test_where_the_console_is_replaced_nothing_is_safe(patch: str) -> None:
    files = {"package.json": package("express", "pino"), "server.js": SERVER, "logger.js": WITH_LEVEL}
    files |= {"patch.js": f"const old = require('./old');\n{patch}\nconsole.info('patched');\n"}
    outcome = fix({**files, "chat.js": 'exports.open = () => console.log("a");\n'}, "chat.js")
    assert outcome.said == ["unsafe console-patched"]


def test_the_lines_of_a_group_belong_together() -> None:
    code = 'exports.f = () => {\n  console.group("G");\n  console.log("a");\n};\nexports.g = () => console.log("b");\n'
    assert fix_commonjs(code, WITH_LEVEL).said == ["refused no-equivalent", "unsafe inside-group", "safe"]


def test_in_a_with_statement_the_logger_may_be_something_else() -> None:
    assert fix_commonjs('with (a) {\n  console.log("b");\n}\n', WITH_LEVEL).said == ["refused name-taken"]


@pytest.mark.parametrize("value", ["10n", "big"])
def test_a_long_integer_keeps_its_mark(value: str) -> None:
    outcome = fix_commonjs(f'const big = 10n;\nconsole.log("%s of", {value});\n', WITH_LEVEL)
    assert f'logger.info(format("%s of", {value}));' in outcome.text
