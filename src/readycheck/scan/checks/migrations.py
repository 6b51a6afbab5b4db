"""Checks on how the database comes to the schema that the code needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.config.start_commands import find_started, read_programs
from readycheck.scan.deploys import find_before, find_deploys, index_jobs, make_span, read_steps
from readycheck.scan.fact_values import read_rows, read_texts
from readycheck.scan.migration_commands import is_unguarded, read_tool

SERVERS = frozenset({
    "uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "node", "next", "nest", "pm2", "pm2-runtime", "flask",
    "fastapi", "waitress-serve", "tsx", "ts-node", "uwsgi",
})  # fmt: skip
LONGEST_NUMBER = 6  # a longer one is a date, which may well occur twice
FAULTS = (
    ("indexes", "CREATE INDEX without CONCURRENTLY on {table}, which may hold rows: writes wait until it is built"),
    ("foreign", "a foreign key on {table} without NOT VALID: all rows are checked while writes wait"),
    ("retyped", "a changed type of a column of {table}: the table is rewritten while everything waits"),
    ("required", "NOT NULL for a column of {table} that has rows: all are checked while everything waits"),
    (
        "rewritten",
        "a new column of {table} with a value that is computed for each row: the table is rewritten meanwhile",
    ),
)


@requires("pipeline-job", "compose-service", "workload", "command", "migration-file", "migration-run")
def migration_step(facts: Facts, rule: Rule) -> CheckResult:
    """A step of the deployment runs the migrations before the service starts."""
    jobs = facts.get("pipeline-job", ())
    found = [*find_pipeline_steps(jobs, rule), *find_one_shots(facts, rule), *find_settings(facts, rule)]
    places = tuple(one.where for one in find_deploys(jobs))
    missed = bool(facts.get("migration-file")) and not migrates_at_start(facts)
    return CheckResult(len(found) or (len(places) if missed else 0), tuple(found), places[-1:])


def migrates_at_start(facts: Facts) -> bool:
    """Whether containers migrate at their start, which `migrations_at_container_start` judges."""
    programs = [one.program for one in find_started(facts.get("command", ()))]
    return any(read_tool(one.words) for one in programs) or any(
        one.data["serves"] for one in facts.get("migration-run", ())
    )


def find_pipeline_steps(jobs: Sequence[Fact], rule: Rule) -> Iterator[Match]:
    """Commands that migrate, in jobs that release or that come before one that does."""
    releasing = [one.job for one in find_deploys(jobs)]
    index = index_jobs(jobs)
    near = {id(job) for job in releasing} | {id(one) for job in releasing for one in find_before(job, index)}
    for job in jobs:
        for line, text, words, _ in read_steps(job) if id(job) in near else ():
            if read_tool(words) and "test" not in str(job.data["name"]).lower():
                message = f"job {job.data['name']} runs `{' '.join(words)[:80]}`"
                yield Match(rule.id, make_span(job, line, text), text=text, message=message)


def find_one_shots(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Compose services, Jobs and init containers that migrate and end."""
    for one in facts.get("compose-service", ()):
        words = read_texts(one, "command")
        if not one.data["development"] and read_tool(words) and not starts_server(words):
            message = f"service {one.data['name']} runs `{' '.join(words)[:80]}`"
            yield Match(rule.id, one.where, text=str(one.data["name"]), message=message)
    for workload in facts.get("workload", ()):
        rows = workload.data["containers"]
        for row in rows if isinstance(rows, list) and not workload.data["development"] else ():
            command = row.get("command") if isinstance(row, dict) else None
            words = [str(word) for word in command] if isinstance(command, list) else []
            once = workload.data["kind"] == "Job" or (isinstance(row, dict) and row.get("init"))
            if once and read_tool(words):
                message = f"{workload.data['kind']} {workload.data['name']} runs `{' '.join(words)[:80]}`"
                yield Match(rule.id, workload.where, text=str(workload.data["name"]), message=message)


