"""Django: for each index a migration behind the app's last one, and the same index in its model's `Meta.indexes`.

`AddIndexConcurrently` is what `django.contrib.postgres.operations` has since Django 3.0. It fails on any other
database, so that a project whose settings can connect to one is left alone. A file holds one index: it runs outside of
a transaction, and after a failure only what is not there yet must run again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.fix.contract import Project
from readycheck.fix.indexes.django_models import Listed, add_to_metas
from readycheck.fix.indexes.needs import Wanted, select
from readycheck.fix.indexes.plan import Made, Planned, make_title
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Fact
from readycheck.model.fix import NewFile
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.django.fields import has_column, name_column
from readycheck.scan.schema.django.names import name_own_index
from readycheck.scan.schema.django.order import Graph, read_graph
from readycheck.scan.schema.django.project import DJANGO, Apps, read_apps
from readycheck.scan.schema.django.state import Model

SQUASHED = compile_late(r".*_squashed_(\d+)")
NUMBERED = compile_late(r"^(\d+)_")
POSTGRES = compile_late(
    r"django\.db\.backends\.postgresql|backends\.postgis\b|\bpsqlextra\.backend\b|\b(?:postgres|postgresql|postgis)://"
)
OTHERS = compile_late(
    r"django\.db\.backends\.(?:sqlite3|mysql|oracle)|backends\.(?:spatialite|mysql)\b|\b(?:sqlite|mysql):///?|\bmssql\b"
)
LONGEST_WORDS = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """A missing index and the model that it belongs to, with the file that declares it."""

    wanted: Wanted
    path: str
    model: Model
    fields: tuple[str, ...]
    name: str

    @property
    def listed(self) -> Listed:
        """The index as the model's Meta has it."""
        fields = ", ".join(f'"{one}"' for one in self.fields)
        return Listed(self.path, int(self.model.options["line"]), f'Index(fields=[{fields}], name="{self.name}")')


def write_migrations(project: Project, wanted: Sequence[Wanted]) -> Planned:
    """What is made for each index of a Django project, or why nothing is. Raises RefusedError where none can be.

    Each site of an app carries the app's whole row of new migrations and all changes of its models: one alone would
    leave a migration without the one that it follows, or models that differ from what the migrations make.
    """
    check_database(project)
    facts = select(project).get(DJANGO, ())
    apps = read_apps(facts)
    planned: dict[str, Made | RefusedError] = {}
    chosen: dict[str, list[Chosen]] = defaultdict(list)
    for one in wanted:
        try:
            found = choose_model(apps, one)
            add_to_metas(project, facts, [found.listed])  # refused by itself: the others of the app are not
            chosen[found.model.app].append(found)
        except RefusedError as error:
            planned[one.statement] = error
    graph = read_graph(apps.migrations)
    for app, some in chosen.items():
        planned |= plan_app(project, facts, find_leaf(graph, app), some)
    return planned


def plan_app(
    project: Project, facts: Sequence[Fact], leaf: Fact | RefusedError, chosen: Sequence[Chosen]
) -> Iterator[tuple[str, Made | RefusedError]]:
    """The migrations of one app, and what its models are given."""
    try:
        if isinstance(leaf, RefusedError):
            raise leaf
        edits = add_to_metas(project, facts, [one.listed for one in chosen])
        files = tuple(write_files(leaf, chosen))
    except RefusedError as error:
        yield from ((one.wanted.statement, error) for one in chosen)
        return
    for one, file in zip(chosen, files, strict=True):
        yield one.wanted.statement, Made(files, edits, "runs-at-deploy", make_title(one.name, file))


def check_database(project: Project) -> None:
    """Refuse unless every settings module that can be seen connects to Postgres."""
    texts = [
        text
        for file in project.files
        if file.language is Language.PYTHON and "DATABASES" in (text := project.read(file.path) or "")
    ]
    if any(OTHERS.search(text) for text in texts):
        raise RefusedError("several-databases")
    if not any(POSTGRES.search(text) for text in texts):
        raise RefusedError("database-unclear")


def choose_model(apps: Apps, wanted: Wanted) -> Chosen:
    """The model whose table lacks an index, and the index over its fields. Raises RefusedError."""
    table = wanted.need.table.name
    found = [(path, one) for path, one in apps.models if one.table.rpartition(".")[2].strip('"') == table and one.owned]
    if len(found) != 1:
        raise RefusedError("model-unclear")
    path, model = found[0]
    state = apps.state.models.get((model.app, model.name.lower()))
    if state is None or state.table != model.table:
        raise RefusedError("model-unclear")
    index = wanted.proposal.index
    if index.predicate or index.include or index.method != "btree":
        raise RefusedError("index-in-sql")
    fields, columns = [], []
    for key in index.columns:
        name = find_field(model, state, key.column)
        if name is None or key.opclass or key.collation or key.nulls_first is not key.descending:
            raise RefusedError("index-in-sql")
        fields.append(f"{'-' * key.descending}{name}")
        columns.append(f"{'-' * key.descending}{key.column}")
    return Chosen(wanted, path, model, tuple(fields), name_own_index(model.table, columns))


def find_field(model: Model, state: Model, column: str | None) -> str | None:
    """The field of a column, where model and migrations agree on it."""
    return next(
        (
            name
            for name, one in model.fields.items()
            if has_column(one) and name_column(name, one) == column and state.name_column(name) == column
        ),
        None,
    )


def find_leaf(graph: Graph, app: str) -> Fact | RefusedError:
    """The migration of an app that no other follows."""
    leaves = graph.list_leaves(app)
    if len(leaves) > 1:
        return RefusedError("two-heads", ", ".join(name for _, name in leaves))
    return graph.kept[leaves[0]] if leaves else RefusedError("style-unknown")


def write_files(leaf: Fact, chosen: Sequence[Chosen]) -> Iterator[NewFile]:
    """The migrations behind an app's last one, one an index. Raises RefusedError."""
    folder, last = leaf.where.path.rpartition("/")[0], str(leaf.data["name"])
    number = SQUASHED.match(last) or NUMBERED.match(last)
    if number is None:
        raise RefusedError("style-unknown")
    for place, one in enumerate(chosen, start=1):
        words = "_".join(dict.fromkeys([one.model.name, *(field.lstrip("-") for field in one.fields)])).lower()
        name = f"{int(number[1]) + place:04}_index_{words}"[:LONGEST_WORDS].rstrip("_")
        yield NewFile(f"{folder}/{name}.py", write_migration(one, last))
        last = name


def write_migration(one: Chosen, last: str) -> str:
    """The text of one migration."""
    return f"""from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # CONCURRENTLY is refused in a transaction, and without it writers would wait

    dependencies = [
        ("{one.model.app}", "{last}"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="{one.model.name.lower()}",
            index=models.{one.listed.text},
        ),
    ]
"""
