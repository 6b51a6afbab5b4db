"""The environment as rows, one a variable: where it is read and declared, whether it is set, and what is wrong with it.

The row without a name holds the reads whose variable is known only when the code runs; nothing is ever missing there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from readycheck.model.evidence import Fact, ScannedFile
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Role
from readycheck.scan.inventories.environment import Environment
from readycheck.scan.late import compile_late

LISTED = frozenset({Role.SERVER, Role.SCRIPT, Role.MIGRATION, Role.BUILD, Role.BROWSER})
# What libraries and servers read by themselves, so that no read of it need stand in the project.
READ_ELSEWHERE = compile_late(
    r"(?:OPENAI|ANTHROPIC|LANGCHAIN|LANGSMITH|LANGGRAPH|SENTRY|OTEL|AWS|GOOGLE|AZURE|NEXTAUTH|AUTH|PG|POSTGRES|MYSQL"
    r"|MARIADB|MONGO|REDIS|VALKEY|MINIO|RABBITMQ|UVICORN|GUNICORN|COMPOSE|DOCKER|HF|TURBO|DD|NEW_RELIC|FLASK|DJANGO"
    r"|CELERY|PRISMA|LOKI|GF|TRAEFIK|CADDY|STRIPE|SUPABASE|CLERK|NUXT|VITE|LOG)_?\w*|PGPASSWORD|WEB_CONCURRENCY"
    r"|(?:DATABASE|DIRECT|SHADOW_DATABASE)_URL|TZ|DOMAIN|TAG|\w*_(?:IMAGE|VERSION|TAG)"
)


@dataclass(frozen=True)
class Project:
    """A scan's facts by role, and the variables that are set (None: nobody said)."""

    files: Sequence[ScannedFile]
    given: Mapping[str, bool] | None = None

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """The role of each file."""
        return {file.path: file.role for file in self.files}

    @cached_property
    def environment(self) -> Environment:
        """Everything that the facts of all files say."""
        facts: dict[str, list[Fact]] = defaultdict(list)
        for file in self.files:
            for fact in file.facts:
                facts[fact.kind].append(fact)
        return Environment(facts)

    @cached_property
    def reads(self) -> Mapping[str | None, Sequence[Fact]]:
        """The reads by name, those of tests and examples left out."""
        found: dict[str | None, list[Fact]] = defaultdict(list)
        for fact in self.environment.reads:
            if self.roles[fact.where.path] in LISTED:
                name = fact.data.get("name")
                found[name if isinstance(name, str) else None].append(fact)
        return found

    @cached_property
    def read_anywhere(self) -> Collection[str]:
        """The variables that some file of any role reads, be it a compose file that fills them in."""
        names = {str(fact.data.get("name")) for fact in self.environment.reads}
        return names | {str(fact.data.get("name")) for fact in self.environment.of("env-interpolated")}


def make_rows(files: Sequence[ScannedFile], given: Mapping[str, bool] | None = None) -> list[dict[str, Json]]:
    """The rows by name, as `readycheck env` shows them; `given`: which variables are set, and whether to anything."""
    project = Project(files, given)
    names = {name for name in project.reads if name is not None}
    names |= {name for name, places in project.environment.declared.items() if is_for_code(places)}
    rows = [make_row(project, name) for name in sorted(names)]
    unknown = project.reads.get(None, ())
    return (
        [*rows, {"name": None, "verdict": [], "set": None, "reads": list_reads(unknown), "declared": []}]
        if unknown
        else rows
    )


def is_for_code(places: Iterable[Fact]) -> bool:
    """Whether a declaration is meant for the project's own code, and not for CI or the image of another service."""
    return any(fact.data.get("source") == "dotenv" for fact in places)


def make_row(project: Project, name: str) -> dict[str, Json]:
    """The row of one variable."""
    places = project.environment.declared.get(name, ())
    declared: list[Json] = [
        {"file": fact.where.path, "line": fact.where.line, "source": fact.data["source"]} for fact in places
    ]
    verdicts: list[Json] = [*find_verdicts(project, name)]
    reads = list_reads(project.reads.get(name, ()))
    return {"name": name, "verdict": verdicts, "set": is_set(project, name), "reads": reads, "declared": declared}


def list_reads(reads: Sequence[Fact]) -> list[Json]:
    """The reads of a row."""
    keys = ("form", "required", "default", "phase")
    return [
        {"file": fact.where.path, "line": fact.where.line, **{key: fact.data.get(key) for key in keys}}
        for fact in reads
    ]


def is_set(project: Project, name: str) -> bool | None:
    """Whether a variable is set to something where the service runs; None if nobody said."""
    return None if project.given is None else project.given.get(name, False)


def find_verdicts(project: Project, name: str) -> Iterator[str]:
    """What is wrong with a variable."""
    reads, environment = project.reads.get(name, ()), project.environment
    served = any(project.roles[fact.where.path] is Role.SERVER for fact in reads)
    if served and not environment.is_declared(name) and not environment.is_foreign(name):
        yield "read-but-undeclared"
    if not reads and is_idle(project, name):
        yield "declared-but-never-read"
    if is_set(project, name) is False and any(fact.data.get("required") is True for fact in reads):
        yield "required-and-unset"
    if any(fact.data.get("unsafe") and not fact.data.get("exempt") for fact in reads):
        yield "unsafe-default"
    if any(fact.data.get("opens") for fact in reads):
        yield "inverted-default"


def is_idle(project: Project, name: str) -> bool:
    """Whether nothing can be seen to read a declared variable, and nothing unseen may."""
    if name in project.read_anywhere or READ_ELSEWHERE.fullmatch(name) or project.environment.is_foreign(name):
        return False
    return not any(pattern.fullmatch(name) for pattern in project.environment.unknown)
