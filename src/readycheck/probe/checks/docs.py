"""API documentation: who may read it, and whether it is right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response, Route
from readycheck.probe.openapi import OpenApiError, read_openapi
from readycheck.probe.public import is_meant
from readycheck.probe.text import is_good, list_genuine

TOPIC = "docs"
PAGE = re.compile(r"swagger-ui|SwaggerUIBundle|redoc|@scalar/api-reference|stoplight|rapi-doc|graphiql", re.IGNORECASE)
# The beginning of a document, for one that was cut.
DOCUMENT = re.compile(
    r'\A\s*(?:\{\s*"|#.*\s+)?(?:openapi|swagger)"?\s*:\s*["\']?[23]\.|"(?:openapi|swagger)"\s*:\s*"[23]\.'
)
PARAMETER = re.compile(r"\{[^}]*\}|:[A-Za-z_]\w*|\*\w*")
SOON = 4096
MOST_NAMED = 5
NOT_FOUND = 404
INFRASTRUCTURE = re.compile(
    r"openapi|swagger|/docs|redoc|metrics|health|livez|readyz|favicon|static|robots", re.IGNORECASE
)


def describe_documentation(response: Response) -> str:
    """What kind of documentation an answer is, empty if it is none."""
    if is_document(response):
        return "an OpenAPI document"
    if response.is_page and PAGE.search(response.text):
        return "a page of API documentation"
    return "the schema of GraphQL" if shows_schema(response) else ""


def is_document(response: Response) -> bool:
    """Whether an answer is an OpenAPI document, or the beginning of one."""
    return not response.is_page and bool(DOCUMENT.search(response.text[:SOON]))


def shows_schema(response: Response) -> bool:
    """Whether an answer is what GraphQL tells about itself."""
    if not response.is_json:
        return False
    try:
        value = json.loads(response.text)
    except (ValueError, RecursionError):
        return False
    data = value.get("data") if isinstance(value, dict) else None
    return isinstance(data, dict) and bool(data.get("__schema"))


@examines("docs", "page")
def docs_public(recording: Recording, rule: Rule) -> Judgement:
    """Documentation that anybody may read, although nobody said that it is meant to be public."""
    asked = list(recording.answered(TOPIC))
    if not asked:
        return Judgement(unproven=recording.explain_unsent(TOPIC) or "no documentation was asked for")
    shown = [(exchange, kind) for exchange, response in list_genuine(recording, TOPIC)
             if (kind := describe_documentation(response))]  # fmt: skip
    matches = tuple(
        make_match(
            rule,
            exchange.locate("without credentials", f"200, {kind}"),
            f"{name_operation(exchange)} shows {kind} to anybody without credentials",
        )
        for exchange, kind in shown
        if not is_meant(recording, exchange.request.path)
    )
    meant = [exchange.request.path for exchange, _ in shown]
    told = f"meant to be public: {', '.join(meant)}" if meant else f"none for anybody at {len(asked)} usual paths"
    return Judgement(len(asked), matches, "" if matches else told)


def find_documents(recording: Recording) -> list[tuple[Exchange, Response]]:
    """The OpenAPI documents that the service gave."""
    return [pair for pair in recording.answered(TOPIC) if is_good(pair[1]) and is_document(pair[1])]


@examines("docs")
def openapi_invalid(recording: Recording, rule: Rule) -> Judgement:
    """An OpenAPI document of the service that cannot be read, or declares nothing."""
    documents = find_documents(recording)
    if not documents:
        return Judgement(unproven="the service shows no OpenAPI document without credentials")
    matches: list[Match] = []
    routes: list[Route] = []
    for exchange, response in documents:
        if response.cut:
            continue
        try:
            found = read_openapi(response.text)
        except OpenApiError as error:
            fault = str(error)
        else:
            routes += found
            fault = "" if found else "it declares no operation"
        if fault:
            message = f"{name_operation(exchange)}: {fault}"
            matches.append(make_match(rule, exchange.locate("OpenAPI document", fault), message))
    if not matches and not routes:
        return Judgement(unproven="the document is larger than what is read of an answer")
    return Judgement(len(documents), tuple(matches), "" if matches else f"{len(routes)} operations are declared")


@examines("docs")
def openapi_lacks_routes(recording: Recording, rule: Rule) -> Judgement:
    """Routes that the code serves and that the service's own document does not hold."""
    served = list_served(recording)
    documents = [(exchange, response) for exchange, response in find_documents(recording) if not response.cut]
    if not documents:
        return Judgement(unproven="the service shows no whole OpenAPI document without credentials")
    if not served:
        return Judgement(unproven="no route is known but from the document: name the project with --code")
    exchange, response = documents[0]
    try:
        declared = {normalise(one) for one in read_openapi(response.text)}
    except OpenApiError as error:
        return Judgement(unproven=str(error))
    missing = [one for one in served if not is_declared(one, declared)]
    if not missing:
        return Judgement(len(served), proof=f"all {len(served)} known routes stand in {exchange.request.path}")
    named = ", ".join(f"{one.method} {one.path}" for one in missing[:MOST_NAMED])
    more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
    message = f"{exchange.request.path} lacks {len(missing)} of {len(served)} routes: {named}{more}"
    return Judgement(
        len(served), (make_match(rule, exchange.locate("OpenAPI document", f"{len(missing)} lacking"), message),)
    )


def list_served(recording: Recording) -> list[Route]:
    """Routes of the API that do not come from a document, without those that the service was seen not to have."""
    gone = {exchange.request.path for exchange, response in recording.answered() if response.status == NOT_FOUND}
    return [
        one
        for one in recording.routes
        if one.source != "openapi" and one.path not in {"/", *gone} and not INFRASTRUCTURE.search(one.path)
    ]


def is_declared(route: Route, declared: Iterable[tuple[str, str]]) -> bool:
    """Whether a document holds a route; one that answers any method needs only its path."""
    method, path = normalise(route)
    return any(path == other and method in (verb, "ANY", "HEAD", "OPTIONS") for verb, other in declared)


def normalise(route: Route) -> tuple[str, str]:
    """A route with every parameter called alike, without a slash at its end."""
    return route.method, PARAMETER.sub("{}", route.path).rstrip("/") or "/"
