"""What `readycheck rules test` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from readycheck.audit.errors import count
from readycheck.audit.gate import FAILED, PASSED
from readycheck.audit.selftest import Case, SelftestResult, run_selftest
from readycheck.catalog.problems import escape_controls
from readycheck.cli.catalogue import check_word, load_known
from readycheck.cli.console import write_stdout
from readycheck.model.rule import Catalogue, Rule


def test_rules(names: Sequence[str], folders: Sequence[Path], verbosity: int) -> int:
    """Test the named rules, or all; gives the exit code."""
    catalogue = load_known(folders)
    for name in names:
        check_word(name, [rule.id for rule in catalogue.rules], "rule")
    result = run_selftest(catalogue, names, partial(fix_example, catalogue))
    write_stdout(describe_result(result, catalogue, verbosity))
    return FAILED if result.failures else PASSED


def fix_example(catalogue: Catalogue, rule: Rule, files: Mapping[str, str]) -> tuple[Mapping[str, str], Sequence[str]]:
    """The files of an example after the rule's fix, and what went wrong with it."""
    from readycheck.cli.fix_missing import Missing  # noqa: PLC0415 - only rules with a fix need it
    from readycheck.fix.memory import fix_texts  # noqa: PLC0415 - likewise
    from readycheck.fix.plan import UnknownFixError  # noqa: PLC0415 - likewise

    items = tuple(item for item in catalogue.items if item.id == rule.item)
    missing = Missing(replace(catalogue, rules=(rule,), items=items), (rule,))
    try:
        fixed = fix_texts(files, [rule], find_absent=missing.find)
    except UnknownFixError as error:
        return files, (str(error),)
    return fixed.files, fixed.problems


def describe_result(result: SelftestResult, catalogue: Catalogue, verbosity: int) -> str:
    """The cases that failed, with `verbosity` 1 all of them; and a count, unless it is -1."""
    shown = result.cases if verbosity > 0 else result.failures
    lines = [line for case in shown for line in describe_case(case, catalogue)]
    if verbosity >= 0:
        rules = count(len({case.rule for case in result.cases}), "rule")
        cases = count(len(result.cases), "example")
        failures = f"{len(result.failures)} failed" if result.failures else "all hold"
        lines.append(f"{rules}, {cases}: {failures}")
    return "".join(f"{escape_controls(line)}\n" for line in lines)


def describe_case(case: Case, catalogue: Catalogue) -> list[str]:
    """A line for a case that holds; the place, the failure and the next step for one that does not."""
    if case.failure is None:
        return [f"ok    {case.id}" + (f" ({case.note})" if case.note else "")]
    rule = catalogue.find_rule(case.rule)
    source = rule.source if rule else case.rule
    return [
        f"FAIL  {case.id}",
        f"      {source}, examples.{case.kind}[{case.number - 1}]",
        *(f"      {part}" for part in case.failure.split("; ")),
    ]
