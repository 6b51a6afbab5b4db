"""Public projects of which two descriptions of one schema are compared: each one commit, pinned by its file list."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.corpora import Corpus, Repository


@dataclass(frozen=True, slots=True)
class Described:
    """A project that keeps a Prisma schema and the SQL that Prisma wrote of it: `sql` is its name in `sources`."""

    tree: Corpus
    folder: str
    sql: str


@dataclass(frozen=True, slots=True)
class Twice:
    """A project whose models and whose migrations tell of the same tables, below `folder`."""

    tree: Corpus
    folder: str
    tool: str


def make_tree(repository: str, commit: str, suffixes: str, digest: str) -> Corpus:
    """The files of a repository on GitHub that have one of the suffixes (`.ts .sql`)."""
    name = repository.rpartition("/")[2]
    source = Repository(f"https://github.com/{repository}", commit)
    return Corpus(f"orm-{name}", f"{repository}@{commit[:8]}", source, tuple(suffixes.split()), digest)


PRISMA = (
    Described(
        make_tree(
            "umami-software/umami",
            "c0ea3aefbee7a3429ee2f824b06dc4a9dbe0b7e1",
            ".prisma",
            "306d0569222d808610b8d6258eb5a0113f4ff5dfed6139b8f70399e1cb1aba6c",
        ),
        "prisma",
        "umami",
    ),
    Described(
        make_tree(
            "documenso/documenso",
            "75330166cc00b29c14399bc2e391e4b4d8080c00",
            ".prisma",
            "f8e9da91f36b76a0bdc54454d1266e82cd39bb374fe7141782fe7de00866cdb8",
        ),
        "packages/prisma",
        "documenso",
    ),
    Described(
        make_tree(
            "langfuse/langfuse",
            "62751446149b702b419a9292ddfc2280cdf74b8c",
            ".prisma",
            "5570ed2fe0ded95c734e3cc5db2f7785e54926809c57f5b1928131058a431c64",
        ),
        "packages/shared/prisma",
        "langfuse",
    ),
    Described(
        make_tree(
            "formbricks/formbricks",
            "b66c1dd978af618a0e402bd3343b456bed68594c",
            ".prisma",
            "9003b9c472a89426913a3aedb25e5379c1bf8829f3c9a2db8df9222b0c369419",
        ),
        "packages/database",
        "formbricks",
    ),
    Described(
        make_tree(
            "ghostfolio/ghostfolio",
            "c542997d27990365b607c7a6c9fe4bc8835a55c8",
            ".prisma",
            "402b843c7d71290197c2a4e4c762e2be9714154687ee01672f81b763607c5178",
        ),
        "prisma",
        "ghostfolio",
    ),
)

TWICE = (
    Twice(
        make_tree(
            "healthchecks/healthchecks",
            "29b5ec251059034b79e0120e2ff0c3e35d7bd9f8",
            ".py",
            "0740f619268cbf916ff646f669d3c81bb2df8b3bb9083f3b3f43fe7d15bfca44",
        ),
        "hc",
        "Django",
    ),
    Twice(
        make_tree(
            "makeplane/plane",
            "4ca6d6c7b807ad09bb571af2c43e85bf47c3ec6b",
            ".py",
            "a0b89191ed7228fb61552d7a152788197082729de8f16afa4fadf39b01050624",
        ),
        "apps/api/plane",
        "Django",
    ),
    Twice(
        make_tree(
            "mozilla/kitsune",
            "dcfa333911ed376a14c59eee83bde0345d03ea20",
            ".py",
            "8a1a80f0e5da0499192ecde44d6ad098babc9a7a21a4dac936f12d79ac3f4118",
        ),
        "kitsune",
        "Django",
    ),
    Twice(
        make_tree(
            "paperless-ngx/paperless-ngx",
            "b0e0e8a35373a5d9d588a507cb63c79e50a23403",
            ".py",
            "c99f212ffdb3c05fddc07109e0b0f077d2ce84984f0e04c64a1ee7646f5b1af2",
        ),
        "src",
        "Django",
    ),
    Twice(
        make_tree(
            "polarsource/polar",
            "c6c3645e639ee8eeaa05aa0835cf8e39e330382f",
            ".py",
            "86922de079f720e0ae1a1416aa92efb2d33df55a88b96500a0a69300d16f7da7",
        ),
        "server",
        "SQLAlchemy",
    ),
    Twice(
        make_tree(
            "Netflix/dispatch",
            "dd2837e82a0bf5565b1b4b4b91ea30b7262d4061",
            ".py",
            "6134031742a451dfe2e3ae53e408c788c83b78a3557826054ace7bdae174ac45",
        ),
        "src/dispatch",
        "SQLAlchemy",
    ),
    Twice(
        make_tree(
            "brocoders/nestjs-boilerplate",
            "9620f159eefe38f47747d02ab162852367c5472c",
            ".ts",
            "ab7476dea8b0ddfad07620347dd2b3f6b489f0450d7fa80344be194884edb5f9",
        ),
        "src",
        "TypeORM",
    ),
    Twice(
        make_tree(
            "vercel/ai-chatbot",
            "9d5d8a3ea7968522a37ab1cc145a6c0ef8a9dd2e",
            ".ts .sql",
            "6b65065bd6745f72576d7e8e1d16e864de9ea20e7d8a8011bac01923ecdca335",
        ),
        "lib/db",
        "Drizzle",
    ),
)
