"""What code takes out of requests.

`input-read`: `owner` (the definition around, as the outline names it), `part` (body, query, path, files, message),
`key` in it (empty: all of it), `text`, `names` (what the value is called from here on), `into` (places of the calls
that it is handed to, innermost first) and `tested`: whether the code around asks for its type, length, range or form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.inputs.reads import Read, find_into, find_reads
from readycheck.scan.inputs.tested import find_tested, is_tested

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

KINDS = ("input-read",)
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
SERVING = True
ANCHORS = ("req", "request", "ctx", "params", "socket", "websocket", "ws", "event")
TEXT_LENGTH = 80
MOST_READS = 400


def collect(unit: Unit) -> Iterator[Fact]:
    """The reads of one file."""
    reads = list(find_reads(unit))[:MOST_READS]
    if not reads:
        return
    tested = find_tested(unit)
    seen: set[tuple[int, str, str]] = set()
    for read in reads:
        place = (read.node.range().start.index, read.part, read.key)
        if place not in seen:
            seen.add(place)
            yield make_fact(unit, read, tested)


def make_fact(unit: Unit, read: Read, tested: dict[str, set[str]]) -> Fact:
    """The fact about one read."""
    owner = unit.bindings.local.find_owner(read.node)
    into: list[Json] = [[line, column] for line, column in find_into(read.node)]
    names = {name.replace("?.", ".") for name in read.names}
    data: dict[str, Json] = {
        "owner": owner,
        "part": read.part,
        "key": read.key,
        "text": " ".join(read.node.text()[: 2 * TEXT_LENGTH].split())[:TEXT_LENGTH],
        "names": [*read.names],
        "into": into,
        "tested": is_tested(tested, owner, names, is_whole=not read.key),
    }
    return Fact("input-read", unit.locate(read.node), data)
