"""What answers tell about the software behind them without need."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response

VERSIONED = ("server", "via", "x-generator", "x-served-by", "x-backend-server")
TELLTALE = ("x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-powered-cms")
VERSION = re.compile(r"[A-Za-z][\w.+-]*/\d+(?:\.\d+)+|\b[A-Za-z]+ \d+\.\d+(?:\.\d+)*")


@examines("page")
def software_named(recording: Recording, rule: Rule) -> Judgement:
    """A header names a product with its version, or exists only to name the framework."""
    answers = list(recording.answered())
    found: dict[str, list[tuple[Exchange, Response]]] = defaultdict(list)
    for answer in answers:
        for banner in find_banners(answer[1]):
            found[banner].append(answer)
    matches = [
        make_match(
            rule,
            places[0][0].locate(banner.partition(":")[0], banner),
            f"{name_operation(places[0][0])} tells {banner} (on {len(places)} of {len(answers)} answers)",
        )
        for banner, places in found.items()
    ]
    return decide(recording, matches, len(answers), f"no version is told in {len(answers)} answers", "page")


def find_banners(response: Response) -> Iterator[str]:
    """Such headers of an answer."""
    for name, value in response.headers:
        lower = name.lower()
        if (lower in TELLTALE and value.strip()) or (lower in VERSIONED and VERSION.search(value)):
            yield f"{lower}: {value[:80]}"
