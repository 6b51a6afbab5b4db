"""What becomes of every form in which the console is used, and what is said about it."""

from __future__ import annotations

import pytest

from readycheck.model.fix import FixSettings
from tests.unit.fix.javascript.fixing import PINO, SERVER, WINSTON, fix, fix_commonjs, package
from tests.unit.fix.javascript.test_pairs import catch, fix_line

BOUND = 'const pino = require("pino");\nmodule.exports = pino({{ {} }});\n'
ALL = "(...parts) => logger.info(format(...parts))"
OWN = """\
const logger = {
  log: (...args) => console.log(...args),
  info: (...args) => console.info("[INFO]", ...args),
  error: (message, error) => console.error("[ERROR]", message, error),
};
module.exports = logger;
"""


def fix_with(line: str, logger: str = PINO) -> tuple[str, str]:
    """What becomes of one statement, and the one thing that is said about it."""
    body, said, _ = fix_line(line, logger)
    assert len(said) == 1
    return body, said[0]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("console?.warn('a');", "logger.warn('a');"),
        ("console.error?.('a');", "logger.error('a');"),
        ("console['error']('a');", "logger.error('a');"),
        ("(console).info('a');", "logger.info('a');"),
        ("globalThis.console.info('a');", "logger.info('a');"),
        ("global.console.info('a');", "logger.info('a');"),
        ("console.log('100% of it');", "logger.info('100% of it');"),
        ("console.log('a' + b);", "logger.info('a' + b);"),
        ("console.log(b ? 'a' : `b`);", "logger.info(b ? 'a' : `b`);"),
        ("console.log(typeof b);", "logger.info(typeof b);"),
        ("console.log(String(b));", "logger.info(String(b));"),
        ("console.log([b, c].join(', '));", "logger.info([b, c].join(', '));"),
        ("console.log(`a`.toUpperCase());", "logger.info(`a`.toUpperCase());"),
        ("const t = `x ${b}`; console.log(t);", "const t = `x ${b}`; logger.info(t);"),
        ("let t = 'x'; t = b; console.log(t);", "let t = 'x'; t = b; logger.info(format(t));"),
        ("console.log(b.toUpperCase());", "logger.info(format(b.toUpperCase()));"),
        ("console.log(b || 'a');", "logger.info(format(b || 'a'));"),
        ("console.log(...args);", "logger.info(format(...args));"),
        ("console.log('a', ...args);", "logger.info(format('a', ...args));"),
        ("console.log(b, 'a');", "logger.info(format(b, 'a'));"),
        ("console.log({ b });", "logger.info(format({ b }));"),
        ("console.log('a', { b },);", "logger.info(format('a', { b },));"),
        ("console.log('a', b /* why */);", "logger.info(format('a', b /* why */));"),
        ("console.log('a',\n    b, // why\n  );", "logger.info(format('a',\n    b, // why\n  ));"),
        ("console.log('%s', b, c);", "logger.info(format('%s', b, c));"),
        ("console.log('%d', 7);", "logger.info(format('%d', 7));"),
        ("console.log('%c a', 'color: red');", "logger.info(format('%c a', 'color: red'));"),
        ("b && console.log('a');", "b && logger.info('a');"),
        ("b ? console.log('a') : console.error(c);", "b ? logger.info('a') : logger.error(format(c));"),
        ("console.error('a'), f();", "logger.error('a'), f();"),
        ("void console.log('a');", "void logger.info('a');"),
        ("await console.log('a');", "await logger.info('a');"),
        ("if (b) console.log('a'); else console.warn('b');", "if (b) logger.info('a'); else logger.warn('b');"),
        ("console.log(console.log('a'));", "logger.info(format(logger.info('a')));"),
        ("console.log.call(console, 'a', b);", "logger.info(format('a', b));"),
        ("console.log.apply(console, ['a'].concat(b));", "logger.info(format(...['a'].concat(b)));"),
        ("console.error.apply(null, arguments);", "logger.error(format(...arguments));"),
        ("await f().then(console.log);", "await f().then((value) => logger.info(format(value)));"),
        ("await f().then(b, console.error);", "await f().then(b, (err) => logger.error({ err }));"),
        ("f().catch((e) => console.error('m:', e));", "f().catch((e) => logger.error({ err: e }, 'm:'));"),
        ("f().catch(function (e) { console.warn(e); });", "f().catch(function (e) { logger.warn({ err: e }); });"),
        ("f((err) => { if (err) console.error(err); });", "f((err) => { if (err) logger.error({ err }); });"),
        ("f((err) => { console.error(err); });", "f((err) => { logger.error(format(err)); });"),
    ],
)
def test_safe_changes(line: str, after: str) -> None:
    body, said, _ = fix_line(line)

    assert (body, set(said)) == (after, {"safe"})


