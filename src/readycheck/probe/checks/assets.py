"""Files that a page links to: how long they may be kept, and whether their source lies beside them."""

from __future__ import annotations

import json

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.caching import read_directives
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.text import is_good

TOPIC = "assets"
MAP = ".map"
NONE = "the start page links to no script or style of this service"


def list_files(recording: Recording) -> list[tuple[Exchange, Response]]:
    """Answers to files that the page links to: no source map, no page."""
    return [
        (exchange, response)
        for exchange, response in recording.answered(TOPIC)
        if is_good(response) and not response.is_page and not exchange.request.path.endswith(MAP)
    ]


@examines("assets", "page")
def file_not_kept(recording: Recording, rule: Rule) -> Judgement:
    """A file of the page that browsers must ask for again each time."""
    files = list_files(recording)
    if not files:
        return Judgement(unproven=recording.explain_unsent(TOPIC) or NONE)
    matches = tuple(
        make_match(
            rule,
            exchange.locate("", f"{response.status}, Cache-Control: {response.value('cache-control') or 'none'}"),
            f"{name_operation(exchange)} comes with Cache-Control: {response.value('cache-control') or 'none'}",
        )
        for exchange, response in files
        if is_stale_at_once(response)
    )
    kept = [pair for pair in files if read_age(pair[1]) > 0]
    if matches or kept:
        told = ", ".join(f"{exchange.request.path} for {read_age(response)} seconds" for exchange, response in kept)
        return Judgement(len(files), matches, "" if matches else f"caches may keep {told}")
    return Judgement(
        len(files), unproven="the file is to be asked for again each time, as Cache-Control says on purpose"
    )


def is_stale_at_once(response: Response) -> bool:
    """Whether nobody said that the file may be kept, nor that it may not."""
    directives = read_directives(response)
    if directives.keys() & {"no-cache", "no-store"}:
        return False
    return read_age(response) == 0 and response.value("expires") is None


def read_age(response: Response) -> int:
    """The seconds for which an answer may be kept."""
    text = read_directives(response).get("max-age", "").strip('"')
    return int(text) if text.isdecimal() else 0


@examines("assets", "page")
def source_map_served(recording: Recording, rule: Rule) -> Judgement:
    """A source map with the sources in it."""
    asked = [pair for pair in recording.answered(TOPIC) if pair[0].request.path.endswith(MAP)]
    matches = [
        make_match(
            rule,
            exchange.locate("", f"{response.status}, {number} sources"),
            f"{name_operation(exchange)} gives the source text of {number} files to anybody",
        )
        for exchange, response in asked
        if is_good(response) and (number := count_sources(response))
    ]
    return decide(recording, matches, len(asked), "no source map lies beside the script", TOPIC)


def count_sources(response: Response) -> int:
    """How many sources a source map holds, 0 if it is none."""
    try:
        value = json.loads(response.text)
    except (ValueError, RecursionError):
        return 0
    sources = value.get("sourcesContent") if isinstance(value, dict) and "mappings" in value else None
    return sum(isinstance(one, str) and bool(one) for one in sources) if isinstance(sources, list) else 0
