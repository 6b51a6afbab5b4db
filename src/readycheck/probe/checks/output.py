"""What a started process wrote about requests of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Json, Rule
from readycheck.probe.checks.contract import examines, make_match
from readycheck.probe.checks.started import explain_missing, read_number, read_text, read_texts
from readycheck.probe.exchange import Observation, Recording

LEVELS = frozenset({"level", "severity", "lvl", "levelname", "log.level", "loglevel", "severitytext", "level_name"})
TIMES = frozenset({"time", "timestamp", "ts", "@timestamp", "t", "date", "datetime", "asctime", "eventtime", "@t"})
UNSEEN = "it wrote no line in which a request of the probe can be recognised: is there a log file or a socket instead?"
SHOWN = 160


def parse_line(line: str) -> Mapping[str, Json] | None:
    """The JSON object that a line is, be it behind a prefix of what runs several processes; None if it is none."""
    _, brace, rest = line.partition("{")
    try:
        value = json.loads(brace + rest)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def list_faults(line: str) -> list[str]:
    """What a structured line lacks; `JSON` alone if it is no such line."""
    value = parse_line(line)
    if value is None:
        return ["JSON"]
    names = {name.lower() for name in value} | {
        f"{name}.{inner}".lower() for name, one in value.items() if isinstance(one, dict) for inner in one
    }
    lacking = []
    if not names & LEVELS:
        lacking.append("a level")
    if not names & TIMES:
        lacking.append("a time")
    return lacking


@examines("log")
def request_line_unstructured(recording: Recording, rule: Rule) -> Judgement:
    """A line about a request is no JSON, or has no level or no time."""
    seen = [one for one in recording.seen("log") if read_texts(one, "lines")]
    for one in seen:
        lacking = next(((line, found) for line in read_texts(one, "lines") if (found := list_faults(line))), None)
        if lacking is None:
            continue
        line, faults = lacking
        what = "is no JSON object" if faults == ["JSON"] else f"lacks {' and '.join(faults)}"
        where = one.locate(read_text(one, "request").partition(" ")[2], f"{line[:SHOWN]}")
        message = f"the line about {read_text(one, 'request')} {what}: {line[:SHOWN]}"
        return Judgement(len(seen), (make_match(rule, where, message),))
    if not seen:
        return Judgement(unproven=explain_missing(recording, "log", UNSEEN))
    number = sum(len(read_texts(one, "lines")) for one in seen)
    return Judgement(len(seen), proof=f"{len(seen)} requests yielded {number} JSON lines with level and time")


@examines("log")
def request_id_not_logged(recording: Recording, rule: Rule) -> Judgement:
    """A request is logged, and not with the id that it came with or got."""
    seen = [one for one in recording.seen("log") if read_text(one, "sent") or read_text(one, "returned")]
    written = [one for one in seen if read_number(one, "by_id") or read_number(one, "by_path")]
    for one in written:
        if read_number(one, "by_id"):
            continue
        line = next(iter(read_texts(one, "lines")), "")
        where = one.locate(read_text(one, "request").partition(" ")[2], f"{line[:SHOWN]}")
        told = "that its answer names" if read_text(one, "returned") else "that it was sent with"
        message = f"{read_text(one, 'request')} was logged without the request id {told}: {line[:SHOWN]}"
        return Judgement(len(written), (make_match(rule, where, message),))
    if not written:
        return Judgement(unproven=explain_missing(recording, "log", UNSEEN))
    return Judgement(len(written), proof=f"{len(written)} requests were found in the log by their ids")


@examines("log")
def credential_logged(recording: Recording, rule: Rule) -> Judgement:
    """The output holds a secret of the environment, or a credential that came with a request."""
    seen = recording.seen("output")
    if not seen:
        return Judgement(unproven=explain_missing(recording, "log"))
    matches = tuple(
        make_match(rule, one.locate(what, line[:SHOWN]), f"{what} stands in what the process wrote: {line[:SHOWN]}")
        for one in seen
        for what, line in list_found(one)
    )
    lines = sum(int(read_number(one, "lines")) for one in seen)
    if not lines:
        return Judgement(unproven="the process wrote nothing")
    return Judgement(lines, matches, "" if matches else f"none of the credentials in {lines} lines of its output")


def list_found(seen: Observation) -> list[tuple[str, str]]:
    """What was found, each with its line."""
    found = seen.data.get("found")
    return (
        [(str(one["what"]), str(one["line"])) for one in found if isinstance(one, dict)]
        if isinstance(found, list)
        else []
    )
