"""What the codemods are tried on: sdists of the Python package index and JavaScript backends, whole and pinned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import Archive, Corpus
from benchmarks.precision.trees import TREES, make_tree

SDISTS = Path(__file__).parent / "sdists.tsv"
BACKENDS = (
    "node-express-boilerplate", "nestjs-boilerplate", "ghostfolio", "umami", "anything-llm", "juice-shop", "dvna",
    "outline", "parse-server", "Flowise", "NEURM",
)  # fmt: skip
"""Trees of `benchmarks/precision` whose server is written in JavaScript or TypeScript."""

LOGGING_BACKENDS = (
    make_tree(
        "documenso", "documenso/documenso",
        "75330166cc00b29c14399bc2e391e4b4d8080c00",
        "9107a2da646d08e0f5e38e39a42b8c1e769e36e6e2f837f43fadc110d2b4d4c3",
    ),
    make_tree(
        "langfuse", "langfuse/langfuse",
        "62751446149b702b419a9292ddfc2280cdf74b8c",
        "902b822d7d7fd5bbf7beed92cedbe4b709bf978169f45ce80d72e3611bf5bd44",
    ),
)  # fmt: skip
"""More of them, which have a logger already: the ten hold few calls that can be fixed without a choice."""

GPT_ACADEMIC = make_tree(
    "gpt_academic", "binary-husky/gpt_academic",
    "0aa0472da44edc0a888c7f83b564c6d0d1089366",
    "050da59982098ad7d3ece28cb8919a14596492e5d8dbc06124cce5d2844d88f2",
)  # fmt: skip
SERVICES = (TREES["BDC"], GPT_ACADEMIC)
"""Python services that print a lot; sdists are mostly libraries, and much of what they print is their product."""


@dataclass(frozen=True, slots=True)
class Sdist:
    """A source distribution; nothing of it is built or run, so its metadata is not asked for either."""

    archive: Archive

    @property
    def name(self) -> str:
        """The name of the package as its archive spells it."""
        return self.archive.requirement.partition("==")[0]


def list_sdists() -> Iterator[Sdist]:
    """The pinned source distributions, in the order of their names."""
    for line in SDISTS.read_text(encoding="utf-8").splitlines():
        requirement, name, digest = line.split("\t")
        yield Sdist(Archive(requirement, "sdist", name, digest))


def list_backends() -> Iterator[Corpus]:
    """The JavaScript backends."""
    yield from (TREES[name] for name in BACKENDS)
    yield from LOGGING_BACKENDS
