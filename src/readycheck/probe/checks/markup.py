"""Whether markup that was sent comes back as markup."""

from __future__ import annotations

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match
from readycheck.probe.checks.errors import name_short
from readycheck.probe.exchange import Recording, Response
from readycheck.probe.plans.markup import MARK

RAW = f"<{MARK}>"


@examines("markup")
def markup_comes_back(recording: Recording, rule: Rule) -> Judgement:
    """A page holds the marker as an element."""
    answers = list(recording.answered("markup"))
    matches = [
        make_match(
            rule,
            exchange.locate(RAW, f"{response.status} {name_type(response)}, with {RAW}"),
            f"{name_short(exchange)} answers {name_type(response)} in which {RAW} stands as it was sent",
        )
        for exchange, response in answers
        if RAW in response.text and may_be_page(response)
    ]
    back = [response for _, response in answers if MARK in response.text]
    if matches:
        return Judgement(len(answers), tuple(matches))
    if not back:
        return Judgement(len(answers), unproven=recording.explain_unsent("markup") or "the marker comes back nowhere")
    if any(RAW in response.text and not is_nosniff(response) for response in back):
        return Judgement(len(answers), unproven="the marker comes back in an answer that browsers may take for a page")
    return Judgement(
        len(answers), proof=f"the marker comes back in {len(back)} answers, escaped or in JSON with nosniff"
    )


def name_type(response: Response) -> str:
    """What an answer calls itself."""
    return response.media_type or "without a type"


def may_be_page(response: Response) -> bool:
    """Whether a browser would show the answer as a page: it is one, or it does not say what it is."""
    return response.is_page or (not response.media_type and not is_nosniff(response))


def is_nosniff(response: Response) -> bool:
    """Whether the browser must believe the type."""
    return (response.value("x-content-type-options") or "").strip().lower() == "nosniff"
