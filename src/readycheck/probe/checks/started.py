"""How a process starts that lacks something; and what all checks of started processes share."""

from __future__ import annotations

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match
from readycheck.probe.exchange import Observation, Recording

NOT_STARTED = "shown only by a process that the probe starts: --start COMMAND"


def explain_missing(recording: Recording, topic: str, otherwise: str = "") -> str:
    """Why a scenario says nothing."""
    reason = recording.explain_unsent(topic)
    if reason or recording.facts.get("started"):
        return reason or otherwise or "nothing of the kind that it examines was seen"
    return NOT_STARTED


def read_text(seen: Observation, key: str) -> str:
    """A text of an observation, empty if there is none."""
    value = seen.data.get(key)
    return value if isinstance(value, str) else ""


def read_number(seen: Observation, key: str) -> float:
    """A number of an observation, 0 if there is none."""
    value = seen.data.get(key)
    return float(value) if isinstance(value, int | float) else 0.0


def read_texts(seen: Observation, key: str) -> list[str]:
    """The texts in a list of an observation."""
    value = seen.data.get(key)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


@examines("start-without")
def starts_incomplete(recording: Recording, rule: Rule) -> Judgement:
    """It starts, or ends as if all were well, although a required variable is missing."""
    seen = recording.seen("start-without")
    matches = tuple(
        make_match(
            rule,
            one.locate(f"without {read_text(one, 'name')}", describe_start(one)),
            f"started without {read_text(one, 'name')} ({describe_how(one)}), it {describe_start(one)}",
        )
        for one in seen
        if not is_refused(one)
    )
    if not seen:
        return Judgement(unproven=explain_missing(recording, "start-without"))
    names = ", ".join(read_text(one, "name") for one in seen)
    silent = [read_text(one, "name") for one in seen if not one.data.get("named")]
    if silent and not matches:
        return Judgement(len(seen), unproven=f"it refuses to start, but does not name {', '.join(silent)}")
    proof = f"without each of {names} it ends with an exit code that is not 0, and names the variable"
    return Judgement(len(seen), matches, "" if matches else proof)


@examines("start-without")
def missing_variable_unnamed(recording: Recording, rule: Rule) -> Judgement:
    """It refuses to start without a variable, and does not say which."""
    seen = [one for one in recording.seen("start-without") if is_refused(one)]
    matches = tuple(
        make_match(
            rule,
            one.locate(f"without {read_text(one, 'name')}", f"exit code {one.data['code']}, name not in the output"),
            f"started without {read_text(one, 'name')}, it ended with exit code {one.data['code']} and did not name"
            f" the variable{describe_last(one)}",
        )
        for one in seen
        if not one.data.get("named")
    )
    if not seen:
        return Judgement(unproven=explain_missing(recording, "start-without", "it starts without them"))
    return Judgement(len(seen), matches, "" if matches else f"{len(seen)} missing variables were named in the output")


def is_refused(seen: Observation) -> bool:
    """Whether it ended by itself, with an exit code that says that something is wrong, before it answered."""
    return isinstance(seen.data.get("code"), int) and seen.data["code"] != 0 and not seen.data.get("answered")


def describe_start(seen: Observation) -> str:
    """What it did."""
    if seen.data.get("answered"):
        return "went on and answered requests"
    if seen.data.get("code") == 0:
        return "ended with exit code 0"
    return f"was still running after {read_number(seen, 'seconds'):.0f} s without having said why"


def describe_how(seen: Observation) -> str:
    """How the variable was taken away."""
    return "given as an empty text" if read_text(seen, "how") == "empty" else "taken out of its environment"


def describe_last(seen: Observation) -> str:
    """The last line that it wrote."""
    lines = read_texts(seen, "last")
    return f'; its last line: "{lines[-1][:120]}"' if lines else ""
