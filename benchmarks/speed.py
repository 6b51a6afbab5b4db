"""How much time and memory readycheck takes, and how much its peers take for the same question, in one run.

    python -m benchmarks.speed [--runs N] [--only WORD ...]

Commands that are compared run in turn, so that whatever else the machine does meets both. Writes
`benchmarks/RESULTS.md`; exit code 1 when a goal is missed. Read the caveats in `benchmarks/README.md` first.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.corpora import WORK, Corpus, find_corpus
from benchmarks.measure import Command, Timing, measure_peak, time_together
from benchmarks.peers import RUFF_T201, SEMGREP_LOCAL, describe_versions
from benchmarks.slope import Slope, measure_slope
from readycheck import __version__

RESULTS = Path(__file__).with_name("RESULTS.md")
STATE = WORK / "state"
NOTHING = WORK / "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """One command on one tree."""

    task: str
    tree: str
    tool: str
    timing: Timing
    peak: float


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise and what was measured: `value` must not exceed `limit`, or with `at_least` not fall below it."""

    text: str
    value: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the promise holds."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Part:
    """What one experiment gave."""

    rows: tuple[Row, ...] = ()
    goals: tuple[Goal, ...] = ()
    slopes: tuple[Slope, ...] = ()


def make_readycheck(*arguments: str, folder: Path = NOTHING, good: tuple[int, ...] = (0, 1)) -> Command:
    """The installed command, with a cache folder of its own."""
    program = shutil.which("readycheck", path=str(Path(sys.executable).parent))
    if program is None:
        sys.exit("readycheck is not installed beside this Python")
    environment = (("READYCHECK_CACHE_DIR", str(STATE)),)
    return Command("readycheck", (program, *arguments), folder, environment, good)


def make_scan(corpus: Corpus, *arguments: str) -> Command:
    """A scan of a whole corpus with its report as JSON."""
    return make_readycheck("scan", ".", "--format", "json", *arguments, folder=corpus.root)


def compare(task: str, corpus: Corpus, commands: list[Command], runs: int) -> list[Row]:
    """Time commands against each other, then take the peak memory of each."""
    timings = time_together(commands, runs)
    return [
        Row(task, corpus.title, command.name, timing, measure_peak(command))
        for command, timing in zip(commands, timings, strict=True)
    ]


def compare_with_ruff(runs: int) -> Part:
    """One anchored rule against ruff's T201, both without a cache."""
    rows, goals = [], []
    for name in ("django", "ha"):
        corpus = find_corpus(name)
        ruff = Command("ruff", (*RUFF_T201, "--output-format=concise", "."), corpus.root)
        pair = compare(
            "print-call / T201", corpus, [make_scan(corpus, "--no-cache", "--select", "print-call"), ruff], runs
        )
        rows += pair
        if name == "ha":
            ratio = pair[0].timing.cpu / pair[1].timing.cpu
            goals.append(Goal("one rule on Home Assistant, CPU, to ruff's T201", ratio, 1.0, "x"))
    return Part(tuple(rows), tuple(goals))


def compare_with_semgrep(runs: int) -> Part:
    """All rules against semgrep with a local file of equivalent ones, both without a cache."""
    rows, goals = [], []
    for name, limit in (("payload", 8.0), ("llm", 8.0), ("django", 4.0)):
        corpus = find_corpus(name)
        semgrep = Command("semgrep", (*SEMGREP_LOCAL, "--json", "--quiet", "."), corpus.root, good=(0,))
        pair = compare("all rules", corpus, [make_scan(corpus, "--no-cache"), semgrep], min(runs, 3))
        rows += pair
        for kind, ours, theirs in (
            ("CPU", pair[0].timing.cpu, pair[1].timing.cpu),
            ("wall", pair[0].timing.wall, pair[1].timing.wall),
        ):
            goals.append(
                Goal(
                    f"all rules on {corpus.title}, {kind}, semgrep's to ours", theirs / ours, limit, "x", at_least=True
                )
            )
    return Part(tuple(rows), tuple(goals))


def compare_cold_and_warm(runs: int) -> Part:
    """All rules without a cache, and with everything in it."""
    rows, goals = [], []
    for name in ("ha", "ha-wheel", "django", "payload", "llm"):
        corpus = find_corpus(name)
        rows += compare("all rules, cold", corpus, [make_scan(corpus, "--no-cache")], runs)
        warm = compare("all rules, warm", corpus, [make_scan(corpus)], runs)
        rows += warm
        if name == "ha":
            goals.append(Goal("warm unchanged scan of Home Assistant, wall", warm[0].timing.wall, 0.4, "s"))
    return Part(tuple(rows), tuple(goals))


