"""Where the time of a cold scan goes, in one process.

python -m benchmarks.profile_scan CORPUS [--rule ID ...] [--lines N]
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import time

from benchmarks.corpora import CORPORA, WORK, Corpus, find_corpus
from readycheck.catalog import load_catalogue
from readycheck.model.rule import Rule
from readycheck.scan.engine import ScanOptions, choose_files, read_context
from readycheck.scan.files.walk import walk
from readycheck.scan.plan import Plan
from readycheck.scan.reading import Reader
from readycheck.scan.tasks import Task


def read_everything(corpus: Corpus, rules: list[Rule]) -> dict[str, float]:
    """Do what the workers of a scan do, here; returns the seconds of each stage."""
    options, seconds = ScanOptions(cache=False), {}
    begin = time.process_time()
    plan = Plan(tuple(rules))
    seconds["plan"] = time.process_time() - begin
    begin = time.process_time()
    tree = walk(corpus.root, options.exclude, options.max_bytes)
    seconds["walk"] = time.process_time() - begin
    begin = time.process_time()
    wanted, _ = choose_files(tree, plan)
    context = read_context(corpus.root, tree, options)
    seconds["choose files, read manifests"] = time.process_time() - begin
    begin = time.process_time()
    reader = Reader(corpus.root, plan, context, options.max_bytes)
    for file in wanted:
        reader(Task(file.path, file.size, None), lambda: None)
    seconds["read and analyse"] = time.process_time() - begin
    return seconds


def main() -> int:
    """Print the stages without the profiler, then the functions with it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profile_scan", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("corpus", choices=[corpus.name for corpus in CORPORA])
    parser.add_argument("--rule", action="append", default=[], help="this rule only (repeatable)")
    parser.add_argument("--lines", type=int, default=40, help="how many functions to show")
    options = parser.parse_args()
    corpus = find_corpus(options.corpus)
    rules = [rule for rule in load_catalogue().rules if not options.rule or rule.id in options.rule]
    for stage, seconds in read_everything(corpus, rules).items():
        print(f"{seconds:8.3f} s  {stage}")
    profile = cProfile.Profile()
    profile.runcall(read_everything, corpus, rules)
    profile.dump_stats(WORK / f"{corpus.name}.prof")
    pstats.Stats(profile).sort_stats("tottime").print_stats(options.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
