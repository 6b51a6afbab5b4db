from __future__ import annotations

import errno

import pytest

from readycheck.audit.errors import CannotAuditError, SettingsError, UsageError
from readycheck.catalog.problems import CatalogueError, Problem
from readycheck.cli.errors import report_error


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (UsageError("no such thing"), 2, "readycheck: error: no such thing\n"),
        (SettingsError(["one", "two"]), 2, "readycheck: error: one\nreadycheck: error: two\n"),
        (CannotAuditError("nothing there"), 3, "readycheck: error: nothing there\n"),
        (CatalogueError([Problem("own/a.yaml", 3, "why", "is missing")]), 2, "error: own/a.yaml:3: why: is missing\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 3, "error: no space left on device: cannot go on\n"),
        (PermissionError(errno.EACCES, "Permission denied", "a\nb"), 3, "error: a\\nb: permission denied\n"),
        (UsageError("\x1b[31mred"), 2, "readycheck: error: \\x1b[31mred\n"),
    ],
)
def test_an_error_is_a_sentence(error: Exception, code: int, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert report_error(error) == code

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.endswith(text)


def test_a_bug_says_what_and_where_and_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    from readycheck.audit.git import follow_reference  # noqa: PLC0415 - any function of ours that can be made to fail

    try:
        follow_reference(None, "a-secret")  # type: ignore[arg-type]
    except AttributeError as error:
        code = report_error(error)

    shown = capsys.readouterr().err
    assert code == 3
    assert shown.startswith("readycheck: this is a bug in readycheck: AttributeError at audit/git.py:")
    assert "secret" not in shown
    assert len(shown.splitlines()) == 1
