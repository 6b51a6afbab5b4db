"""API documentation at its usual paths, asked for without credentials."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 20
DOCUMENT = "/openapi.json"
PATHS = {"openapi": DOCUMENT, "page": "/docs", "api-docs": "/api-docs"}
INTROSPECTION = "/graphql?query=%7B__schema%7BqueryType%7Bname%7D%7D%7D"
WORDS = ("openapi", "swagger", "api-docs", "redoc", "/docs")
MOST_KNOWN = 2
# The document is often the largest text of a service: whether it comes compressed is seen in passing.
ANY_CODING = "gzip, br, zstd"
UNAVAILABLE = 503


def plan(situation: Situation) -> Iterator[Step]:
    """At most five requests; paths of documentation that the routes name take the place of usual ones."""
    known = [path for path in dict.fromkeys(route.path for route in situation.reads()) if is_documentation(path)]
    others = [path for path in known if path not in PATHS.values()][:MOST_KNOWN]
    usual = list(PATHS.items())[: len(PATHS) - max(len(others) - 1, 0)]
    why = "is the API documentation open to everybody?"
    for name, path in usual:
        headers = (("Accept-Encoding", ANY_CODING),) if path == DOCUMENT else ()
        yield Step(f"docs/{name}", "GET", path, why, headers)
    for number, path in enumerate(others, 1):
        yield Step(f"docs/known-{number}", "GET", path, why)
    why = "does GraphQL tell its schema to everybody?"
    yield Step("docs/graphql", "GET", INTROSPECTION, why, expects=(500, 501, UNAVAILABLE))


def is_documentation(path: str) -> bool:
    """Whether a path looks like one of API documentation."""
    return any(word in path.lower() for word in WORDS)
