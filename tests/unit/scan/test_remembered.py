"""What the project checks found, kept while no file changes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from readycheck.model.evidence import Match, RuleError, Scan, ScannedFile
from readycheck.model.location import Span
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.remembered import Remembered, digest_contents, remember

HERE, THERE = Span("app.py", 3, 1, 3, 9, "row = 1"), Span("db.py", 1, 1, 1, 2, "x")
BEFORE = ScannedFile("app.py", Language.PYTHON, Role.SERVER, "no sign", (Match("own", HERE),))
AFTER = replace(BEFORE, matches=(Match("own", HERE, exempt="nothing starts it"),))
OTHER = ScannedFile("db.py", Language.PYTHON, Role.SERVER, "no sign")
FOUND = Scan(
    "",
    (AFTER, OTHER),
    (),
    (),
    (Match("joined", HERE, "main", "text", "message", None, (THERE,)),),
    {"joined": 2},
    {"missing": (THERE,)},
    inapplicable={"other": "no queue in this project"},
)


def keep(found: Scan) -> Remembered:
    kept = remember("digest", found, (BEFORE, OTHER))
    return Remembered(kept.digest, json.loads(json.dumps(kept.wire)))


def test_what_is_kept_comes_back_as_it_was() -> None:
    assert keep(FOUND).recall("digest", (BEFORE, OTHER)) == FOUND


def test_other_contents_recall_nothing() -> None:
    assert keep(FOUND).recall("another digest", (BEFORE, OTHER)) is None


def test_nothing_is_kept_where_a_check_broke() -> None:
    assert keep(replace(FOUND, errors=(RuleError("joined", "", "broke"),))) == Remembered()


def test_what_we_did_not_write_is_not_believed() -> None:
    wires: list[Any] = [[], [1, 2, 3, 4, 5], [[["app.py"]], {}, {}, {}, {}], [[], {"a": "b"}, {}, {}, {}], {}]
    for wire in wires:
        assert Remembered("digest", wire).recall("digest", (BEFORE,)) is None


def test_the_digest_tells_contents_and_names_apart() -> None:
    digests = {
        digest_contents([("a", "1"), ("b", "2")], []),
        digest_contents([("a", "2"), ("b", "1")], []),
        digest_contents([("a", "1")], ["b", "2"]),
        digest_contents([("a", "1")], []),
    }
    assert len(digests) == 4
