"""What a live check says, and how the judgements of a channel's rules become what was observed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from readycheck.model.evidence import Match, Observed, RuleError
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check says: refuted (matches of a violation), proved (matches of a control), or unproven with the reason.

    `examined` counts what was looked at. `proof` is what was seen where a violation rule has no match: it states facts
    (`4 foreign origins got no access-control-allow-origin`). `unproven` says why nothing can be said, `absent` why the
    rule does not apply to this service or database.
    """

    examined: int = 0
    matches: tuple[Match, ...] = ()
    proof: str = ""
    unproven: str = ""
    absent: str = ""


def judge_channel(channel: Channel, rules: Iterable[Rule], judge: Callable[[Rule], Judgement]) -> Observed:
    """What the rules of a live channel say. A check that breaks is an error of its rule, and of no other."""
    judged: dict[str, Judgement] = {}
    errors: list[RuleError] = []
    for rule in rules:
        if rule.channel is not channel:
            continue
        try:
            judged[rule.id] = judge(rule)
        except Exception as error:  # noqa: BLE001 - what a check does to a strange answer must not cost the others
            errors.append(RuleError(rule.id, "", f"{type(error).__name__}: {error}"))
    return Observed(
        channel,
        tuple(match for one in judged.values() for match in one.matches),
        {name: one.examined for name, one in judged.items()},
        _pick(judged, "proof"),
        _pick(judged, "unproven"),
        _pick(judged, "absent"),
        tuple(errors),
    )


def _pick(judged: Mapping[str, Judgement], field: str) -> dict[str, str]:
    """One of the texts of the judgements, by rule, where there is one."""
    return {name: text for name, one in judged.items() if (text := getattr(one, field))}