def find_settings(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Release commands of platforms, and scripts that migrate and start nothing."""
    for one in facts.get("migration-run", ()):
        if not one.data["script"]:
            yield Match(
                rule.id, one.where, text=one.where.snippet.strip(), message="the platform migrates before a release"
            )
    for one in facts.get("command", ()):
        if (
            one.data.get("source") == "procfile"
            and one.data.get("name") == "release"
            and any(read_tool(program.words) for program in read_programs(one))
        ):
            yield Match(rule.id, one.where, text="release", message="the platform migrates before a release")


def starts_server(words: Sequence[str]) -> bool:
    """Whether words also start a server."""
    return any(word.rpartition("/")[2] in SERVERS for word in words)


@requires("command", "migration-run", "migration-file")
def migrations_at_container_start(facts: Facts, rule: Rule) -> CheckResult:
    """What every container of the service runs at its start migrates, with a tool that takes no lock."""
    started = find_started(facts.get("command", ()))
    matches: dict[Span, Match] = {}
    origins = {one.origin.where: one.origin for one in started}
    for origin in origins.values():
        programs = [one for one in started if one.origin is origin]
        serving = any(one.program.name in SERVERS for one in programs)
        for one in programs:
            tool = read_tool(one.program.words)
            if serving and is_unguarded(tool):
                matches[one.fact.where] = make_start(rule, one.fact.where, " ".join(one.program.words), tool)
    scripts = {word.rpartition("/")[2] for one in started for word in one.program.words[:3] if word.endswith(".sh")}
    for run in facts.get("migration-run", ()):
        tool = str(run.data["tool"])
        if run.data["script"] in scripts and run.data["serves"] and is_unguarded(tool):
            matches[run.where] = make_start(rule, run.where, run.where.snippet.strip(), tool)
    return CheckResult(len(origins), tuple(matches.values()))


def make_start(rule: Rule, where: Span, command: str, tool: str) -> Match:
    """The match of one command."""
    message = f"`{command[:80]}` runs at the start of every container, and {tool} takes no lock"
    return Match(rule.id, where, text=command[:200], message=message)


@requires("migration-file")
def migration_locks_table(facts: Facts, rule: Rule) -> CheckResult:
    """A migration builds an index, checks a key or rewrites a table in the way of those who use it."""
    folders: dict[str, list[Fact]] = defaultdict(list)
    for one in facts.get("migration-file", ()):
        folders[str(one.data["folder"])].append(one)
    matches, examined = [], 0
    for files in folders.values():
        dialects = {one.data["dialect"] for one in files}
        if "other" in dialects or "postgres" not in dialects:
            continue
        examined += len(files)
        known: set[str] = set()
        for one in sorted(files, key=lambda file: file.where.path):
            matches += [*find_locks(one, known, rule)]
            known |= set(read_texts(one, "creates"))
    return CheckResult(examined, tuple(matches))


@requires("migration-file")
def index_in_transaction(facts: Facts, rule: Rule) -> CheckResult:
    """A migration builds an index CONCURRENTLY inside of a transaction, which Postgres refuses."""
    files = facts.get("migration-file", ())
    matches = []
    for one in files:
        for table, line in read_rows(one, "enclosed")[:1]:
            where = find_row(one, line) if isinstance(line, int) else one.where
            message = f"CREATE INDEX CONCURRENTLY on {table} stands inside of a transaction: Postgres refuses it"
            matches.append(Match(rule.id, where, text=where.snippet, message=message))
    return CheckResult(len(files), tuple(matches))


def find_locks(file: Fact, known: set[str], rule: Rule) -> Iterator[Match]:
    """The statements of one file that lock a table of an earlier one, which it does not create anew, as one match."""
    fresh = set(read_texts(file, "creates"))
    found: list[tuple[Span, str]] = []
    for key, fault in FAULTS:
        for table, line in read_rows(file, key):
            if str(table) in known - fresh and isinstance(line, int):
                found.append((find_row(file, line), fault.format(table=table)))
    if found:
        (where, fault), *others = sorted(found, key=lambda one: one[0].line)
        more = (
            f"; and {len(others)} more statements of this file"
            if len(others) > 1
            else "; and one more"
            if others
            else ""
        )
        yield Match(rule.id, where, text=where.snippet, message=fault + more, also=tuple(one for one, _ in others))


def find_row(file: Fact, line: int) -> Span:
    """One of the lines that the fact of a file holds."""
    rows = file.data["rows"]
    text = str(rows.get(str(line), "")) if isinstance(rows, dict) else ""
    return Span(file.where.path, line, 1, line, len(text) + 1, text)


@requires("migration-file")
def migration_number_twice(facts: Facts, rule: Rule) -> CheckResult:
    """Two migrations of a folder have one number, so that their order depends on their names."""
    numbered: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for one in facts.get("migration-file", ()):
        if one.data["number"] and len(str(one.data["number"])) <= LONGEST_NUMBER:
            numbered[str(one.data["folder"]), str(one.data["number"])].append(one)
    matches = [
        Match(rule.id, later.where, text=number, message=f"{number} is also the number of {first.where.path}")
        for (_, number), files in numbered.items()
        for first, *others in (sorted(files, key=lambda file: file.where.path),)
        for later in others
    ]
    return CheckResult(len(numbered), tuple(matches))
