"""The fixes as people and machines read them."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import jsonschema
import pytest

from readycheck.model.fix import Edit, NewFile, Safety, Site
from readycheck.model.fixes import ByteEdit, FileChange, FixReport, SiteResult, State
from readycheck.model.location import Span
from readycheck.render.fixes import render_diff, render_fixes
from readycheck.render.fixes_json import render_fixes as render_json
from readycheck.render.style import Style

PLAIN = Style(width=100)
WHERE = Span("api/app.py", 2, 1, 2, 9, "print(1)")


def make_site(safety: Safety, reason: str = "", line: int = 2) -> Site:
    edits = () if safety is Safety.REFUSED else (Edit("api/app.py", 10, 15, "logger.info"),)
    return Site("print-call", replace(WHERE, line=line, end_line=line), safety, "use the logger", reason, edits)


SAFE = SiteResult(make_site(Safety.SAFE), State.CHOSEN, (ByteEdit("api/app.py", 10, 15, "logger.info"),))
UNSAFE = SiteResult(make_site(Safety.UNSAFE, "level-guessed", 3), State.LEFT)
REFUSED = SiteResult(make_site(Safety.REFUSED, "partial-line", 4), State.REFUSED)
CHANGE = FileChange("api/app.py", "x = 1\nprint(1)\n", "x = 1\nlogger.info(1)\n")
REPORT = FixReport(
    "shop",
    "1.2.3",
    (SAFE, UNSAFE, REFUSED),
    (CHANGE,),
    {"b.py": ("the name log would be undefined",)},
    {"level-guessed": "the level is guessed", "partial-line": "it writes a part of a line"},
    files=7,
)


def test_a_person_sees_the_diff_the_reasons_and_the_next_step() -> None:
    text = render_fixes(REPORT, PLAIN)

    assert text.startswith("--- a/api/app.py\n+++ b/api/app.py\n@@ -1,2 +1,2 @@\n x = 1\n-print(1)\n+logger.info(1)\n")
    assert "1 level-guessed: the level is guessed" in text
    assert "1 partial-line: it writes a part of a line" in text
    assert "b.py: the name log would be undefined" in text
    assert "1 change to write in 1 file" in text
    assert "3 places in 7 files read: 1 safe, 1 unsafe, 1 refused" in text
    assert text.endswith("Next: --write makes this change; --unsafe adds 1 change that needs a look\n")


def test_quiet_leaves_the_diff_out_and_verbose_names_the_places() -> None:
    assert "@@" not in render_fixes(REPORT, replace(PLAIN, verbosity=-1))
    verbose = render_fixes(REPORT, replace(PLAIN, verbosity=1))
    assert "api/app.py:4:1: use the logger (partial-line)" in verbose
    assert "api/app.py:2:1" not in verbose


def test_colours_say_no_more_than_words() -> None:
    from rich.text import Text  # noqa: PLC0415 - rich reads the codes back, as a terminal would

    coloured = render_fixes(REPORT, replace(PLAIN, colour=True))

    assert "\x1b[32m+logger.info(1)\x1b[0m" in coloured
    assert "\x1b[31m-print(1)\x1b[0m" in coloured
    assert Text.from_ansi(coloured).plain.rstrip() == render_fixes(REPORT, PLAIN).rstrip()


@pytest.mark.parametrize("colour", [True, False])
def test_nothing_of_a_file_reaches_the_terminal_raw(colour: bool) -> None:  # noqa: FBT001 - a parameter of the test
    evil = "\x1b]0;x\x07\u202e\r::error::"
    change = FileChange(f"a{evil}.py", f"{evil}\n::set-env\n", f"{evil}!\n::set-env\n\tx\n")
    report = replace(REPORT, changes=(change,), problems={evil: (evil,)})

    text = render_fixes(report, Style(colour=colour, width=100, verbosity=1))

    assert "\x1b]" not in text
    assert not {"\x07", "\u202e", "\r", "\t"} & set(text)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_a_patch_holds_the_files_as_they_are() -> None:
    change = FileChange("a.py", "\tx\x0c\r\n", "\ty\x0c\r\n")
    new = FileChange("n.sql", "", "SELECT 1;\n", is_new=True)

    assert render_diff([change, new]) == (
        "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-\tx\x0c\r\n+\ty\x0c\r\n"
        "--- /dev/null\n+++ b/n.sql\n@@ -0,0 +1 @@\n+SELECT 1;\n"
    )


def test_a_patch_holds_the_bytes_of_the_file_and_of_its_name() -> None:
    raw = ("\ufeffcaf\xe9\n".encode("utf-8"), b"\xef\xbb\xbfcaf\xe9!\n")
    patch = render_diff([FileChange("a\\xff.py", "caf\xe9\n", "caf\xe9!\n", raw=raw)])

    assert patch.encode("utf-8", "surrogateescape") == (
        b'--- "a/a\\377.py"\n+++ "b/a\\377.py"\n@@ -1 +1 @@\n-\xef\xbb\xbfcaf\xc3\xa9\n+\xef\xbb\xbfcaf\xe9!\n'
    )


@pytest.mark.parametrize(
    ("root", "command"), [(".", "readycheck fix --undo"), ("my app", "readycheck fix 'my app' --undo")]
)
def test_the_way_back_names_the_folder(root: str, command: str) -> None:
    sites = (replace(SAFE, state=State.WRITTEN), UNSAFE)
    text = render_fixes(replace(REPORT, root=root, sites=sites, written=True), PLAIN)

    assert text.endswith(f"--unsafe adds 1 change that needs a look; {command} takes it back\n")


def test_json_follows_the_schema_that_is_shipped() -> None:
    made = Site("env-undeclared", WHERE, Safety.UNSAFE, "add it", "new-file", (), (NewFile(".env.example", "A=\n"),))
    report = replace(REPORT, sites=(*REPORT.sites, SiteResult(made, State.FAILED)))
    schema = json.loads((resources.files("readycheck.render") / "schemas/fixes-v1.schema.json").read_text("utf-8"))

    document = json.loads(render_json(report))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
    assert set(document) == set(schema["required"]) == set(schema["properties"])
    assert document["summary"] == {"chosen": 1, "written": 0, "left": 1, "failed": 1, "refused": 1}
    assert document["sites"][0]["edits"] == [{"path": "api/app.py", "start": 10, "end": 15, "new": "logger.info"}]
    assert document["problems"] == [{"path": "b.py", "reason": "the name log would be undefined"}]


def test_what_was_written_can_be_taken_back() -> None:
    written = replace(REPORT, sites=(replace(SAFE, state=State.WRITTEN),), written=True)

    text = render_fixes(written, PLAIN)
    assert "1 change written in 1 file" in text
    assert "readycheck fix shop --undo" in text


def test_with_nothing_to_do_there_is_no_next_step() -> None:
    text = render_fixes(FixReport(".", "1", (), ()), PLAIN)

    assert "nothing to write" in text
    assert "Next:" not in text
