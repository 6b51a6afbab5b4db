"""What `--verify` does: the schema in an empty database, the planner's word on what was found, held beside it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from readycheck.audit.errors import CannotAuditError, UsageError, count
from readycheck.cli.inventory import Wish
from readycheck.cli.pipeline import Request
from readycheck.cli.stored import Stored, has_gathered, join_stored, read_stored
from readycheck.database.dsn import DsnError
from readycheck.database.scratch.proving import Proof, open_proving, prove
from readycheck.database.scratch.server import ServerError
from readycheck.database.scratch.session import NotEmptyError, ScratchError
from readycheck.model.evidence import Match, Scan
from readycheck.model.location import Span
from readycheck.model.report import Notice
from readycheck.model.rule import Json, Rule
from readycheck.scan.checks.indexes import describe
from readycheck.scan.schema.source import Source
from readycheck.sql.audit import Use, audit
from readycheck.sql.proof.verdicts import Proved

NEEDS = frozenset({"foreign-key-without-index", "query-without-index"})
COVER = "indexes-cover-queries"
KIND = "planner-proof"
MOST_REASONS, LONGEST_REASON = 3, 100


@dataclass(frozen=True, slots=True)
class Proven:
    """One database of the project, what is asked of it, and the planner's word."""

    source: Source
    uses: Sequence[Use]
    proof: Proof


def verify_scan(found: Scan, request: Request, rules: Sequence[Rule]) -> tuple[Scan, tuple[Notice, ...]]:
    """A scan that was made by these rules with the planner's word on it, and what there is to say about the proof."""
    stored = join_stored(found) if has_gathered(rules) else read_stored(Wish(request.path, "json", request.config))
    proven = prove_all(stored, request.verify_env)
    return amend(found, proven), tuple(list_notices(proven))


def prove_all(stored: Stored, variable: str | None) -> list[Proven]:
    """Hold the audits of all Postgres databases of a project against the planner.

    The variable holds the DSN of an empty database; None: a server of our own is started.

    Raises:
        UsageError: the variable is not set, or its database is not empty.
        CannotAuditError: there is no Postgres to ask.
    """
    text = os.environ.get(variable, "") if variable else None
    if text is not None and not text:
        raise UsageError(f"--verify-env {variable}: the variable is not set, or empty")
    sources = [one for one in stored.reading.sources if one.dialect == "postgres" and one.snapshot.tables]
    if not sources:
        return []
    try:
        with open_proving(text) as dsn:
            found = []
            for source in sources:
                uses = stored.reading.list_uses(source)
                found.append(Proven(source, uses, prove(dsn, source.snapshot, audit(source.snapshot, uses), uses)))
            return found
    except NotEmptyError as error:
        raise UsageError(f"--verify-env {variable}: {error}") from None
    except (DsnError, ScratchError, ServerError) as error:
        raise CannotAuditError(f"--verify: {error}") from None  # the DSN may be in the context


def add_plans(rows: Sequence[dict[str, Json]], proven: Sequence[Proven]) -> None:
    """Give each row of the inventory its `plan`: null, or `way`, the reads `before` and `after`, the `reason` for none.

    `way` is the worst of the ways in which its tables are read: `looked-up`, `whole`, `filtered`, or `not-planned`.
    """
    plans: dict[tuple[str, int], dict[str, Json]] = {}
    for one in proven:
        for number, use in enumerate(one.uses):
            plan = make_plan(one.proof, number)
            if plan is not None:
                plans.setdefault((use.place.path, use.place.line), plan)
    for row in rows:
        row["plan"] = plans.get((str(row["file"]), int(str(row["line"]))))


def make_plan(proof: Proof, number: int) -> dict[str, Json] | None:
    """The plan of one query as JSON."""
    if number in proof.refused:
        return {"way": "not-planned", "before": [], "after": [], "reason": proof.refused[number]}
    if number not in proof.planned:
        return None
    before, after = proof.planned[number], proof.after.get(number)
    ways = [read.way for read in before.reads]
    way = next((one for one in ("filtered", "whole") if one in ways), "looked-up")
    later: list[Json] = [read.text for read in after.reads] if after else []
    return {"way": way, "before": [read.text for read in before.reads], "after": later, "reason": None}


def amend(found: Scan, proven: Sequence[Proven]) -> Scan:
    """The scan with the planner's word on each finding about indexes.

    What the planner contradicts is no finding any more: the match is counted as exempt, with the plan as the reason.
    """
    told = {(one.need.table.name, describe("", one.need).text): one for each in proven for one in each.proof.proved}
    return replace(found, matches=tuple(amend_match(match, told, proven) for match in found.matches))


def amend_match(match: Match, told: Mapping[tuple[str, str], Proved], proven: Sequence[Proven]) -> Match:
    """One match."""
    if match.rule == COVER and proven:
        return replace(match, message=f"{match.message}; {describe_cover(proven)}")
    one = told.get((match.symbol, match.text)) if match.rule in NEEDS else None
    if one is None or not one.text:
        return match
    if one.verdict == "contradicted":
        return replace(match, exempt=one.text)
    return replace(match, message=f"{match.message.rstrip(';')}; {one.text}")


def describe_cover(proven: Sequence[Proven]) -> str:
    """What the planner says of queries for which nothing is lacking."""
    planned = sum(len(one.proof.planned) for one in proven)
    against = [one for each in proven for one in each.proof.unforeseen]
    told = f"the planner, on an empty copy of the schema, planned {count(planned, 'query', 'queries')}"
    if not against:
        return f"{told} and reads no table row by row for any of them"
    first = against[0]
    return (
        f"{told} and reads {first.read.table} row by row for the one in {first.use.place.path}:{first.use.place.line}"
    )


def list_notices(proven: Sequence[Proven]) -> Iterator[Notice]:
    """What was proved of each database, what could not be planned or built, and what nobody foresaw."""
    if not proven:
        yield Notice(KIND, "--verify: no Postgres schema was found in the project, so nothing was planned")
    for one in proven:
        proof = one.proof
        verdicts = Counter(each.verdict for each in proof.proved if each.need.kind != "name")
        told = ", ".join(f"{number} {word}" for word, number in sorted(verdicts.items())) or "nothing lacking"
        planned = f"{count(len(proof.planned), 'query', 'queries')} of {len(one.uses)} planned in an empty database"
        yield Notice(KIND, f"{one.source.label}: {planned}; of what was found lacking: {told}")
        if proof.refused:
            yield Notice(KIND, f"{one.source.label}: not planned: {join_reasons(proof.refused.values())}")
        if proof.unbuilt:
            reasons = [f"{each.subject} ({each.reason})" for each in proof.unbuilt]
            yield Notice(KIND, f"{one.source.label}: not built in the empty database: {join_reasons(reasons)}")
        for each in proof.unforeseen[:MOST_REASONS]:
            place = each.use.place
            where = Span(place.path, max(place.line, 1), 1, max(place.line, 1), 2)
            yield Notice(
                KIND, f"the planner reads {each.read.table} row by row, which no rule foresaw: {each.read.text}", where
            )


def join_reasons(reasons: Iterable[str]) -> str:
    """Reasons with how often each is given, the most frequent ones first."""
    counted = Counter(reason[:LONGEST_REASON] for reason in reasons)
    shown = [f"{reason} ({number})" if number > 1 else reason for reason, number in counted.most_common(MOST_REASONS)]
    rest = sum(counted.values()) - sum(number for _, number in counted.most_common(MOST_REASONS))
    return "; ".join(shown) + (f"; and {rest} more" if rest else "")
