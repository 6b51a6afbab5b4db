from __future__ import annotations

from dataclasses import replace

import pytest

from readycheck.model.location import Span
from readycheck.model.report import Coverage, Report, Target
from readycheck.model.vocabulary import Level, Outcome, Priority, Verdict
from readycheck.render.cells import measure
from readycheck.render.style import Style
from readycheck.render.terminal import render
from readycheck.render.terminal.summary import share_out
from tests.golden.report import CATALOGUE, FINDINGS, ITEMS, READY, REPORT, at, make_finding

PRINT = next(finding for finding in FINDINGS if finding.rule == "print-call")
LOW_UNPROVEN = {"log-aggregation", "compression"}
CONSOLE_ITEM = next(result for result in REPORT.items if result.item.id == "no-console-output")


def show(report: Report = REPORT, width: int = 80, verbosity: int = 0, *, unicode: bool = True) -> str:
    return render(report, CATALOGUE, Style(width=width, verbosity=verbosity, unicode=unicode))


def with_prints(number: int, path: str = "server/app{}.py") -> Report:
    """A report with only print-call findings, two a file."""
    findings = tuple(
        replace(PRINT, where=at(path.format(index // 2), index + 1, 1, 9, "print(1)"), fix=None)
        for index in range(number)
    )
    return replace(REPORT, findings=findings, items=(CONSOLE_ITEM,))


def test_parts_stand_in_the_order_of_the_seed_checklist() -> None:
    headings = [line.split(" ──")[0] for line in show().splitlines() if " ──" in line]
    assert headings == [
        "Done",
        "To do",
        "Could not be checked",
        "Unproven: what would prove it",
        "Needs a human: what to attest",
        "Notices",
        "Result",
    ]


def test_the_verdict_stands_first_and_last() -> None:
    lines = show().splitlines()
    assert lines[2].startswith("  ✗ NOT READY  3 high-priority items fail (1 contradicted")
    assert sum("NOT READY" in line for line in lines) == 2


def test_quiet_leaves_the_verdict_and_the_numbers() -> None:
    text = show(verbosity=-1)
    assert text.startswith("  ✗ NOT READY")
    assert "11 findings, 3 suppressed (1 in the baseline, 1 inline, 1 waived), 6 with a fix" in " ".join(text.split())
    assert "812 files read (790 from the cache), 4 skipped" in text
    assert len(text.splitlines()) <= 8


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (READY, "✔ READY  every high-priority item is proved"),
        (
            replace(READY, verdict=Verdict.INCOMPLETE, level=None),
            "? INCOMPLETE  no high-priority item fails, but not all of them were looked at",
        ),
    ],
)
def test_other_verdicts(report: Report, verdict: str) -> None:
    assert verdict in show(report)


def test_level() -> None:
    assert "Level     gold\n" in show(READY)
    assert "Level     silver: gold needs every low-priority item, 1 to prove\n" in show(
        replace(REPORT, level=Level.SILVER, items=tuple(one for one in REPORT.items if one.item.id in LOW_UNPROVEN))
    )
    assert "Level     none: bronze needs every high-priority item, 3 to fix and 3 to prove\n" in show()


def test_nothing_at_all_is_still_a_report() -> None:
    empty = replace(
        READY, verdict=Verdict.INCOMPLETE, items=(), rules=(), coverage=Coverage(0, 0, 0, 0), files=0, level=None
    )
    text = show(empty)
    assert "INCOMPLETE" in text
    assert "No findings\n  0 files read\n" in text


def test_five_findings_of_a_rule_are_shown_in_full() -> None:
    text = show(with_prints(5))
    assert text.count("^^^^^^^^") == 5
    assert "more in" not in text


def test_more_than_five_are_summed_up_by_file() -> None:
    text = show(with_prints(6000))
    assert text.count("^^^^^^^^") == 3
    assert "\n    … and 5,997 more in 2,999 files:\n          2  chat/server/app10.py\n" in text
    assert "\n      5,987  in 2,994 other files\n" in text
    assert "readycheck scan -v" in text
    assert len(text.splitlines()) < 70


def test_verbose_shows_every_finding() -> None:
    assert show(with_prints(300), verbosity=1).count("^^^^^^^^") == 300


def test_verbose_shows_roles_rules_skipped_files_and_other_evidence() -> None:
    text = show(verbosity=1, width=110)
    assert "server            120  106 the default, 14 imports fastapi" in text
    assert "tls-redirect" in text
    assert "skipped: the service is not public" in text
    assert "chat/secret\\u202efile.py: a link" in text
    assert "unproven: no * in 12 files; nothing proves the rest (cors-wildcard, 12 examined)" in " ".join(text.split())
    assert "Cache headers on static files" in text


def test_unproven_items_take_one_line_each() -> None:
    unproven = next(result for result in REPORT.items if result.outcome is Outcome.UNPROVEN)
    results = tuple(
        replace(unproven, item=replace(unproven.item, id=f"item-{number}", title=f"Item {number} " + "long " * number))
        for number in range(40)
    )
    text = show(replace(REPORT, items=results, findings=()))
    lines = text.split("Unproven: what would prove it", 1)[1].split("\nNotices", 1)[0].splitlines()
    assert sum(line.startswith("  ? Item") for line in lines) == 40
    assert len(lines) <= 45


@pytest.mark.parametrize(("verbosity", "listed"), [(0, 20), (1, 30)])
def test_a_long_list_counts_the_less_urgent_items_unless_asked(verbosity: int, listed: int) -> None:
    unproven = next(result for result in REPORT.items if result.outcome is Outcome.UNPROVEN)
    priorities = [Priority.HIGH] * 20 + [Priority.MEDIUM] * 7 + [Priority.LOW] * 3
    results = tuple(
        replace(unproven, item=replace(unproven.item, id=f"item-{number}", title=f"Item {number}", priority=priority))
        for number, priority in enumerate(priorities)
    )
    text = show(replace(REPORT, items=results, findings=()), verbosity=verbosity)
    assert sum(line.startswith("  ? Item") for line in text.splitlines()) == listed
    assert ("and 7 medium and 3 low priority items, which -v lists" in text) is (verbosity == 0)


def test_finding_of_an_item_that_is_not_in_the_report_is_shown() -> None:
    assert "print-call: print() in server code" in show(replace(with_prints(1), items=()))


def test_finding_of_a_rule_that_the_catalogue_lacks_is_shown() -> None:
    stray = make_finding("house-rule", at("a.py", 1, 1, 2, "x"), message="not as we do it")
    assert "house-rule: not as we do it" in show(replace(REPORT, findings=(stray,)))


def test_failing_item_without_findings_shows_its_evidence() -> None:
    text = show(replace(REPORT, findings=()))
    assert "✗ code: 1 match (chat/server/main.py:14:1)" in text


def test_ready_item_with_a_finding_is_to_do() -> None:
    finding = make_finding("cors-origins-listed", at("a.py", 1, 1, 2, "x"))
    assert ITEMS["cors"].title in show(replace(READY, findings=(finding,))).split("To do", 1)[1]


def test_places_are_named_from_where_readycheck_was_started() -> None:
    assert "--> chat/server/socket.py:12:9" in show()
    assert "--> server/socket.py:12:9" in show(replace(REPORT, target=Target("/srv/chat")))


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("verbosity", [-1, 0, 1])
@pytest.mark.parametrize("unicode", [True, False])
def test_no_line_is_wider_than_the_terminal(width: int, verbosity: int, unicode: bool) -> None:  # noqa: FBT001 - a table of cases
    for line in show(width=width, verbosity=verbosity, unicode=unicode).splitlines():
        assert measure(line) <= width or line.lstrip().startswith(("--> ", "and ", "1  ")), "only a place stays whole"


def test_ascii_terminal_gets_ascii() -> None:
    assert show(unicode=False, verbosity=1).isascii()


def test_names_cannot_become_markup_codes_or_commands() -> None:
    text = show(with_prints(1, path="[bold]\x1b[31m\n::error::{}.py"))
    assert "--> chat/[bold]\\x1b[31m\\n::error::0.py:1:1" in text
    assert "\x1b" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_command_that_wrapping_moves_to_a_line_start_is_defused() -> None:
    report = with_prints(1)
    reason = "word " * 14 + "::error::x " + "##[error]y"
    text = show(replace(report, items=(replace(CONSOLE_ITEM, reason=reason),)))
    assert "\\x3a:error::x" in text
    assert "##[" not in text


def test_bar_shares_the_room_out() -> None:
    assert share_out([1, 0, 99, 0], 40) == [1, 0, 39, 0]
    assert sum(share_out([3, 7, 40, 5], 60)) == 60


def test_reason_that_repeats_the_frame_is_left_out() -> None:
    reason = "1 finding in 1 file, first at server/app0.py:1:1: print() in server code"
    result = replace(CONSOLE_ITEM, reason=reason)
    assert "first at" not in show(replace(with_prints(1), items=(result,)))
    assert "first at" in show(replace(with_prints(0), items=(result,)))


def test_one_reason_for_exemption_needs_no_number() -> None:
    assert "1 match is exempt: in a test" in show(replace(REPORT, exempt={"in a test": 1}))
    assert "exempt" not in show(replace(REPORT, exempt={}), verbosity=-1)


def test_absence_points_to_where_the_control_belongs() -> None:
    finding = make_finding(
        "cors-origins-listed", Span("main.py", 14, 1, 14, 16, "app = FastAPI()"), message="no origins are listed"
    )
    assert "\n    14 │ app = FastAPI()\n       │ ^^^^^^^^^^^^^^^ no origins are listed\n" in show(
        replace(REPORT, findings=(finding,))
    )