def time_start(runs: int) -> Part:
    """What a person waits for before anything is read; the bare interpreter is the floor."""
    bare = Command("python -c pass", (sys.executable, "-c", "pass"), NOTHING)
    version, usage = make_readycheck("--version", good=(0,)), make_readycheck("--help", good=(0,))
    timings = time_together([bare, version, usage], 3 * runs)
    names = ("python -c pass", "readycheck --version", "readycheck --help")
    peaks = map(measure_peak, (bare, version, usage))
    rows = [Row("start", "", name, timing, peak) for name, timing, peak in zip(names, timings, peaks, strict=True)]
    goals = (
        Goal("readycheck --version, wall", timings[1].wall, 0.15, "s"),
        Goal("readycheck --help, wall", timings[2].wall, 0.2, "s"),
    )
    return Part(tuple(rows), goals)


def measure_slopes(runs: int) -> Part:
    """What each further rule costs."""
    return Part(
        slopes=tuple(measure_slope(find_corpus(name), make_selection, min(runs, 3)) for name in ("django", "payload"))
    )


def make_selection(corpus: Corpus, rules: Sequence[str]) -> Command:
    """A cold scan with some rules only."""
    return make_scan(corpus, "--no-cache", *(f"--select={rule}" for rule in rules))


EXPERIMENTS: dict[str, Callable[[int], Part]] = {
    "start": time_start,
    "ruff": compare_with_ruff,
    "warm": compare_cold_and_warm,
    "slope": measure_slopes,
    "semgrep": compare_with_semgrep,
}


def render_rows(rows: list[Row]) -> list[str]:
    """The table of all measurements; the ratio is to the first tool of the same task and tree."""
    lines = [
        "| task | tree | tool | CPU s | wall s | peak MB | CPU ratio |",
        "| --- | --- | --- | --: | --: | --: | --: |",
    ]
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        base = first.setdefault((row.task, row.tree), row)
        ratio = "" if base is row else f"{row.timing.cpu / base.timing.cpu:.2f}"
        cells = f"{row.timing.cpu:.2f} | {row.timing.wall:.2f} | {row.peak:.0f} | {ratio}"
        lines.append(f"| {row.task} | {row.tree} | {row.tool} | {cells} |")
    return lines


def render_goals(goals: list[Goal]) -> list[str]:
    """The promises, each with what was measured."""
    lines = ["| goal | limit | measured | |", "| --- | --: | --: | --- |"]
    for goal in goals:
        sign, verdict = (">=" if goal.at_least else "<="), ("met" if goal.is_met else "**missed**")
        lines.append(f"| {goal.text} | {sign} {goal.limit:g} {goal.unit} | {goal.value:.2f} {goal.unit} | {verdict} |")
    return lines


def render(parts: list[Part], circumstances: str) -> str:
    """The result as Markdown."""
    lines = ["# Speed", "", "Written by `python -m benchmarks.speed`. " + circumstances, ""]
    lines += ["## Goals", "", *render_goals([goal for part in parts for goal in part.goals]), ""]
    lines += ["## Measurements", "", "Medians; ratios are to readycheck.", ""]
    lines += [*render_rows([row for part in parts for row in part.rows]), ""]
    lines += ["## Cost of a rule", "", *[line for part in parts for slope in part.slopes for line in slope.render()]]
    return "\n".join(lines).rstrip() + "\n"


def describe_circumstances(load: float) -> str:
    """Versions, machine, load and date in a sentence."""
    versions = ", ".join(f"{name} {version}" for name, version in describe_versions().items() if name != "node")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {cores} cores"
    loads = f"load average {load:.1f} before and {os.getloadavg()[0]:.1f} after"
    return f"readycheck {__version__}, {versions}; {machine}; {loads}; {datetime.now(UTC):%Y-%m-%d}."


def main() -> int:
    """Run the experiments; exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median is taken (semgrep: at most 3)")
    parser.add_argument("--only", action="append", choices=EXPERIMENTS, help="this experiment (repeatable)")
    options = parser.parse_args()
    for folder in (STATE, NOTHING):
        folder.mkdir(parents=True, exist_ok=True)
    load, parts = os.getloadavg()[0], []
    for name in options.only or EXPERIMENTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        parts.append(EXPERIMENTS[name](options.runs))
    text = render(parts, describe_circumstances(load))
    print(text)
    if not options.only:
        RESULTS.write_text(text, encoding="utf-8")
    return 0 if all(goal.is_met for part in parts for goal in part.goals) else 1


if __name__ == "__main__":
    sys.exit(main())
