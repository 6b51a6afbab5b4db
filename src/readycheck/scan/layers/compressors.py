"""What compresses answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.scan.layers.libraries import COMPRESSORS, find_library
from readycheck.scan.layers.mounted import Layer, Stack

ENCODERS = re.compile(
    r"^(?:node:)?(?:zlib|gzip|brotli|brotlicffi|zstandard|compression)\b|createGzip|createBrotli|gzipSync"
)


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
