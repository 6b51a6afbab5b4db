"""What a request costs the chat backend, hardened and bare, and an Express equivalent, in one run.

    python -m benchmarks.chat_backend [--rounds N] [--seconds N]

Three servers of one process each share one Postgres; they are loaded in turn, so that whatever else the machine does
meets all alike. Writes `benchmarks/chat_backend/RESULTS.md`; exit code 1 when a goal is missed, 2 when a run is not
valid. It needs wrk, Node.js 20 and npm besides the backend's libraries.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from benchmarks.chat_backend.load import ENCODINGS, IDENTITY, InvalidRunError, Sample, check_answers, run_load
from benchmarks.chat_backend.results import Series, judge, render
from benchmarks.chat_backend.servers import Stage, call_backend, set_stage

RESULTS = Path(__file__).with_name("RESULTS.md")
WARM_SECONDS = 2
PASSES = {"none": IDENTITY, "compressed": ENCODINGS}


def measure(stage: Stage, rounds: int, seconds: int) -> Series:
    """Samples by pass, kind and server. A first load of each server is not counted."""
    samples: dict[tuple[str, str, str], list[Sample]] = {}
    number = 0
    for accepted, encoding in PASSES.items():
        for turn in range(rounds + 1):
            for kind in stage.targets:
                for server in stage.servers:
                    number += 1
                    run = (number, seconds if turn else WARM_SECONDS)
                    sample = run_load(stage, server, kind, encoding, run)
                    if turn:
                        samples.setdefault((accepted, kind, server.name), []).append(sample)
            print(f"encoding {accepted}, round {turn} of {rounds}", file=sys.stderr, flush=True)
    return Series(samples)


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chat_backend", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of which the median is taken")
    parser.add_argument("--seconds", type=int, default=3, help="of load for each server, kind and round")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    try:
        with set_stage() as stage:
            for server in stage.servers:
                check_answers(stage, server)
            limiters = json.loads(call_backend("benchmarks.chat_backend.limiter", stage.environment))
            series = measure(stage, options.rounds, options.seconds)
            messages = stage.messages
    except InvalidRunError as error:
        print(f"invalid run: {error}", file=sys.stderr)
        return 2
    goals = judge(series)
    text = render(series, limiters, goals, f"{messages:,} messages; load average {before:.1f} before")
    print(text)
    RESULTS.write_text(text, encoding="utf-8")
    return 0 if all(goal.is_met for goal in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
