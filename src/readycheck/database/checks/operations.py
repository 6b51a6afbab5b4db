"""What operators need of a database: statistics of statements, an archive that works, keys with room, no half steps."""

from __future__ import annotations

from readycheck.database.checks.contract import count, decide, locate_server, make_match, reads, tell_duration
from readycheck.database.checks.statements import tell_busiest
from readycheck.database.inspection import Inspection
from readycheck.model.judgement import Judgement
from readycheck.model.location import Relation
from readycheck.model.rule import Rule

TRACKER = "pg_stat_statements"
NEARLY_USED = 0.75
WIDEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
HINTS = {"smallint": "integer or bigint", "integer": "bigint", "bigint": "a wider type"}


@reads("extensions")
def statements_untracked(inspection: Inspection, rule: Rule) -> Judgement:
    """Nobody can say which statements cost the most: pg_stat_statements is not there, or was not loaded."""
    installed = [row for row in inspection.rows("extensions") if row.text("name") == TRACKER]
    reason = inspection.explain_skipped("statements")
    if not installed:
        told = f"{TRACKER} is not installed in this database: which statements cost the most, nobody can say"
    elif "shared_preload_libraries" in reason:
        told = f"{TRACKER} is installed but does not count: it is not in shared_preload_libraries"
    elif "statements" in inspection.readings:
        told = f"{TRACKER} {installed[0].text('version')} counts statements and their time"
        return Judgement(1, proof=told + tell_busiest(inspection))
    else:
        told = f"{TRACKER} is installed, but whether it counts is not known: {reason or 'no answer'}"
        return Judgement(1, unproven=told)
    where = locate_server("EXTENSION", TRACKER)
    places = [row.place for row in installed] or [row.place for row in inspection.rows("extensions")[:1]]
    return Judgement(1, (make_match(rule, where, told, places=places),))


@reads("archiver", "settings")
def archiver_failing(inspection: Inspection, rule: Rule) -> Judgement:
    """The archive of the write-ahead log is switched on, and its last try failed."""
    mode, row = inspection.setting("archive_mode"), inspection.rows("archiver")[0]
    if mode is None or mode.text("value") not in ("on", "always"):
        return Judgement(1, unproven="archive_mode is off: if there are backups, something else makes them")
    archived, failed = row.number("archived_age"), row.number("failed_age")
    done = f"the last segment was archived {tell_duration(archived)} ago" if archived is not None else "none ever was"
    if failed is not None and (archived is None or failed < archived):
        told = f"archiving the write-ahead log fails: the last try {tell_duration(failed)} ago did, {done}"
        where = locate_server("ARCHIVER", "write-ahead log", done)
        return Judgement(1, (make_match(rule, where, told, places=[row.place]),))
    if archived is None:
        return Judgement(1, unproven="archive_mode is on, and nothing has been archived yet")
    return Judgement(1, proof=f"{done}, and no try has failed since")


@reads("sequences")
def key_nearly_used_up(inspection: Inspection, rule: Rule) -> Judgement:
    """The sequence behind a key has used most of what its column can hold."""
    seen = [row for row in inspection.rows("sequences") if row.flag("visible") is not False]
    matches, hidden = [], len(inspection.rows("sequences")) - len(seen)
    for row in seen:
        kind = row.text("type")
        most = min(row.number("most") or WIDEST["bigint"], WIDEST.get(kind, WIDEST["bigint"]))
        share = (row.number("value") or 0) / most
        if share < NEARLY_USED:
            continue
        name = f"{row.text('table')}.{row.text('column')}"
        told = f"{name} ({kind}) has used {share:.0%} of its {int(most):,} values: after the last no insert succeeds"
        told += f"; make it {HINTS.get(kind, 'wider')}" if kind in HINTS else ""
        where = Relation(row.text("schema"), row.text("table"), (row.text("column"),))
        matches.append(make_match(rule, where, told, places=[row.place]))
    grant = f"; of {count(hidden, 'sequence')} nothing is known, GRANT SELECT ON ALL SEQUENCES IN SCHEMA"
    unseen = grant if hidden else ""
    proof = f"{count(len(seen), 'key')} with a sequence, each less than {NEARLY_USED:.0%} used{unseen}"
    nothing = f"{inspection.role} may read no sequence{unseen}" if hidden else "no key has a sequence"
    return decide(matches, len(seen), proof, nothing)


@reads("checks")
def constraint_not_validated(inspection: Inspection, rule: Rule) -> Judgement:
    """A constraint was added NOT VALID, and the second step never came: old rows may break it."""
    rows = inspection.rows("checks")
    matches = [
        make_match(
            rule,
            Relation(row.text("schema"), row.text("table")),
            f"the constraint {row.text('name')} of {row.text('table')} is NOT VALID: rows from before it may break it; "
            f"ALTER TABLE ... VALIDATE CONSTRAINT {row.text('name')}",
            row.text("name"),
            [row.place],
        )
        for row in rows
    ]
    tables = len(inspection.snapshot.tables) if inspection.snapshot else 0
    return decide(matches, tables, f"no constraint of {count(tables, 'table')} is NOT VALID", "there are no tables")


@reads("session")
def connection_in_clear(inspection: Inspection, rule: Rule) -> Judgement:
    """What goes to the database and back can be read on the way."""
    row = inspection.rows("session")[0]
    host = row.text("host")
    if row.flag("socket"):
        return Judgement(absent="the connection is a socket of this machine")
    if row.flag("encrypted"):
        return Judgement(1, proof=f"the connection to {host} is encrypted")
    if row.flag("local"):
        return Judgement(1, unproven=f"not encrypted, but {host} is this machine")
    told = f"the connection to {host} is not encrypted: rows and the service's statements go over the wire as they are"
    return Judgement(1, (make_match(rule, locate_server("CONNECTION", host, "no TLS"), told, places=[row.place]),))
