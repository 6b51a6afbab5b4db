"""Who the service is for its database, and how it got in."""

from __future__ import annotations

from readycheck.database.catalog import Row
from readycheck.database.checks.contract import locate_server, make_match, reads
from readycheck.database.inspection import Inspection
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule

RIGHTS = {
    "superuser": "is a superuser: row-level security does not hold for it, and it reads files and runs programs there",
    "createrole": "may make roles, and give itself what they have",
    "bypassrls": "passes by row-level security",
    "replication": "may copy the whole server",
}
HERE = ("127.0.0.1", "::1", "localhost", "samehost")


@reads("role")
def role_too_mighty(inspection: Inspection, rule: Rule) -> Judgement:
    """The role that looked could do more than a service needs."""
    row = inspection.rows("role")[0]
    name = row.text("name")
    faults = [text for right, text in RIGHTS.items() if row.flag(right)]
    if row.words("mighty"):
        faults.append(f"is a member of {', '.join(row.words('mighty'))}")
    where = locate_server("ROLE", name, "; ".join(right for right in RIGHTS if row.flag(right)))
    matches = tuple(make_match(rule, where, f"the role {name} {text}", text, [row.place]) for text in faults[:1])
    owner = "; it owns the database" if row.flag("owner") else ""
    proof = f"the role {name} is no superuser, makes no roles and passes by no policy{owner}"
    return Judgement(1, matches, "" if matches else proof)


@reads("session")
def login_without_password(inspection: Inspection, rule: Rule) -> Judgement:
    """The server let the role in without asking for a password, or says that it lets others in."""
    session = inspection.rows("session")[0]
    trusting = [row for row in inspection.rows("logins") if row.text("method") == "trust" and not is_here(row)]
    matches = [
        make_match(
            rule,
            locate_server("LOGIN", describe_login(row), row.text("method")),
            f"pg_hba.conf lets {describe_login(row)} in without a password (line {row.text('line')})",
            describe_login(row),
            [row.place],
        )
        for row in trusting
    ]
    if is_trusted(inspection, session) and not matches:
        text = f"the server at {session.text('host')} let {inspection.role} in without asking for a password"
        where = locate_server("LOGIN", inspection.role, "no password was asked for")
        matches.append(make_match(rule, where, text, "own", [session.place]))
    if matches:
        return Judgement(1 + len(inspection.rows("logins")), tuple(matches))
    return prove_login(inspection, session)


def is_trusted(inspection: Inspection, session: Row) -> bool:
    """Whether the server took the role's word for who it is; from 16 on it says how it recognised the role."""
    identity = inspection.row("identity")
    if identity is not None:
        return not identity.text("login")
    return not (session.flag("password") or session.flag("socket") or session.flag("gssapi"))


def prove_login(inspection: Inspection, session: Row) -> Judgement:
    """What there is to say where nothing speaks against it."""
    if not session.flag("password"):
        return Judgement(1, unproven="the role came in by way of a socket, a certificate or Kerberos, not a password")
    logins = inspection.rows("logins")
    if logins:
        proof = f"the server asked for a password, and none of {len(logins)} lines of pg_hba.conf trusts others"
        return Judgement(1 + len(logins), proof=proof)
    beyond = inspection.explain_skipped("logins")
    seen = f"; of pg_hba.conf nothing is known: {beyond}" if beyond else ""
    return Judgement(1, proof=f"the server asked {inspection.role} for a password{seen}")


def is_here(row: Row) -> bool:
    """Whether a line of pg_hba.conf is about this machine only, as the official image has one for its own commands."""
    return row.text("type") == "local" or row.text("address") in HERE


def describe_login(row: Row) -> str:
    """Whom a line of pg_hba.conf is about: `all to chat from 10.0.0.0/8`."""
    users, databases = ", ".join(row.words("users")), ", ".join(row.words("databases"))
    origin = f"from {row.text('address')}" if row.text("address") else "by a local socket"
    return f"{users} to {databases} {origin}"