@pytest.mark.parametrize(
    ("line", "after", "reason"),
    [
        (catch("console.log(err);"), catch("logger.error({ err });"), "level-guessed"),
        (catch("console.log(`m ${err}`);"), catch("logger.error(`m ${err}`);"), "level-guessed"),
        (catch("console.log('m', err.code);"), catch("logger.error(format('m', err.code));"), "level-guessed"),
        ("f().catch(console.log);", "f().catch((err) => logger.error({ err }));", "level-guessed"),
        (
            "[b].forEach(console.log);",
            "[b].forEach((...parts) => logger.info(format(...parts)));",
            "function-for-method",
        ),
        (
            "f({ onError: console.error });",
            "f({ onError: (...parts) => logger.error(format(...parts)) });",
            "function-for-method",
        ),
        (
            "const say = console.log.bind(console, 'x');",
            "const say = (...parts) => logger.info(format('x', ...parts));",
            "function-for-method",
        ),
        ("f(b ? c : console.log);", "f(b ? c : (...parts) => logger.info(format(...parts)));", "function-for-method"),
        ("console.log(JSON.stringify(b));", "logger.info(format(JSON.stringify(b)));", "line-was-json"),
        ("console.log('\\x1b[31ma');", "logger.info('\\x1b[31ma');", "coloured-text"),
    ],
)
def test_unsafe_changes(line: str, after: str, reason: str) -> None:
    assert fix_with(line) == (after, f"unsafe {reason}")


def test_what_is_logged_in_a_catch_without_the_error_keeps_its_level() -> None:
    assert fix_with(catch("console.log('again');")) == (catch("logger.info('again');"), "safe")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("const { log } = console; log(b);", "console-taken-apart"),
        ("const c2 = console; c2.log(b);", "console-taken-apart"),
        ("console.log = b;", "console-replaced"),
        ("console[b]('a');", "level-when-running"),
        ("console.log.apply(console, b);", "form-unknown"),
        ("console.log.bind(console, b());", "form-unknown"),
        ("console.log`a`;", "form-unknown"),
        ("if (console.log) b();", "console-passed-on"),
        ("console.dir(b);", "no-equivalent"),
        ("await b.evaluate(() => { console.log('in the page'); });", "browser-code"),
        ("console.assert(b);", "output-on-condition"),
    ],
)
def test_refusals_of_forms(line: str, reason: str) -> None:
    assert fix_with(line) == (line, f"refused {reason}")


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("return console.warn('a');", "return void logger.warn('a');"),
        ("f(() => console.log('a'));", "f(() => void logger.info('a'));"),
        ("const x = console.log('a') || b;", "const x = void logger.info('a') || b;"),
        ("b(console.log('a'));", "b(void logger.info('a'));"),
        ("b && console.log('a');", "b && logger.info('a');"),
        ("console.log('a'), f();", "logger.info('a'), f();"),
    ],
)
def test_winston_gives_itself_back_where_the_console_gives_nothing(line: str, after: str) -> None:
    assert fix_with(line, WINSTON) == (after, "safe")


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("if (b) console.log();", "if (b) {}"),
        ("if (b) console.log(); else f();", "if (b) {} else f();"),
        ("f(() => console.log());", "f(() => {});"),
        ("b(console.log());", "b(undefined);"),
        ("b(); console.log(); c();", "b();  c();"),
    ],
)
def test_empty_lines(line: str, after: str) -> None:
    assert fix_with(line) == (after, "unsafe empty-line")


def test_an_empty_line_between_lines_that_would_join() -> None:
    code = "exports.open = (a) => {\n  a()\n  console.log()\n  ;[1].map(a)\n}\n"

    assert fix_commonjs(code).said == ["refused form-unknown"]
    assert fix_commonjs(code.replace(";[1].map(a)", "a(1)")).said == ["unsafe empty-line"]


@pytest.mark.parametrize(
    ("level", "line", "said"),
    [
        ("", "console.info('a');", "safe"),
        ("", "console.debug('a');", "unsafe below-threshold"),
        ('level: "debug"', "console.debug('a');", "safe"),
        ('level: process.env.LEVEL || "debug"', "console.debug('a');", "safe"),
        ('level: process.env.LEVEL || "info"', "console.debug('a');", "unsafe below-threshold"),
        ('level: "warn"', "console.info('a');", "unsafe below-threshold"),
        ('level: "warn"', "console.warn('a');", "safe"),
        ('level: production ? "error" : "debug"', "console.log('a');", "unsafe below-threshold"),
        ('level: process.env.NODE_ENV === "test" ? "silent" : "info"', "console.log('a');", "safe"),
    ],
)
def test_lines_that_the_logger_may_hide(level: str, line: str, said: str) -> None:
    assert fix_with(line, BOUND.format(level))[1] == said


