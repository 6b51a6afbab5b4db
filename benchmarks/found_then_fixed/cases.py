"""Commits of public projects by which maintainers mended what readycheck finds in the commit before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One commit that mended something, and the commit before it.

    `wanted` are the tables and columns of the indexes that the commit builds, or `statements` is the file of SQL in
    which they stand; `left_out` are paths that are not taken out of the repository; `told` is how the maintainers found
    it, in our words; `but` explains what of `wanted` is no finding.
    """

    name: str
    address: str
    before: str
    after: str
    date: str
    told: str
    wanted: tuple[str, ...] = ()
    statements: str = ""
    left_out: tuple[str, ...] = ()
    but: str = ""


CASES = (
    Case(
        "onyx, chat messages",
        "https://github.com/onyx-dot-app/onyx",
        "c5c1d53c33a079d7a5f2134239f6e30291afccbd",
        "3226fe99bac02aed830e5c9802c1e22bc783d17d",
        "2026-07-24",
        "a query by it was rewritten after it had taken a production cluster down; the index came months later",
        ("chat_message (chat_session_id)",),
    ),
    Case(
        "onyx, worker's tables",
        "https://github.com/onyx-dot-app/onyx",
        "8865d5b676a54f809d39e8d230b18c9354df9a69",
        "c39c97d92af37246780d88bda590010e42588e16",
        "2026-04-21",
        "the first query by time in pg_stat_statements, 56 ms each on 532,000 rows",
        (
            "index_attempt_errors (index_attempt_id)",
            "index_attempt_errors (connector_credential_pair_id)",
            "index_attempt (connector_credential_pair_id)",
            "hierarchy_node (document_id)",
        ),
        but="index_attempt has had indexes that begin with connector_credential_pair_id",
    ),
    Case(
        "lemmy",
        "https://github.com/LemmyNet/lemmy",
        "f65875c27a8899022554a9f171edcdd652e3e0af",
        "de7d6ef148a85495dc49bb0aa8f180ecdebefa6e",
        "2025-07-21",
        "a test of theirs that asks the catalog for foreign keys without an index, and a migration for all of them",
        statements="migrations/2025-07-18-033358_add_missing_foreign_key_indexes/up.sql",
        but="two of its statements are about tables that the migration before it has dropped",
    ),
    Case(
        "warehouse (PyPI)",
        "https://github.com/pypi/warehouse",
        "eb241f9061633752672a07851cd553ad4c5cd24a",
        "ecd0181afdfcfb6b0b3fafe42c63f00c361cfec5",
        "2022-01-03",
        "foreign keys that are used often and had none",
        (
            "macaroons (user_id)",
            "project_events (project_id)",
            "release_vulnerabilities (release_id)",
            "releases (description_id)",
            "role_invitations (project_id)",
            "role_invitations (user_id)",
            "user_events (user_id)",
            "user_recovery_codes (user_id)",
            "user_security_keys (user_id)",
        ),
        left_out=("dev",),
        but="role_invitations has had an index on user_id",
    ),
    Case(
        "hackerspub",
        "https://github.com/hackers-pub/hackerspub",
        "0370796d782132cfae737d505269169b104f356b",
        "2c701bfd4bb1b56f9abf9adcaf73aab669ddd01e",
        "2026-04-27",
        "deleting a post took more than 10 seconds, in the triggers that check foreign keys",
        (
            "notification (post_id)",
            "post (shared_post_id)",
            "post (quoted_post_id)",
            "timeline_item (post_id)",
        ),
        left_out=("web/fonts",),
    ),
    Case(
        "hypothesis",
        "https://github.com/hypothesis/h",
        "83f4949f28ed50fee6e771de11bafba8d1444668",
        "995727bceeca823af17c25372c1e3b71d98ca4f2",
        "2024-06-26",
        "merging documents was slow, for it read a whole table",
        ("annotation_slim (document_id)",),
    ),
)
