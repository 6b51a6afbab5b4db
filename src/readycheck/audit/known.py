"""The functions that rules may name, over all channels."""

from __future__ import annotations


def list_checks() -> frozenset[str]:
    """Their bare names. Loads every check, so it is for rules that nobody has tested yet."""
    from readycheck.database.checks import find_checks as find_database_checks  # noqa: PLC0415 - start-up time
    from readycheck.probe.checks import find_checks as find_http_checks  # noqa: PLC0415 - likewise
    from readycheck.scan.checks import find_checks  # noqa: PLC0415 - likewise

    return frozenset(find_checks()) | frozenset(find_http_checks()) | frozenset(find_database_checks())
