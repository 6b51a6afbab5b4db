import pytest

from readycheck.catalog import load_catalogue
from readycheck.database.catalog import Row
from readycheck.database.checks.contract import reads, tell_duration
from readycheck.database.inspection import Inspection
from readycheck.database.judge import judge
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule

RULES = load_catalogue().rules


@reads("role", "schema")
def proves(_inspection: Inspection, _rule: Rule) -> Judgement:
    return Judgement(1, proof="all is well")


def test_a_check_whose_topic_is_missing_says_why() -> None:
    told = proves(Inspection("x", skipped={"role": "may not", "schema": "locked"}), RULES[0])
    assert told == Judgement(unproven="may not; locked")
    assert "does not hold it: role, schema" in proves(Inspection("x"), RULES[0]).unproven


def test_a_check_whose_topic_was_read_in_part_proves_nothing() -> None:
    read = {"role": (), "tables": ()}
    assert proves(Inspection("x", read), RULES[0]).proof == "all is well"
    partly = proves(Inspection("x", read, {"schema": "left out: a"}), RULES[0])
    assert (partly.proof, partly.unproven) == ("", "all is well, but left out: a")


def test_a_recording_with_nothing_in_it_breaks_no_rule_and_proves_none() -> None:
    seen = judge(Inspection("x"), RULES)
    assert seen.errors == ()
    assert seen.matches == ()
    assert seen.proofs == {}
    assert all(seen.reasons.values())


def test_rows_without_values_break_no_rule() -> None:
    topics = [
        "session", "server", "settings", "role", "tables", "columns", "indexes", "foreign_keys", "checks", "statistics",
        "use", "activity", "prepared", "sequences", "extensions", "archiver", "replicas", "logins", "identity",
    ]  # fmt: skip
    assert judge(Inspection("x", {topic: (Row({}),) for topic in topics}), RULES).errors == ()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 seconds"), (1, "1 second"), (61, "1 minute"), (7_300, "2 hours"), (200_000, "2 days")],
)
def test_an_age_is_told_as_a_person_tells_it(seconds: float, text: str) -> None:
    assert tell_duration(seconds) == text
