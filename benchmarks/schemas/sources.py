"""Public schemas of which the database's own answer is compared with ours: each one commit, pinned by its file list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import Corpus, Repository, list_files
from readycheck.sql.scripts import take_up
from readycheck.sql.snapshot import Script

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema's files: which of the tree's, in the order of their names.

    `preamble` is what its surroundings have before the first file (functions and types of extensions that the wheel
    lacks, Supabase's own schemas): a file beside this module, given to both sides alike. `left_out` are relations that
    the schema's own functions create from the day's date, and parts of indexes whose validity depends on them.
    """

    tree: Corpus
    pattern: str
    kind: str
    preamble: str = "extensions.sql"
    left_out: str = ""

    @property
    def name(self) -> str:
        """As the table shows it."""
        return self.tree.name.removeprefix("sql-")

    def list_scripts(self) -> list[Script]:
        """The scripts, in order, without what leads down."""
        paths = sorted(path for path in list_files(self.tree) if re.fullmatch(self.pattern, path))
        scripts = [Script(path, take_up(self.read(path))) for path in paths]
        return [Script(self.preamble, (HERE / self.preamble).read_text(encoding="utf-8")), *scripts]

    def read(self, path: str) -> str:
        """The text of a file of the tree."""
        return (self.tree.root / path).read_text(encoding="utf-8", errors="replace")


def make_tree(repository: str, commit: str, digest: str, name: str = "") -> Corpus:
    """The SQL files of a repository on GitHub."""
    source = Repository(f"https://github.com/{repository}", commit)
    own = name or repository.rpartition("/")[2]
    return Corpus(f"sql-{own}", f"{repository}@{commit[:8]}", source, (".sql",), digest)


PRISMA = r"/[^/]*/migration\.sql"

SCHEMAS = (
    Schema(
        make_tree(
            "getlago/lago-api",
            "1b1c24a6a6c321d7900b05906bf1b20f706c97c2",
            "24da69894260b82f57815150429f7b30c7e0f85978d992ac7591757e0bfe6c5b",
            "lago",
        ),
        r"db/structure\.sql",
        "pg_dump",
    ),
    Schema(
        make_tree(
            "danbooru/danbooru",
            "06587d1f933502ae5d749c967787d44be3938846",
            "9879210db0f1e58be112e379efd038fe745ca63f490c0890fe1a5045f997fda0",
        ),
        r"db/structure\.sql",
        "pg_dump",
    ),
    Schema(
        make_tree(
            "openstreetmap/openstreetmap-website",
            "9da0fa5ecbff8adc5e6e91c7cf22546755a91f77",
            "3490590383a2f6f5011c55a4f1d383337046f3f8996d03aacb5e4ad36c132d5e",
            "openstreetmap",
        ),
        r"db/structure\.sql",
        "pg_dump",
    ),
    Schema(
        make_tree(
            "inaturalist/inaturalist",
            "7d0d1d1fdc38ca38f530e30164688564fba99a1a",
            "ef45dd2fc0b315f2a758bf6a138968e0247ef9dbcca5eb606e6a2de9c936ab39",
        ),
        r"db/structure\.sql",
        "pg_dump",
    ),
    Schema(
        make_tree(
            "hatchet-dev/hatchet",
            "89d130f303c9561442804c9c32b8748e699d5139",
            "32291d6bc6a1f77548e264e0096d93ccd9cc724408b701a21fc8636a723ed0ab",
        ),
        r"cmd/hatchet-migrate/migrate/migrations/[^/]*\.sql",
        "goose",
        left_out=r".*_20\d{6}.*|ix_v1_(tasks|runs)_olap_additional_metadata_gin",
    ),
    Schema(
        make_tree(
            "LemmyNet/lemmy",
            "439734dd638a2c06a2f907beab7dcf4646e88f86",
            "daf80d8fcb8d65976cd58889895cf4498417ded74c2d50c6dd397c65407a681f",
        ),
        r"migrations/[^/]*/up\.sql",
        "diesel",
    ),
    Schema(
        make_tree(
            "rust-lang/crates.io",
            "57fa000662f511321daa61e6769f190ea0e80771",
            "c928130a8b230c7152c48aa82498305665227bebb758c3d325f03435ca726654",
            "crates",
        ),
        r"migrations/[^/]*/up\.sql",
        "diesel",
    ),
    Schema(
        make_tree(
            "umami-software/umami",
            "c0ea3aefbee7a3429ee2f824b06dc4a9dbe0b7e1",
            "fc8d6a00faf9a79a1dc2b3308d45f6b26cc6531cb1b47cccb244c8f3d44c283d",
        ),
        "prisma/migrations" + PRISMA,
        "prisma",
    ),
    Schema(
        make_tree(
            "documenso/documenso",
            "75330166cc00b29c14399bc2e391e4b4d8080c00",
            "fc415ca54fdf3ab81ff4338eeb76aa37af832a6a5ff39447f103e2f55407f8a1",
        ),
        "packages/prisma/migrations" + PRISMA,
        "prisma",
    ),
    Schema(
        make_tree(
            "langfuse/langfuse",
            "62751446149b702b419a9292ddfc2280cdf74b8c",
            "dd3e8db8a2c53edd5156c1eb0bbf1e037a9ff09895a489ff0e4b780a8179d597",
        ),
        "packages/shared/prisma/migrations" + PRISMA,
        "prisma",
    ),
    Schema(
        make_tree(
            "formbricks/formbricks",
            "b66c1dd978af618a0e402bd3343b456bed68594c",
            "fb4470575d615f5517c476e1de4c9177f4f295b778d02409a9079ad1e875fdb9",
        ),
        "packages/database/migration" + PRISMA,
        "prisma",
    ),
    Schema(
        make_tree(
            "ghostfolio/ghostfolio",
            "c542997d27990365b607c7a6c9fe4bc8835a55c8",
            "cdfae6eeb4cbdefff1d3f3b968e84b044516b1cf878ba285c6bb9b6012571176",
        ),
        "prisma/migrations" + PRISMA,
        "prisma",
    ),
    Schema(
        make_tree(
            "mckaywrigley/chatbot-ui",
            "81328b61d2a4ab597a7a057be70e785cf756d9f8",
            "3abaa6d135880eb25112eff0cc5bcdd67df54bd5bf51cd0b56e72ea0c1401548",
        ),
        r"supabase/migrations/[^/]*\.sql",
        "supabase",
        preamble="supabase.sql",
    ),
)
