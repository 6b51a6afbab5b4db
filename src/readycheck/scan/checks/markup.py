"""Checks on text that becomes HTML."""

from __future__ import annotations

import re
from collections import Counter

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.late import compile_late

MOST_PLACES = 5
SHOWN_ONLY = compile_late(r"(?:^|/)(?:examples?|demos?|samples?)/|\.(?:example|stories|demo)\.[jt]sx?$", re.IGNORECASE)
"""Files that show how a thing is used; browser code among them is no page of the product."""


@requires("html-sink")
def text_as_html(facts: Facts, rule: Rule) -> CheckResult:
    """Text from outside is put into HTML as it is."""
    sinks = [one for one in facts.get("html-sink", ()) if not SHOWN_ONLY.search(one.where.path)]
    return CheckResult(len(sinks), tuple(match_sink(rule, one) for one in sinks if one.data["verdict"] == "open"))


def match_sink(rule: Rule, sink: Fact) -> Match:
    """The match of one place."""
    put, name = str(sink.data["put"]), str(sink.data["sink"])
    message = f"`{put}` is put into HTML unescaped ({name})"
    return Match(rule.id, sink.where, str(sink.data["symbol"]), put, message)


@requires("html-sink", "html-text")
def text_stays_text(facts: Facts, rule: Rule) -> CheckResult:
    """All text reaches the client as text, and what is handed out as HTML holds nothing from outside.

    Where some HTML is not known to be safe, nothing counts as examined.
    """
    sinks, texts = facts.get("html-sink", ()), facts.get("html-text", ())
    if not texts or any(one.data["verdict"] != "constant" for one in sinks):
        return CheckResult(0)
    counts: Counter[str] = Counter()
    for one in texts:
        number = one.data["count"]
        counts[str(one.data["form"])] += number if isinstance(number, int) else 0
    listed = ", ".join(f"{number} {form}" for form, number in counts.most_common())
    what = "1 piece of HTML holds" if len(sinks) == 1 else f"{len(sinks)} pieces of HTML hold"
    message = f"texts: {listed}; {what} nothing from outside" if sinks else f"texts: {listed}; no HTML is put together"
    places = sorted(texts, key=lambda one: (one.data["form"] == "sent as JSON", one.where.path))
    also = tuple(one.where for one in places[1:MOST_PLACES])
    return CheckResult(
        len(texts) + len(sinks), (Match(rule.id, places[0].where, text="texts", message=message, also=also),)
    )
