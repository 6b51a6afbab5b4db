"""Variables put into the template of `.env`."""

from __future__ import annotations

import pytest

from tests.unit.fix.others import EXPRESS, fix

RULE = "env-undeclared"


def read(*lines: str) -> str:
    """A server that reads variables."""
    return "\n".join([EXPRESS, *lines, "app.listen(80);", ""])


@pytest.mark.parametrize(
    ("template", "after"),
    [
        ("A=\n", "A=\nKEY=\n"),
        ("A=", "A=\nKEY="),
        ("", "# Read in server.js\nKEY=\n"),
        ("# all\nA=\n", "# all\nA=\n# Read in server.js\nKEY=\n"),
        ("export A=\nexport B=\n", "export A=\nexport B=\nexport KEY=\n"),
        ("A=\n\nB=\n\nC=\n", "A=\n\nB=\n\nC=\n\nKEY=\n"),
        ("# a\nA=\n\n# b\nB=\n\n# c\nC=\n", "# a\nA=\n\n# b\nB=\n\n# c\nC=\n\n# Read in server.js\nKEY=\n"),
        ("A=\r\n", "A=\r\nKEY=\r\n"),
    ],
)
def test_a_line_is_written_as_the_others_are(template: str, after: str) -> None:
    result = fix({".env.example": template, "server.js": read("const key = process.env.KEY;")}, RULE)

    assert result.changed == {".env.example": after}
    assert result.said == ["safe"]


@pytest.mark.parametrize(
    ("expression", "line", "said"),
    [
        ("process.env.LEVEL", "LEVEL=", "safe"),
        ("process.env.LEVEL || 'info'", "LEVEL=", "unsafe empty-is-not-unset"),
        ("process.env.LEVEL ?? 30", "LEVEL=", "unsafe empty-is-not-unset"),
        ("process.env.API_KEY || 'abc'", "API_KEY=", "unsafe empty-is-not-unset"),
        ("process.env.NAME || 'A1b2C3d4E5f6G7h8'", "NAME=", "unsafe empty-is-not-unset"),
        ("process.env.NAME || compute()", "NAME=", "unsafe empty-is-not-unset"),
        ("process.env.DB || 'postgres://me:secret1@localhost/x'", "DB=", "unsafe empty-is-not-unset"),
        ("process.env.MAIL || 'ann@example.org'", "MAIL=", "unsafe empty-is-not-unset"),
    ],
)
def test_no_value_is_ever_repeated_and_a_default_makes_it_unsafe(expression: str, line: str, said: str) -> None:
    result = fix({".env.example": "A=\n", "server.js": read(f"const x = {expression};")}, RULE)

    assert result.changed == {".env.example": f"A=\n{line}\n"}
    assert result.said == [said]


def test_the_variables_of_one_file_stand_together_and_each_once() -> None:
    files = {
        ".env.example": "# all\nA=\n",
        "lib.js": "exports.x = process.env.X;\nexports.y = process.env.Y;\n",
        "server.js": read("const z = process.env.Z;", "const x = process.env.X;", 'require("./lib");'),
    }

    result = fix(files, RULE)

    assert result.changed == {".env.example": "# all\nA=\n# Read in lib.js\nX=\nY=\n# Read in server.js\nZ=\n"}


def test_the_nearest_template_is_taken() -> None:
    server = read("const key = process.env.KEY;")
    files = {".env.example": "A=\n", "api/package.json": "{}", "api/.env.sample": "B=\n", "api/src/server.js": server}

    assert fix(files, RULE).changed == {"api/.env.sample": "B=\nKEY=\n"}


def test_templates_of_another_package_and_real_files_are_left_alone() -> None:
    server = read("const key = process.env.KEY;")
    files = {
        "web/package.json": "{}", "web/.env.example": "A=\n", "api/package.json": "{}", "api/.env": "B=\n",
        "api/server.js": server,
    }  # fmt: skip

    result = fix(files, RULE)

    assert list(result.changed) == ["api/.env.example"]
    assert result.changed["api/.env.example"].endswith("\n\n# Read in api/server.js\nKEY=\n")
    assert result.said == ["unsafe new-file"]


def test_several_templates_of_one_package_are_a_question() -> None:
    files = {
        ".env.prod.example": "A=\n", ".env.dev.example": "A=\n", "server.js": read("const key = process.env.KEY;"),
    }  # fmt: skip

    result = fix(files, RULE)

    assert (result.changed, result.said) == ({}, ["refused which-example"])
