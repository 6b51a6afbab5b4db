"""Rewritten console calls, run with the real pino, winston and bunyan: a record holds all that the console showed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from readycheck.catalog import load_catalogue
from readycheck.fix.memory import fix_texts
from readycheck.model.rule import Json
from tests.e2e.session import SAFETY_NET

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("npm") is None, reason="the loggers run on Node.js, which is missing"),
]

HERE = Path(__file__).parent / "loggers"
HANG = 240.0  # seconds; a guard against a hang of npm
LOGGERS = {
    "pino": 'const pino = require("pino");\nmodule.exports = pino({ level: "trace" }, global.sink);\n',
    "winston": """\
const { Writable } = require("stream");
const winston = require("winston");
const stream = new Writable({ write: (line, _encoding, done) => global.sink.write(line, done) });
module.exports = winston.createLogger({ level: "silly", transports: [new winston.transports.Stream({ stream })] });
""",
    "bunyan": """\
const bunyan = require("bunyan");
module.exports = bunyan.createLogger({ name: "chat", level: "trace", stream: global.sink });
""",
}
Written = tuple[str, dict[str, list[str]], dict[str, list[str]]]
VALUES = (
    "text", "number", "minus", "none", "nothing", "nan", "big", "yes", "nested", "error", "caused", "circle", "map",
    "set", "list", "date", "symbol", "method", "hundred", "order", "buffer", "deep", "empty",
)  # fmt: skip
FORMS = (
    'console.log("a", {0});', "console.info({0});", 'console.warn({0}, "b");', 'console.error("a:", {0}, "b", v.text);',
    "console.debug(`a ${{v.text}}`, {0});",
)  # fmt: skip
STATEMENTS = (
    *(form.format(f"v.{value}") for value in VALUES for form in FORMS),
    *(f'console.log("%{letter} of %%", v.{value});' for letter in "sdifjoO" for value in ("text", "number", "nested")),
    'console.log("%c red", "color: red");',
    'console.log("100%");',
    'console.log("%s", `${v.text}`);',
    'console.log("%s of %s", "x", 7);',
    'console.log("left over %s %s", v.text);',
    "console.log(v.order, v.text, v.number);",
    "console.log(...v.list);",
    'console.log("a", ...v.list);',
    "console.log(`x ${v.text} ${v.number}`);",
    'console.log("a" + v.number + v.none);',
    "console.log(await Promise.resolve(v.nested));",
    "try { throw v.error; } catch (err) { console.error(err); }",
    'try { throw v.error; } catch (err) { console.error("m:", err); }',
    'try { throw v.error; } catch (e) { console.error("100% m:", v.text, v.nested, e); }',
    'try { throw v.error; } catch (e) { console.warn("%s m:", e); }',
    'try { throw v.wrapped; } catch (failure) { console.log("m:", failure); }',
    'try { throw "only a text"; } catch (err) { console.error("m:", err); }',
    'try { throw null; } catch (err) { console.error("m:", err); }',
    "try { throw v.nested; } catch (err) { console.error(err); }",
    "await Promise.reject(v.error).catch(console.error);",
    "await Promise.reject(v.nested).catch(console.error);",
    "await Promise.reject(v.error).then(null, console.log);",
    "await Promise.resolve(v.nested).then(console.log);",
    'await Promise.reject(v.error).catch((e) => console.error("m:", e));',
    "[1, 2].forEach(console.log);",
    'const say = console.log.bind(console, "bound"); say(v.text, v.nested);',
    "console.log.apply(console, [v.text].concat(v.list));",
    'console.log.call(console, "a", v.nested);',
    '(function () { console.log.apply(console, arguments); })("a", v.number);',
    "v.yes && console.log(v.nested);",
    "console.error('first', v.number), console.log('second');",
    'console?.log?.("maybe", v.nested);',
    'console["warn"]("by name", v.nested);',
    'if (console.log("asked") || v.yes) console.log("still here");',
    '(() => console.log("arrow", v.number))();',
)


def write_file() -> str:
    return "".join(f"exports.s{place} = async (v) => {{\n  {one}\n}};\n" for place, one in enumerate(STATEMENTS))


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three loggers, installed by their lock file; no script of a package is run."""
    folder = tmp_path_factory.mktemp("loggers")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    words = ["npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--no-progress"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=HANG)
    return folder


