"""What the clients of a database reach without a service in between."""

from __future__ import annotations

from readycheck.database.checks.contract import count, decide, make_match, reads
from readycheck.database.inspection import Inspection
from readycheck.model.judgement import Judgement
from readycheck.model.location import Relation
from readycheck.model.rule import Rule

NOBODY = "no client's role (anon, authenticated) reaches a table: only who has a role of its own does"


@reads("reached")
def client_reaches_unguarded(inspection: Inspection, rule: Rule) -> Judgement:
    """A role that any client has may read or write a table without row-level security."""
    if not inspection.rows("reached"):
        return Judgement(absent=NOBODY)
    reached: dict[tuple[str, str], list[str]] = {}
    for row in inspection.rows("reached"):
        reached.setdefault((row.text("schema"), row.text("table")), []).append(row.text("role"))
    first = {(row.text("schema"), row.text("table")): row for row in reversed(inspection.rows("reached"))}
    matches = [
        make_match(
            rule,
            Relation(*key),
            f"{' and '.join(roles)} may reach {key[1]}, and no row-level security says which of its rows",
            places=[first[key].place],
        )
        for key, roles in reached.items()
        if first[key].flag("guarded") is False
    ]
    proof = f"row-level security is on in each of {count(len(reached), 'table')} that clients may reach"
    return decide(matches, len(reached), proof, "")
