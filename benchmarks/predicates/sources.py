"""Public projects with SQL of their own: the files that make their schema, and where their queries stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import Corpus, Repository, list_files
from benchmarks.schemas.sources import HERE as PREAMBLES
from readycheck.cli.inventory import Wish
from readycheck.cli.stored import read_stored
from readycheck.scan.queries.analysed import read_all
from readycheck.scan.schema.source import Source
from readycheck.sql.audit import Use
from readycheck.sql.queries import analyse
from readycheck.sql.replay import replay
from readycheck.sql.scripts import take_up
from readycheck.sql.snapshot import Place, Script, Snapshot

NAMED = re.compile(r"(?m)^--\s*name:\s*(\S+).*$")
PREAMBLE = "extensions.sql"


def order_names(path: str) -> tuple[int, str]:
    """Files by their names."""
    return 0, path


@dataclass(frozen=True, slots=True)
class Project:
    """A project. `schema` are the files that make its tables, `queries` those of named queries; without: all its code.

    `order` is what files are sorted by. `prepare` brings the files' own notation to SQL. `config` is a configuration in
    which functions are declared that make queries.
    """

    tree: Corpus
    schema: str
    queries: str | None = None
    order: Callable[[str], tuple[int, str]] = order_names
    prepare: Callable[[str], str] = str
    config: Path | None = None

    @property
    def name(self) -> str:
        """As the table shows it."""
        return self.tree.name.removeprefix("predicates-")

    def read_snapshot(self) -> Snapshot:
        """The schema, replayed."""
        paths = sorted((path for path in list_files(self.tree) if re.fullmatch(self.schema, path)), key=self.order)
        scripts = [Script(path, take_up(self.prepare(self.read(path)))) for path in paths]
        return replay([Script(PREAMBLE, (PREAMBLES / PREAMBLE).read_text(encoding="utf-8")), *scripts])

    def read_uses(self, snapshot: Snapshot) -> list[Use]:
        """The queries, each analysed with the schema."""
        return self.read_named(snapshot) if self.queries else self.read_code(snapshot)

    def read_named(self, snapshot: Snapshot) -> list[Use]:
        """The queries of files in which a comment names each."""
        uses = []
        for path in list_files(self.tree):
            if self.queries and re.fullmatch(self.queries, path):
                parts = NAMED.split(self.read(path))
                texts = zip(parts[1::2], parts[2::2], strict=True)
                uses += [
                    Use(analyse(text, "postgres", snapshot), Place(f"{path}:{name}")) for name, text in plain(texts)
                ]
        return uses

    def read_code(self, snapshot: Snapshot) -> list[Use]:
        """The queries that stand in code, as `readycheck queries` finds them, without those that are not constant."""
        source = Source(self.name, "postgres", ())
        source.__dict__["snapshot"] = snapshot  # replayed already
        statements = read_stored(Wish(self.tree.root, "json", self.config)).reading.statements
        reading = read_all([source], [one for one in statements if not one.dynamic])
        return reading.list_uses(source)

    def read(self, path: str) -> str:
        """The text of a file of the tree."""
        return (self.tree.root / path).read_text(encoding="utf-8", errors="replace")


def plain(texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Names and texts, sqlc's macros written as the parameters and columns that they stand for."""
    found = []
    for name, text in texts:
        swapped = re.sub(r"sqlc\.embed\((\w+)\)", r"\1.*", text)
        swapped = re.sub(r"sqlc\.(?:n?arg|slice)\(\s*['\"]?(\w+)['\"]?\s*\)", r"@\1", swapped)
        found.append((name, swapped.strip().rstrip(";")))
    return found


def make_tree(repository: str, commit: str, digest: str, suffixes: tuple[str, ...] = (".sql",)) -> Corpus:
    """The files of a repository on GitHub."""
    name = repository.rpartition("/")[2]
    source = Repository(f"https://github.com/{repository}", commit)
    return Corpus(f"predicates-{name}", f"{repository}@{commit[:8]}", source, suffixes, digest)


