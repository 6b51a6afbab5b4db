from __future__ import annotations

import json

import pytest

from readycheck.model.evidence import Directive, Doubt, Fact, Match, RuleError, ScannedFile
from readycheck.model.location import Endpoint, Span
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.wire import pack_file, pack_match, unpack_file

SPAN = Span("a.py", 1, 2, 3, 4, "print(\n1)", 1)
FULL = ScannedFile(
    "a.py",
    Language.PYTHON,
    Role.SERVER,
    "package code",
    (Match("print-call", SPAN, "f", "print( 1)", "m", "under the main guard", (SPAN,)),),
    (Fact("application", SPAN, {"framework": "flask", "names": ["app"]}),),
    (Directive("a.py", 1, ("print-call",), "why", 1, 2),),
    (Doubt("a.py", 3, "syntax"),),
    (RuleError("print-call", "a.py", "ValueError: x"),),
)


@pytest.mark.parametrize("file", [FULL, ScannedFile("b.ts", Language.TYPESCRIPT, Role.TEST, "path")])
def test_a_file_survives_json(file: ScannedFile) -> None:
    assert unpack_file(file.path, json.loads(json.dumps(pack_file(file)))) == file


def test_an_endpoint_is_no_place_for_a_per_file_match() -> None:
    with pytest.raises(TypeError, match="must stand at a span"):
        pack_match(Match("r", Endpoint("GET", "/")))
