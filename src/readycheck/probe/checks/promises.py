"""Whether a rate limit is what the service itself advertises."""

from __future__ import annotations

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.checks.rates import explain_unreached
from readycheck.probe.exchange import Exchange, Observation, Recording
from readycheck.probe.limits import Limit, read_limits, tightest

SUCCESS = range(200, 300)
SPARE = 5  # a limiter of several processes may count a little late


@examines("burst")
def limit_not_kept(recording: Recording, rule: Rule) -> Judgement:
    """More requests are answered than the service said were left, before the end of the window that it named."""
    bursts = recording.seen("burst")
    first = next((pair[0] for pair in recording.answered("burst/first")), None)
    if not bursts or first is None:
        return Judgement(unproven=explain_unreached(recording))
    limit = tightest(read_limits(first.response)) if first.response else None
    if limit is None or limit.remaining is None:
        return Judgement(len(bursts), unproven="the burst's answers advertise no limit that could be kept or not")
    match = find_excess(rule, recording, first, limit, bursts[0])
    return Judgement(len(bursts), (match,) if match else (), unproven="" if match else explain_unreached(recording))


def find_excess(rule: Rule, recording: Recording, first: Exchange, limit: Limit, burst: Observation) -> Match | None:
    """The burst that went on although nothing was left; what may have become free meanwhile is not counted."""
    last = next((response for _, response in recording.answered("burst/last")), None)
    sent, seconds = burst.data.get("sent"), burst.data.get("seconds")
    good = first.response is not None and first.response.status in SUCCESS and last and last.status in SUCCESS
    if not (good and burst.data.get("end") == "no limit" and isinstance(sent, int) and limit.reset):
        return None
    took = float(seconds) if isinstance(seconds, int | float) else 0.0
    left = limit.remaining or 0
    freed = (limit.limit or left) * took / limit.reset
    if took >= limit.reset or sent - 1 <= left + freed + SPARE:
        return None
    where = first.locate(f"{sent} requests in {took:.0f} s", f"all were answered, {left} were left after the first")
    told = (
        f"advertises {limit.describe()}, said that {left} were left for {limit.reset} s, and answered {sent - 1} more"
    )
    return make_match(rule, where, f"{name_operation(first)} {told}")