@pytest.fixture(scope="module", params=sorted(LOGGERS))
def written(request: pytest.FixtureRequest, modules: Path) -> Written:
    """The logger, and what each statement wrote: to the console before, to the logger after the fix."""
    name = str(request.param)
    rule = load_catalogue().find_rule("console-call")
    assert rule is not None
    files = {
        "package.json": json.dumps({"name": "chat", "dependencies": {"express": "*", name: "*"}}),
        "server.js": 'const logger = require("./logger");\nlogger.info("up");\nrequire("express")().listen(80);\n',
        "logger.js": LOGGERS[name],
        "chat.js": write_file(),
    }
    fixed = fix_texts(files, [rule])
    assert fixed.problems == ()
    folder = modules / f"with-{name}"
    folder.mkdir()
    (folder / "before.js").write_text(files["chat.js"])
    (folder / "after.js").write_text(fixed.files["chat.js"])
    (folder / "logger.js").write_text(LOGGERS[name])
    words = ["node", str(HERE / "run.js"), str(folder / "before.js"), str(folder / "after.js")]
    done = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True, timeout=SAFETY_NET)
    before, after = json.loads(done.stdout)
    return name, before, after


def list_leaves(value: Json) -> Iterator[str]:
    """All keys and values of a record as text."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from list_leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from list_leaves(inner)
    else:
        yield "null" if value is None else str(value)


def find_words(text: str) -> set[str]:
    return set(re.findall(r"[\w.%]+", text))


def read_record(line: str) -> dict[str, Json]:
    """A line that must be one JSON object without a key twice."""

    def check(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        assert len({key for key, _ in pairs}) == len(pairs), f"a key stands twice: {line}"
        return dict(pairs)

    record: dict[str, Json] = json.loads(line, object_pairs_hook=check)
    return record


def test_every_statement_is_rewritten(written: Written) -> None:
    _, before, after = written

    assert len(before) == len(after) == len(STATEMENTS)
    assert all(line.startswith("{") for lines in after.values() for line in lines)


def test_a_record_holds_all_that_the_console_showed(
    written: Written,
) -> None:
    _, before, after = written
    lost = {}
    for place, statement in enumerate(STATEMENTS):
        shown, lines = before[f"s{place}"], after[f"s{place}"]
        records = [" ".join(list_leaves(read_record(line))) for line in lines]
        missing = find_words("".join(shown)) - find_words(" ".join(records).replace("caused by", "cause"))
        if len(shown) != len(records) or missing:
            lost[statement] = (shown, lines, missing)

    assert lost == {}


def test_where_no_field_is_made_the_text_is_the_console_s(
    written: Written,
) -> None:
    name, before, after = written
    key = "message" if name == "winston" else "msg"
    other = {}
    for place, statement in enumerate(STATEMENTS):
        texts = [f"{read_record(line)[key]}\n" for line in after[f"s{place}"]]
        fields = any("err" in read_record(line) for line in after[f"s{place}"])
        if not fields and texts != before[f"s{place}"]:
            other[statement] = (before[f"s{place}"], texts)

    assert other == {}


@pytest.mark.parametrize("kind", sorted(LOGGERS))
@pytest.mark.parametrize("system", ["commonjs", "module"])
def test_a_logger_that_is_created_runs(modules: Path, kind: str, system: str) -> None:
    """In both systems of modules, with the import that the fix writes."""
    rule = load_catalogue().find_rule("console-call")
    assert rule is not None
    code = {
        "commonjs": "const app = require('http');\n\nconsole.log('up', app.METHODS.length > 9, { a: 1 });\n",
        "module": "import http from 'http';\n\nconsole.log('up', http.METHODS.length > 9, { a: 1 });\n",
    }[system]
    manifest = json.dumps({"type": system, "dependencies": {"express": "*", kind: "*"}})
    fixed = fix_texts({"package.json": manifest, "chat.js": code}, [rule])
    folder = modules / f"created-{kind}-{system}"
    folder.mkdir()
    for name, text in fixed.files.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        ["node", "chat.js"], cwd=folder, check=True, capture_output=True, text=True, timeout=SAFETY_NET
    )

    assert fixed.problems == ()
    assert sorted(fixed.files) == ["chat.js", "logger.js", "package.json"]
    assert "up true { a: 1 }" in json.loads(done.stdout).values()
    assert done.stderr == ""


def test_what_pino_s_own_serializer_leaves_out_of_an_error(modules: Path) -> None:
    """As the documentation says: a reason that is undefined, an error's own `type`, and properties of its cause."""
    script = """
        const logger = require("pino")();
        Promise.reject().catch((err) => logger.error({ err }, "m:"));
        const cause = Object.assign(new Error("inner"), { port: 5432 });
        Promise.reject(Object.assign(new Error("outer", { cause }), { type: "own", code: "E" }))
          .catch((err) => logger.error({ err }, "m:"));
    """
    words = ["node", "-e", script]
    done = subprocess.run(words, cwd=modules, check=True, capture_output=True, text=True, timeout=SAFETY_NET)
    nothing, error = (json.loads(line) for line in done.stdout.splitlines())

    assert (nothing["msg"], nothing["level"], "err" in nothing) == ("m:", 50, False)
    assert (error["err"]["type"], error["err"]["code"], error["err"]["message"]) == ("Error", "E", "outer: inner")
    assert "caused by: Error: inner" in error["err"]["stack"]
    assert "5432" not in done.stdout