@pytest.mark.parametrize(
    ("configured", "method", "said"),
    [
        (True, "log", "safe"),
        (True, "debug", "unsafe below-threshold"),  # that INFO is shown says nothing of DEBUG
        (False, "log", "unsafe below-threshold"),
    ],
)
def test_the_configuration_says_whether_logging_is_set_up(*, configured: bool, method: str, said: str) -> None:
    files = {"package.json": package("express", "pino"), "server.js": SERVER, "logger.js": PINO}
    code = f'exports.open = () => console.{method}("a");\n'

    assert fix({**files, "chat.js": code}, "chat.js", settings=FixSettings(logging_configured=configured)).said == [
        said
    ]


@pytest.mark.parametrize(
    ("logger", "said"),
    [
        (PINO, "safe"),
        (WINSTON, "unsafe before-exit"),
        (BOUND.format('transport: { target: "pino-pretty" }'), "unsafe before-exit"),
    ],
)
def test_lines_before_the_end_of_the_process(logger: str, said: str) -> None:
    line = "if (b) {\n    console.error('a');\n    process.exit(1);\n  }"

    assert fix_with(line, logger)[1] == said
    assert fix_with("process.on('exit', () => {\n    console.error('a');\n  });", logger)[1] == said
    assert fix_with("console.error('a');\n  if (b) process.exit(1);", logger)[1] == "safe"


def test_errors_under_another_key() -> None:
    assert fix_with(catch("console.error('m', err);"), BOUND.format('errorKey: "error"'))[0] == catch(
        "logger.error(format('m', err));"
    )


@pytest.mark.parametrize(
    ("levels", "line", "after", "said"),
    [
        ("levels: winston.config.syslog.levels", "console.warn('a');", "logger.warning('a');", "safe"),
        ("levels: winston.config.npm.levels", "console.warn('a');", "logger.warn('a');", "safe"),
        ("levels: { error: 0, warn: 1 }", "console.warn('a');", "logger.warn('a');", "safe"),
        ("levels: { error: 0, warn: 1 }", "console.log('a');", "console.log('a');", "refused level-missing"),
        ("levels: elsewhere", "console.log('a');", "console.log('a');", "refused level-missing"),
    ],
)
def test_levels_of_a_project_s_own(levels: str, line: str, after: str, said: str) -> None:
    made = f'const winston = require("winston");\nmodule.exports = winston.createLogger({{ {levels} }});\n'

    assert fix_with(line, made) == (after, said)


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("console.log('a', b);", "logger.log('a', b);"),
        ("console.info('a', b);", "logger.info('a', b);"),
        ("console.info('%s', b);", "logger.info(format('%s', b));"),
        ("console.info(b);", "logger.info(b);"),
        ("console.error('a', b);", "logger.error(format('a', b));"),
        (catch("console.error('a', err);"), catch("logger.error('a', err);")),
        (catch("console.error(err);"), catch("logger.error(format(err));")),
        ("return console.log('a');", "return void logger.log('a');"),
    ],
)
def test_a_logger_of_the_project_s_own(line: str, after: str) -> None:
    assert fix_with(line, OWN) == (after, "unsafe logger-is-own")


def test_a_method_that_its_own_logger_lacks() -> None:
    assert fix_with("console.warn('a');", OWN)[1] == "refused level-missing"


def test_a_logger_that_takes_its_arguments_otherwise() -> None:
    made = "module.exports = { info: (area, text) => console.log(area, text), error: (area) => console.error(area) };\n"

    assert fix_with("console.log('a');", made)[1] == "refused logger-unfamiliar"


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("console.log<string>(id);", "logger.info(format(id));"),
        ("(console as any).warn(id);", "logger.warn(format(id));"),
        ("console!.debug(`a ${id}`);", "logger.debug(`a ${id}`);"),
        ("list.forEach(console.log);", "list.forEach((...parts: unknown[]) => logger.info(format(...parts)));"),
        ("console.log(id as string);", "logger.info(format(id as string));"),
        ("console.log(id!);", "logger.info(format(id!));"),
    ],
)
def test_typescript(line: str, after: str) -> None:
    code = f"export function open(id: string, list: string[]): void {{\n  {line}\n}}\n"
    logger = 'import pino from "pino";\n\nexport const logger = pino();\n'
    outcome = fix(
        {"package.json": package("express", "pino"), "src/logger.ts": logger, "src/chat.ts": code}, "src/chat.ts"
    )

    assert f"  {after}\n" in outcome.text


