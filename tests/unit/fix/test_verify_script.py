"""What an edit of JavaScript or TypeScript must not do, each with an edit that does it."""

from __future__ import annotations

import pytest

from readycheck.fix.verify import verify
from readycheck.fix.verify.regions import Change
from readycheck.model.fix import Edit
from readycheck.model.location import Span

SERVER = """'use strict'
const express = require('express')

function greet(name) {
  console.log('hello', name)
}
;[1, 2].forEach(greet)
"""
CALL = "console.log('hello', name)"


def faults(before: str, *edits: tuple[str, str], place: str = "", path: str = "a.js") -> list[str]:
    made = []
    for old, new in edits:
        assert before.count(old) == 1, old
        start = before.index(old)
        made.append(Edit(path, start, start + len(old), new))
    places: tuple[Span, ...] = ()
    if place:
        start = before.index(place)
        line, column = before.count("\n", 0, start) + 1, start - before.rfind("\n", 0, start)
        places = (Span(path, line, column, line, column + len(place)),)
    return list(verify(Change(path, before, tuple(made), places)))


REQUIRE = ("require('express')\n", "require('express')\nconst logger = require('./logger')\n")


def test_a_call_that_becomes_another_with_what_it_needs() -> None:
    assert faults(SERVER, REQUIRE, (CALL, "logger.info({ name }, 'hello')"), place=CALL) == []


def test_a_name_that_nothing_binds() -> None:
    assert faults(SERVER, (CALL, "logger.info('hello')"), place=CALL) == ["the name logger would be undefined"]


def test_a_declaration_that_is_still_needed() -> None:
    before = "const a = require('a')\na.run()\n"
    assert faults(before, ("const a = require('a')\n", "")) == ["the name a would be undefined"]


def test_globals_of_a_server_are_no_undefined_names() -> None:
    assert faults(SERVER, (CALL, "process.stdout.write(String(new Error(name).stack))"), place=CALL) == []


@pytest.mark.parametrize("path", ["a.js", "a.ts", "a.tsx"])
def test_a_text_that_does_not_parse(path: str) -> None:
    assert faults(SERVER, (CALL, "logger.info("), path=path) == ["the new text would not parse"]


def test_a_line_that_goes_on_on_the_next_one() -> None:
    before = "const a = 1\ndebugger\n(function () { a() })()\n"
    found = faults(before, ("debugger\n", "const logger = a\n"))
    assert found == ["line 3 would change, where nothing was planned"]


def test_an_expression_that_binds_less_tightly() -> None:
    before = "const x = ready && console.log(1) && late\n"
    assert faults(before, ("console.log(1)", "console.log(1) || 2"), place="console.log(1)") != []


def test_a_comment_that_swallows_what_follows() -> None:
    before = "console.log(1); next()\n"
    assert faults(before, ("console.log(1);", "// console.log(1);")) != []


def test_a_constant_that_is_used_above_its_line() -> None:
    before = "console.log(1)\nconst a = 1\n"
    found = faults(before, ("console.log(1)", "logger.info(1)"), ("const a = 1\n", "const a = 1\nconst logger = a\n"))
    assert found == ["the name logger would be used on line 1, before it is bound"]


def test_an_import_may_stand_below() -> None:
    before = "console.log(1)\nconst a = 1\n"
    edits = (("console.log(1)", "logger.info(1)"), ("const a = 1\n", "import logger from './l.js'\nconst a = 1\n"))
    assert faults(before, *edits) == []


def test_a_property_more_in_an_object() -> None:
    assert faults("call(url, { a: 1 })\n", ("a: 1", "a: 1, timeout: 30"), place="call(url, { a: 1 })") == []


def test_a_part_of_a_template_string() -> None:
    assert faults("f(`one two`)\n", ("two", "three")) == []


def test_a_word_that_an_insertion_lengthens() -> None:
    before = "const limit = 10\nf(limit)\n"
    assert list(verify(Change("a.js", before, (Edit("a.js", 16, 16, "0"),)))) != []


def test_a_repair_that_was_there_before_is_not_blamed_on_the_edit() -> None:
    before = "console.log(1)\nconst = broken\n"
    assert faults(before, ("console.log(1)", "process.exit(1)"), place="console.log(1)") == []


def test_configuration_must_stay_readable() -> None:
    before = '{"a": 1}\n'
    broken = Change("package.json", before, (Edit("package.json", 8, 8, "}"),))
    assert [fault.partition(":")[0] for fault in verify(broken)] == ["the new text could not be read"]
    assert list(verify(Change("package.json", before, (Edit("package.json", 7, 7, ', "b": 2'),)))) == []
    assert list(verify(Change(".env.example", "A=\n", (Edit(".env.example", 3, 3, "B=\n"),)))) == []
