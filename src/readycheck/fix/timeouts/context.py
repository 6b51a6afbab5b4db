"""What the fix for timeouts needs to know of the whole project."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from readycheck.fix.contract import Project
from readycheck.fix.packages import Packages, find_packages
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.late import compile_late

CODE = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
BLOCKING = compile_late(
    r"\.pubsub\(|\.psubscribe\(|\.subscribe\(|\.b[lrz](?:r?pop|move|popmax|popmin|mpop)\w*\(|\.brpoplpush\(|\bxread|"
    r"[\"']BLOCK[\"']|\bblock\s*[=:]|[\"']bull(?:mq)?[\"']|socket\.io-redis|redis-adapter|redis-emitter|"
    r"^\s*(?:from|import) (?:rq|django_rq|huey|arq|dramatiq|taskiq)\b",
    re.IGNORECASE | re.MULTILINE,
)
SQLITE = compile_late(r"sqlite", re.IGNORECASE)
POOLER = compile_late(r"pgbouncer|supavisor|pooler\.supabase|-pooler\.|:6543\b", re.IGNORECASE)
QUEUES = frozenset(
    {"rq", "django-rq", "flask-rq2", "huey", "arq", "dramatiq", "taskiq-redis", "bull", "bullmq", "bee-queue"}
)
"""Packages that wait for jobs over a client which the project makes."""
OLD_NODE = compile_late(
    r"\"node\"\s*:\s*\"[\^~=v]?(?:[0-9]|1[0-6])(?:\.[\dx*.]+)?\"|^FROM\s+node:(?:[0-9]|1[0-6])\b", re.MULTILINE
)
"""Versions of Node.js for certain that lack `AbortSignal.timeout`, which came with 17.3."""
CONFIGURATION = (".env.example", ".env.sample", ".env.template", ".env.dist", "docker-compose.yml", "compose.yaml")


@dataclass(frozen=True, slots=True)
class Context:
    """`seconds` is the limit; what the project declares; whether something in it forbids a sort of limit."""

    seconds: float
    packages: Packages
    is_blocking: bool = False
    has_sqlite: bool = False
    has_pooler: bool = False
    is_old_node: bool = False


def prepare(project: Project) -> Context:
    """Look through the project for what the clients in it make necessary to know."""
    clients = project.facts.get("outbound", ())
    libraries = {str(one.data["library"]) for one in clients}
    sorts = {str(one.data["sort"]) for one in clients}
    packages = find_packages(project.read, *{one.where.path for one in clients})
    code = [one.path for one in project.files if one.language in CODE and one.role in (Role.SERVER, Role.SCRIPT)]
    return Context(
        project.settings.timeout_seconds,
        packages,
        is_blocking="redis" in sorts
        and (bool(QUEUES & (packages.pypi | packages.npm)) or search(project, code, BLOCKING)),
        has_sqlite="SQLAlchemy" in libraries and search(project, code, SQLITE),
        has_pooler="database" in sorts and search(project, (*CONFIGURATION, *code), POOLER),
        is_old_node="fetch" in libraries and search(project, list_node_files(project), OLD_NODE),
    )


def search(project: Project, paths: Iterable[str], pattern: re.Pattern[str]) -> bool:
    """Whether the text of one of some files holds a pattern."""
    texts = (project.read(path) for path in paths)
    return any(text is not None and pattern.search(text) is not None for text in texts)


def list_node_files(project: Project) -> Iterable[str]:
    """The files that say which version of Node.js runs the project."""
    clients = project.facts.get("outbound", ())
    folders = {folder for one in clients for folder in PurePosixPath(one.where.path).parents}
    return [str(folder / name) for folder in sorted(folders) for name in ("package.json", "Dockerfile")]