@pytest.mark.parametrize(
    ("path", "code", "reason"),
    [
        ("scripts/seed.js", "console.log('a');\n", "script-code"),
        ("src/prisma/seed-articles.ts", "console.log('a');\n", "script-code"),
        ("src/db/news.seed.ts", "console.log('a');\n", "script-code"),
        ("tests/chat.test.js", "test('a', () => console.log('a'));\n", "test-code"),
        ("src/chat.e2etest.js", "exports.a = () => console.log('a');\n", "test-code"),
        (
            "src/tool.js",
            "const { program } = require('commander');\nexports.a = () => console.log('a');\n",
            "command-line-code",
        ),
        ("src/start.js", "#!/usr/bin/env node\nexports.a = () => console.log('a');\n", "script-code"),
        ("src/hooks/useRooms.js", "export const useRooms = () => console.log('a');\n", "perhaps-browser-code"),
        ("src/state.js", "export const save = () => console.log(localStorage.getItem('a'));\n", "perhaps-browser-code"),
        ("src/edge.js", "export const runtime = 'edge';\nexport const a = () => console.log('a');\n", "edge-code"),
        ("examples/chat.js", "console.log('a');\n", "example-code"),
        ("migrations/2024_rooms.js", "exports.up = () => console.log('a');\n", "migration-code"),
        ("webpack.config.js", "console.log('a');\nmodule.exports = {};\n", "build-code"),
    ],
)
def test_what_is_no_server_code(path: str, code: str, reason: str) -> None:
    outcome = fix({"package.json": package("express", "pino"), "src/logger.js": PINO, path: code}, path)

    assert (outcome.text, outcome.said) == (code, [f"refused {reason}"])


def test_what_browser_code_loads_may_run_there() -> None:
    files = {
        "package.json": package("next", "pino", "react"),
        "lib/logger.js": 'import pino from "pino";\nexport const logger = pino();\n',
        "lib/shared.js": 'export const share = () => console.log("a");\n',
        "lib/data.js": 'import pg from "pg";\nexport const load = () => console.log("a");\n',
        "lib/states.js": 'import { State } from "@prisma/client";\nexport const tell = () => console.log(State);\n',
        "app/page.jsx": """\
            "use client";
            import { share } from "../lib/shared";
            import { tell } from "../lib/states";
            import { load } from "../lib/data";
            import type { rest } from "../lib/rest";
            export default () => <a b={share} c={tell} d={load} />;
            """,
        "lib/rest.js": 'export const rest = () => console.log("a");\n',
    }

    assert fix(files, "lib/shared.js").said == ["refused perhaps-browser-code"]
    assert fix(files, "lib/states.js").said == ["refused perhaps-browser-code"]
    assert fix(files, "lib/data.js").said == ["safe"]
    assert fix(files, "lib/rest.js").said == ["safe"]


def test_in_a_route_with_markup_only_what_the_server_calls_is_its_code() -> None:
    code = """\
        import { load } from "./data";

        export async function loader() {
          console.log("a");
        }

        export default function Page() {
          return <a href="x">{console.log("b")}</a>;
        }
        """
    files = {
        "package.json": package("@remix-run/node", "react", "pino"),
        "app/logger.js": 'import pino from "pino";\nexport const logger = pino();\n',
    }

    assert fix({**files, "app/routes/page.jsx": code}, "app/routes/page.jsx").said == [
        "safe",
        "refused perhaps-browser-code",
    ]


def test_what_only_a_script_of_the_package_loads() -> None:
    files = {
        "package.json": package("express", "pino", scripts={"report": "node report/run.js", "start": "node server.js"}),
        "server.js": SERVER,
        "logger.js": PINO,
        "report/run.js": 'require("./lines")();\nconsole.log("done");\n',
        "report/lines.js": 'module.exports = () => console.log("a");\n',
    }

    assert fix(files, "report/run.js").said == ["refused script-code"]
    assert fix(files, "report/lines.js").said == ["refused script-code"]


def test_safe_changes_alone_leave_the_others() -> None:
    files = {"package.json": package("express", "pino"), "server.js": SERVER, "logger.js": PINO}
    code = 'exports.open = () => {\n  console.log("a");\n  console.debug("b");\n};\n'
    outcome = fix({**files, "chat.js": code}, "chat.js", unsafe=False)

    assert outcome.text == f'const logger = require("./logger");\n{code.replace("console.log", "logger.info")}'