def order_deltas(path: str) -> tuple[int, str]:
    """Synapse's files by version, then by name."""
    found = re.search(r"/(\d+)/([^/]*)$", path)
    return (int(found[1]), found[2]) if found else (0, path)


PROJECTS = (
    Project(
        make_tree(
            "hatchet-dev/hatchet",
            "89d130f303c9561442804c9c32b8748e699d5139",
            "32291d6bc6a1f77548e264e0096d93ccd9cc724408b701a21fc8636a723ed0ab",
        ),
        r"cmd/hatchet-migrate/migrate/migrations/[^/]*\.sql",
        r"pkg/repository/sqlcv1/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "mindersec/minder",
            "2853b8dc7fbf7ed0854977900d8a7e1254ebcff1",
            "ab66d5724d1420c3cc0bae186292dc4e940ec2801f5ed55241056d2f829a6eb4",
        ),
        r"database/migrations/[^/]*\.up\.sql",
        r"database/query/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "knadh/listmonk",
            "911e0b774abad4fbf7b534be43a34a80fb6ace5b",
            "83c4ed5ce00659df6fb1690d3782ef72e1509d6ece2c881fe274216d54203be2",
        ),
        r"schema\.sql",
        r"queries/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "riverqueue/river",
            "fdf6cdf12567a5b70c003f5ff850273f09e7efcf",
            "3fd5f8a808beec1baf21e4f1a6706bd42ce538b0e901b86fe433a6d7eef206d1",
        ),
        r"riverdriver/riverpgxv5/migration/main/[^/]*\.up\.sql",
        r"riverdriver/riverpgxv5/internal/dbsqlc/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "lightningnetwork/lnd",
            "90ea05d5a7f9239ede8eb4e2f36d9a66c39e67d5",
            "798345e83777a91bb147413f77c4774b5776febf91bacb07f113e11da51676f1",
        ),
        r"sqldb/sqlc/migrations/[^/]*\.up\.sql",
        r"sqldb/sqlc/queries/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "lightninglabs/taproot-assets",
            "95bd8d412befeacf410810796644de5fbb4c8777",
            "268f1ef01ceccd54ba6b1dbbfb5c493fb869e42f79220287f04f5934528940d8",
        ),
        r"tapdb/sqlc/migrations/[^/]*\.up\.sql",
        r"tapdb/sqlc/queries/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "kubeshop/testkube",
            "2b73b1310e9d053896989b650ab5968eec602048",
            "808ec7a1106ca9895c36ab106f1895ae48bbbc8bf76d4a2037d6da36f4e92bf5",
        ),
        r"pkg/database/postgres/migrations/[^/]*\.sql",
        r"pkg/database/postgres/queries/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "lightninglabs/lightning-terminal",
            "9dda380dc15c88ce30c07f0ed128dd92803cd621",
            "a104f8b68ac88d4c0cf4ade6ae4c7fb0e2a4ce7fd873fc2ab8129154c2205aa8",
        ),
        r"db/sqlc/migrations/[^/]*\.up\.sql",
        r"db/sqlc/queries/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "stashapp/stash-box",
            "f843ddd73fe62830f5842331ceb9e1250b065edb",
            "d94f8d5109950d6478a6bf020e4eff68131a35e620887edb3273c12775cf1f92",
        ),
        r"internal/database/migrations/postgres/[^/]*\.up\.sql",
        r"internal/queries/sql/[^/]*\.sql",
    ),
    Project(
        make_tree(
            "element-hq/synapse",
            "a58ad44eb0ce3cc14153f921206f322e17339dc5",
            "943832e32cf29b91337b77a03fa1484bf1d71017ebd07d746717ecf75df4ed3f",
            (".py", ".sql", ".postgres"),
        ),
        r"synapse/storage/schema/(?:\w+/full_schemas/72/full\.sql\.postgres"
        r"|\w+/delta/(?:7[3-9]|[89]\d)/[^/]*\.sql(?:\.postgres)?)",
        order=order_deltas,
        prepare=lambda text: text.replace(
            "$%AUTO_INCREMENT_PRIMARY_KEY%$", "BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY"
        ),
        config=Path(__file__).with_name("synapse.toml"),
    ),
)
