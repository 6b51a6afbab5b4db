"""Content codings, undone within a bound: a small answer that swells without end is cut."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass

MOST_DECODED = 2_000_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body without its coding; `cut` says that there was more, or that the rest could not be decoded."""

    body: bytes
    cut: bool = False


def decode(coding: str | None, body: bytes, cut: bool) -> Decoded:  # noqa: FBT001 - a fact about the body
    """Undo the codings that a header names, last one first. What cannot be undone stays as it is."""
    result = Decoded(body, cut)
    for name in reversed([part.strip().lower() for part in (coding or "").split(",") if part.strip()]):
        undo = CODINGS.get(name)
        if undo is None:
            return result
        try:
            result = undo(result.body)
        except (zlib.error, ValueError, OSError) as error:
            return Decoded(f"[not {name}: {error}]".encode(), cut=True)
    return result


def gunzip(body: bytes) -> Decoded:
    """What gzip or zlib made."""
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    return Decoded(stream.decompress(body, MOST_DECODED), bool(stream.unconsumed_tail))


def inflate(body: bytes) -> Decoded:
    """`deflate`, which some servers send without its zlib frame."""
    try:
        return gunzip(body)
    except zlib.error:
        stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        return Decoded(stream.decompress(body, MOST_DECODED), bool(stream.unconsumed_tail))


def unbrotli(body: bytes) -> Decoded:
    """Brotli."""
    import brotli  # type: ignore[import-untyped]  # noqa: PLC0415 - only where a server answers with it

    stream = brotli.Decompressor()
    try:
        text: bytes = stream.process(body, output_buffer_limit=MOST_DECODED)
    except brotli.error as error:
        raise ValueError("broken") from error
    return Decoded(text, not stream.is_finished())


def unzstd(body: bytes) -> Decoded:
    """Zstandard."""
    import zstandard  # noqa: PLC0415 - likewise

    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body), read_across_frames=True)
    try:
        text: bytes = reader.read(MOST_DECODED)
    except zstandard.ZstdError as error:
        raise ValueError("broken") from error
    return Decoded(text, len(text) == MOST_DECODED)


CODINGS: dict[str, Callable[[bytes], Decoded]] = {
    "gzip": gunzip,
    "x-gzip": gunzip,
    "deflate": inflate,
    "br": unbrotli,
    "zstd": unzstd,
}
