"""Whether metrics are open to everybody, told by their content."""

from __future__ import annotations

import re

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.exchange import Recording, Response
from readycheck.probe.public import is_meant
from readycheck.probe.text import is_good

SAMPLE = re.compile(
    r"^[a-zA-Z_:][\w:]*(?:\{[^}\n]*\})? [-+0-9.eE]+(?:nan|inf)?(?: \d+)?$", re.IGNORECASE | re.MULTILINE
)
TYPE_LINE = re.compile(r"^# (?:TYPE|HELP) \w+", re.MULTILINE)
FEWEST = 2
REFUSED = (401, 403, 404, 410)


@examines("metrics")
def metrics_public(recording: Recording, rule: Rule) -> Judgement:
    """Metrics that anybody may read, although nobody said that they are meant to be public."""
    answers = list(recording.answered("metrics"))
    if not answers:
        return Judgement(unproven=recording.explain_unsent("metrics") or "the metrics were not asked for")
    open_ones = [(exchange, response) for exchange, response in answers if is_metrics(response)]
    meant = [exchange.request.path for exchange, _ in open_ones if is_meant(recording, exchange.request.path)]
    matches = tuple(
        make_match(
            rule,
            exchange.locate("without credentials", f"{response.status}, {count_samples(response)} samples"),
            f"{name_operation(exchange)} shows {count_samples(response)} samples to anybody without credentials",
        )
        for exchange, response in open_ones
        if exchange.request.path not in meant
    )
    told = [f"{exchange.request.path} ({response.status})" for exchange, response in answers]
    proof = f"meant to be public: {', '.join(meant)}" if meant else f"no metrics for anybody at {', '.join(told)}"
    return Judgement(len(answers), matches, "" if matches else proof)


def is_metrics(response: Response) -> bool:
    """Whether an answer is Prometheus or OpenMetrics text."""
    if not is_good(response) or response.is_page:
        return False
    kind = response.media_type == "application/openmetrics-text"
    return kind or bool(TYPE_LINE.search(response.text)) or count_samples(response) > FEWEST


def count_samples(response: Response) -> int:
    """How many samples a text has."""
    return len(SAMPLE.findall(response.text))
