"""What compresses answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.scan.late import compile_late
from readycheck.scan.layers.libraries import COMPRESSORS, find_library
from readycheck.scan.layers.mounted import Layer, Stack

ENCODERS = compile_late(
    r"^(?:node:)?(?:zlib|gzip|brotli|brotlicffi|zstandard|compression)\b|createGzip|createBrotli|gzipSync"
)

CALLED = compile_late(r"gzip|compress|brotli", re.IGNORECASE)


def find_compressors(stack: Stack) -> Iterator[tuple[Layer, str]]:
    """Layers that compress, with what they compress."""
    for layer in stack.layers:
        if not layer.is_on:
            continue
        bases = {name for one in layer.piece.definitions for name in stack.facts.program.find_bases(one.ref)}
        library = find_library(layer.piece.externals | bases, COMPRESSORS)
        if library:
            yield layer, library
        elif "content-encoding" in layer.body.words and any(ENCODERS.search(name) for name in layer.body.externals):
            yield layer, "own code"


def is_hidden(stack: Stack) -> bool:
    """Whether a file that runs is called as if it compressed, or uses what does: it may be wrapped around it all."""
    is_seen = any(find_library(one.piece.externals, COMPRESSORS) for one in stack.layers)
    if is_seen or all(one.framework == "Express" for one in stack.applications):
        return False
    live = stack.facts.live
    for path in stack.facts.program.modules:
        names = (path.rpartition("/")[2], *live.list_used(path))  # what is only imported is used by nobody
        if live.is_live(path) and any(map(CALLED.search, names)):
            return True
    return False
