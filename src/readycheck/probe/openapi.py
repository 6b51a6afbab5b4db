"""The routes that an OpenAPI document (3.x or Swagger 2) declares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from readycheck.probe.exchange import Route

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
MOST_BYTES = 20_000_000


class OpenApiError(ValueError):
    """A document that is none; says why."""


def read_openapi(text: str) -> tuple[Route, ...]:
    """The operations of a document in JSON or YAML. Raises OpenApiError."""
    if len(text) > MOST_BYTES:
        raise OpenApiError("larger than 20 MB")
    try:
        value = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise OpenApiError("neither JSON nor YAML") from error
    if not isinstance(value, dict) or not ("openapi" in value or "swagger" in value):
        raise OpenApiError('no OpenAPI document: "openapi" or "swagger" is missing at its top')
    return tuple(iterate_routes(value))


def iterate_routes(document: Mapping[str, Any]) -> Iterator[Route]:
    """The operations, behind the path of the first server or the base path."""
    prefix = find_prefix(document)
    paths = document.get("paths")
    for path, operations in paths.items() if isinstance(paths, dict) else ():
        for method, operation in operations.items() if isinstance(operations, dict) else ():
            if method in METHODS and isinstance(operation, dict):
                security = operation.get("security", document.get("security"))
                yield Route(method.upper(), f"{prefix}{path}", judge_access(security), "openapi")


def find_prefix(document: Mapping[str, Any]) -> str:
    """The path in front of all paths."""
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], dict) else {}
    address = str(first.get("url") or document.get("basePath") or "")
    path = address.partition("://")[2].partition("/")[2] if "://" in address else address
    return f"/{path.strip('/')}" if path.strip("/") and "{" not in path else ""


def judge_access(security: object) -> str:
    """Who may call: an empty list, or an empty alternative, needs nobody; no word about it leaves it unknown."""
    if security is None:
        return "unknown"
    return "authenticated" if isinstance(security, list) and security and {} not in security else "public"
