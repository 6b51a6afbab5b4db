"""What each rule costs, as a share of parsing the tree once.

    python -m benchmarks.costs [--lines N]

Writes COSTS.md. One process, processor time. What several rules share is shown by itself: parsing, the outline of each
file, who calls whom. What else is worked out once for many rules is charged to the first that asks.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

from benchmarks.corpora import Corpus, find_corpus
from benchmarks.parsing import parse_all
from readycheck.catalog import load_catalogue
from readycheck.model.evidence import Fact, ScannedFile
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Channel, Role
from readycheck.scan import engine
from readycheck.scan.analyse import Sheet
from readycheck.scan.cache import Cache
from readycheck.scan.checks.contract import Joined
from readycheck.scan.engine import Gathered, ScanOptions, choose_files, read_context
from readycheck.scan.files.walk import walk
from readycheck.scan.plan import Plan
from readycheck.scan.reading import Reader
from readycheck.scan.serving import serves
from readycheck.scan.tasks import Task
from readycheck.scan.unit import Unit

RESULTS = Path(__file__).parent / "COSTS.md"
TREES = ("django", "llm")
PARSING, JOINING, OTHER = "(parsing what is read)", "(what runs, which routes there are)", "(reading, prefilter)"
HEAD = """# What each rule costs

Written by `python -m benchmarks.costs`: processor time, as a share of parsing all of the tree once (1.00 x). One run in
one process. A name in brackets is work that many rules share; a name with an underscore a collector of facts, which
serves several rules; what else is shared is charged to the first that asks.

"""


@dataclass
class Meter:
    """Seconds by name; what is measured inside of something else is not counted twice."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    inner: list[float] = field(default_factory=list)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Charge what happens here to a name."""
        self.inner.append(0.0)
        begin = time.process_time()
        try:
            yield
        finally:
            spent = time.process_time() - begin
            self.seconds[name] += spent - self.inner.pop()
            if self.inner:
                self.inner[-1] += spent


def measure_scan(corpus: Corpus, rules: tuple[Rule, ...], meter: Meter) -> None:
    """Do what a cold scan does, in this process, and charge it."""
    options = ScanOptions(cache=False)
    plan = Plan(rules)
    tree = walk(corpus.root, options.exclude, options.max_bytes)
    wanted, unread = choose_files(tree, plan)
    context = read_context(corpus.root, tree, options)
    tasks = [Task(file.path, file.size) for file in wanted]
    with meter.measure(OTHER):
        if not serves(corpus.root, plan, context, (), tasks):
            plan = replace(plan, serving=False)
        reader = Reader(corpus.root, plan, context, options.max_bytes, hashing=False)
        outcomes = {task.path: reader(task, lambda: None) for task in tasks}
    gc.disable()
    engine.assemble(corpus.root, plan, Gathered(wanted, tree.skipped, unread, {}, outcomes), Cache(None, ""))
    gc.enable()


@contextmanager
def charged(meter: Meter) -> Iterator[None]:
    """While this lasts, every rule, collector and check is charged with what it does."""
    guard, parse, join = Sheet.guard, vars(Unit)["root"].func, engine.join
    project_rules = vars(Plan)["project_rules"].func

    def measured_guard(sheet: Sheet, name: str, work: Callable[[], None]) -> None:
        with meter.measure(name):
            guard(sheet, name, work)

    def measured_root(unit: Unit) -> object:
        with meter.measure(PARSING):
            return parse(unit)

    def measured_join(files: list[ScannedFile], facts: Mapping[tuple[str, Role], list[Fact]]) -> Joined:
        joined = join(files, facts)
        with meter.measure(JOINING):
            if joined.program.modules:
                _ = (joined.live.mentioned, joined.web.routes, joined.program.callers)
        return joined

    def measured_rules(plan: Plan) -> tuple[tuple[Rule, object], ...]:
        return tuple((rule, MeasuredCheck(check, meter)) for rule, check in project_rules(plan))

    root, checks = cached_property(measured_root), cached_property(measured_rules)
    root.__set_name__(Unit, "root")
    checks.__set_name__(Plan, "project_rules")
    with (
        patch.object(Sheet, "guard", measured_guard),
        patch.object(Unit, "root", root),
        patch.object(Plan, "project_rules", checks),
        patch.object(engine, "join", measured_join),
    ):
        yield


class MeasuredCheck:
    """A project check that is charged."""

    def __init__(self, check: object, meter: Meter) -> None:
        """Take the check."""
        self.check = check
        self.meter = meter

    def __getattr__(self, name: str) -> object:
        """Everything but the call is the check's."""
        return getattr(self.check, name)

    def __call__(self, facts: object, rule: Rule) -> object:
        """Run and charge it."""
        with self.meter.measure(rule.id):
            return self.check(facts, rule)  # type: ignore[operator]


def time_parsing(corpus: Corpus) -> float:
    """Seconds to parse the tree once."""
    begin = time.process_time()
    parse_all(corpus.root)
    return time.process_time() - begin


def render(shares: Mapping[str, Mapping[str, float]], lines: int) -> Iterator[str]:
    """The table, the dearest first; what is left is one line."""
    names = {name for costs in shares.values() for name in costs}
    ordered = sorted(names, key=lambda name: (-sum(costs.get(name, 0.0) for costs in shares.values()), name))
    yield f"| rule or collector | {' | '.join(find_corpus(tree).title for tree in shares)} |"
    yield f"| --- |{' --: |' * len(shares)}"
    for name in ordered[:lines]:
        yield f"| {name} | {' | '.join(f'{costs.get(name, 0.0):.2f} x' for costs in shares.values())} |"
    rest = [sum(costs.get(name, 0.0) for name in ordered[lines:]) for costs in shares.values()]
    yield f"| {len(ordered[lines:])} others together | {' | '.join(f'{share:.2f} x' for share in rest)} |"
    yield f"| **all** | {' | '.join(f'**{sum(costs.values()):.2f} x**' for costs in shares.values())} |"


def main() -> int:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lines", type=int, default=60, help="how many rules to show by themselves")
    options = parser.parse_args()
    rules = tuple(rule for rule in load_catalogue().rules if rule.channel in (Channel.CODE, Channel.CONFIG))
    shares: dict[str, dict[str, float]] = {}
    for tree in TREES:
        corpus, meter = find_corpus(tree), Meter()
        with charged(meter):
            measure_scan(corpus, rules, meter)
        whole = time_parsing(corpus)
        shares[tree] = {name: seconds / whole for name, seconds in meter.seconds.items()}
    text = HEAD + "\n".join(render(shares, options.lines)) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
