"""Whether a project serves requests or is deployed, told before its files are read.

A library has no routes, no layers and no handlers to look for, and looking for them costs more than all the rest. So
a scan of one does without; the few files that name a web framework, or say how to deploy, tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from readycheck.model.evidence import ScannedFile
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.facts import Collector
from readycheck.scan.files.disk import Unreadable, read_bytes
from readycheck.scan.files.languages import language_of
from readycheck.scan.files.source import make_unit
from readycheck.scan.late import compile_late
from readycheck.scan.plan import APPLICATION, CODE, Plan
from readycheck.scan.prefilter import Prefilter
from readycheck.scan.roles.classify import RoleContext, classify
from readycheck.scan.tasks import Task

DEPLOYMENT = compile_late(
    r"(?:^|/)(?:[Dd]ockerfile[^/]*|[^/]*\.[Dd]ockerfile|Containerfile|Procfile|(?:docker-)?compose[^/]*\.ya?ml|fly\.toml"
    r"|render\.yaml|railway\.(?:json|toml)|serverless\.ya?ml|app\.json|vercel\.json|Chart\.yaml)$"
)


def serves(base: Path, plan: Plan, context: RoleContext, known: Sequence[ScannedFile], tasks: Sequence[Task]) -> bool:
    """Whether some file of server code creates an application, or a file says how the project is deployed."""
    if any(DEPLOYMENT.search(path) for path in (*(file.path for file in known), *(task.path for task in tasks))):
        return True
    if any(fact.kind == APPLICATION for file in known if file.role is Role.SERVER for fact in file.facts):
        return True
    finders = [one for one in plan.collectors if APPLICATION in one.kinds]
    prefilters = {
        language: Prefilter(anchor for one in finders if language in one.languages for anchor in one.anchors)
        for language in CODE
    }
    limit = max((task.size for task in tasks), default=0)
    for task in tasks:
        language = language_of(task.path)
        if language in prefilters and classify(task.path, b"", context)[0] is not Role.TEST:  # need not be read
            try:
                data = read_bytes(base, task.path, limit)
            except Unreadable:
                continue  # reported when it is read for good
            if prefilters[language].find_anchors(data) and creates_application(task.path, data, context, finders):
                return True
    return False


def creates_application(path: str, data: bytes, context: RoleContext, finders: Sequence[Collector]) -> bool:
    """Whether a file is server code and creates an application."""
    try:
        unit, _ = make_unit(path, data)
    except Unreadable:
        return False
    if unit is None or classify(path, data, context)[0] is not Role.SERVER:
        return False
    language: Language = unit.language
    return any(one.collect and language in one.languages and next(one.collect(unit), None) for one in finders)
