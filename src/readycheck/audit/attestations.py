"""What no machine can see: somebody says it, names the proof, and the word ends on a day.

`attestations.yaml` holds a list; the newest entry for an item counts. It proves only items whose checklist entry takes
attestations, and an entry whose day has passed, or whose proof is a file that is not there, fails its item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from readycheck.audit.errors import SettingsError, count
from readycheck.audit.fingerprint import Identity, fingerprint_all
from readycheck.audit.waivers import WARNING, parse_date
from readycheck.catalog.problems import Faults, Problem, render_key
from readycheck.catalog.shape_check import check_shape
from readycheck.catalog.shapes import Field, Record, Several, Text, Word
from readycheck.catalog.yaml_budget import LoadedYaml, YamlError, load_yaml
from readycheck.edits.files import RefusedError, find_inside, read_limited
from readycheck.model.evidence import Evidence
from readycheck.model.finding import Finding
from readycheck.model.location import Span
from readycheck.model.report import Notice
from readycheck.model.rule import Item
from readycheck.model.vocabulary import Channel, Confidence, Outcome, Polarity

MOST_BYTES = 1_000_000
LONGEST_DAYS = 366
RULE = "attestation"
EXPIRED = "attestation-expired"
UNFOUNDED = "attestation-without-proof"
DAY = r"\d{4}-\d\d-\d\d"


@dataclass(frozen=True, slots=True)
class Attestation:
    """One word: `owner` says `statement` about an item, made on a day, good until another, with links or files.

    `where` is the entry in its file; `missing` are the files among the proof that are not there.
    """

    item: str
    statement: str
    owner: str
    made: date
    until: date
    proof: tuple[str, ...]
    where: Span
    missing: tuple[str, ...] = ()

    def describe(self) -> str:
        """Who said what, until when, with which proof."""
        proof = ", ".join(self.proof)
        return f"{self.owner} on {self.made}, good until {self.until}: {self.statement} (proof: {proof})"


@dataclass(frozen=True, slots=True)
class Attested:
    """The attestations by what they are worth today."""

    valid: Mapping[str, Attestation] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()


def make_shape(items: Sequence[str]) -> Record:
    """What the file may hold."""
    entry = Record(
        (
            Field("item", Word(tuple(items), "item"), "The checklist item.", required=True),
            Field("statement", Text(), "What is so.", required=True),
            Field("owner", Text(), "Who says it.", required=True),
            Field("made", Text(DAY, "a day such as 2031-01-31"), "The day on which it was looked at.", required=True),
            Field("until", Text(DAY, "a day such as 2031-01-31"), "The last day on which it holds.", required=True),
            Field(
                "proof",
                Several(Text(), least=1, single=True),
                "Links, commits, or files below the root.",
                required=True,
            ),
        ),
        "an attestation",
    )
    return Record((Field("attestations", Several(entry), "The attestations.", required=True),), "the attestations")


def load_attestations(root: Path, items: Sequence[Item], today: date, name: str) -> tuple[Attestation, ...]:
    """The attestations in a file of the project, none if it is not there. Raises SettingsError with every problem."""
    try:
        path = find_inside(root, name)
        if not path.exists():
            return ()
        text = read_limited(path, MOST_BYTES).decode("utf-8-sig")
    except (RefusedError, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: {error}") from error
    return parse_attestations(text, root, items, today, name)


def parse_attestations(text: str, root: Path, items: Sequence[Item], today: date, name: str) -> tuple[Attestation, ...]:
    """The attestations in a text; files among their proof are looked up below `root`. Raises SettingsError."""
    try:
        loaded = load_yaml(text, name)
    except YamlError as error:
        raise SettingsError(str(error)) from error
    if loaded.value is None:
        return ()
    faults = Faults()
    check_shape(loaded.value, make_shape([item.id for item in items]), (), faults)
    if not faults.found:
        check_days(loaded, {item.id: item for item in items}, today, faults)
    if faults.found:
        raise SettingsError(
            str(Problem(name, loaded.line_of(fault.path), render_key(fault.path), fault.text, fault.nearest))
            for fault in faults.found
        )
    return tuple(
        read_entry(entry, Span(name, line, 1, line, 1), root)
        for number, entry in enumerate(loaded.value["attestations"])
        for line in (loaded.line_of(("attestations", number)),)
    )


def check_days(loaded: LoadedYaml, items: Mapping[str, Item], today: date, faults: Faults) -> None:
    """Days exist, lie in order, are not in the future, and not further apart than the item allows."""
    for number, entry in enumerate(loaded.value["attestations"]):
        made, until = parse_date(entry["made"]), parse_date(entry["until"])
        for key, day in (("made", made), ("until", until)):
            if day is None:
                faults.add(("attestations", number, key), "there is no such day")
        if made is None or until is None:
            continue
        longest = items[entry["item"]].attested_days or LONGEST_DAYS
        if made > today:
            faults.add(("attestations", number, "made"), "lies in the future")
        elif until < made:
            faults.add(("attestations", number, "until"), "lies before the day on which it was made")
        elif until - made > timedelta(days=longest):
            last = made + timedelta(days=longest)
            faults.add(("attestations", number, "until"), f"{entry['item']} holds {longest} days at most: until {last}")


def read_entry(entry: Mapping[str, object], where: Span, root: Path) -> Attestation:
    """An entry whose shape and days have been checked."""
    proof = entry["proof"]
    named = tuple(str(one) for one in proof) if isinstance(proof, list) else (str(proof),)
    made, until = parse_date(entry["made"]), parse_date(entry["until"])
    if made is None or until is None:
        raise AssertionError("days are checked before")
    missing = tuple(one for one in named if is_path(one) and not is_there(root, one))
    item, statement, owner = (" ".join(str(entry[key]).split()) for key in ("item", "statement", "owner"))
    return Attestation(item, statement, owner, made, until, named, where, missing)


def is_path(proof: str) -> bool:
    """Whether a proof names a file of the project: no link, no commit, no sentence."""
    return "://" not in proof and " " not in proof and ("/" in proof or "." in proof)


def is_there(root: Path, name: str) -> bool:
    """Whether a file or folder of that name lies in the project."""
    try:
        return find_inside(root, name.partition("#")[0]).exists()
    except (RefusedError, OSError):
        return False


def review_attestations(attestations: Iterable[Attestation], items: Sequence[Item], today: date) -> Attested:
    """Which still hold, which have ended, which end soon, which prove nothing. The newest of an item counts."""
    newest: dict[str, Attestation] = {}
    for one in attestations:
        if one.item not in newest or one.until >= newest[one.item].until:
            newest[one.item] = one
    known = {item.id: item for item in items}
    valid: dict[str, Attestation] = {}
    findings: list[Finding] = []
    notices: list[Notice] = []
    for one in newest.values():
        item = known[one.item]
        if one.until < today:
            message = f"the attestation of {one.owner} ended on {one.until}: look again, then renew it or remove it"
            findings.append(make_finding(EXPIRED, item, one, message))
        elif one.missing:
            message = f"the attestation names a proof that is not there: {', '.join(one.missing)}"
            findings.append(make_finding(UNFOUNDED, item, one, message))
        elif Channel.ATTESTATION not in item.channels:
            text = f"an attestation proves nothing about {item.id}, which takes proof from {', '.join(item.channels)}"
            notices.append(Notice("attestation-without-effect", text, one.where))
        else:
            valid[one.item] = one
            if one.until - today <= WARNING:
                notices.append(Notice("attestation-ends-soon", describe_end(one, today), one.where))
    return Attested(valid, tuple(findings), tuple(notices))


def describe_end(one: Attestation, today: date) -> str:
    """`the attestation for backups (owner Ann) ends in 3 days, on 2031-05-20`."""
    left = (one.until - today).days
    when = "today" if left == 0 else f"in {count(left, 'day')}, on {one.until}"
    return f"the attestation for {one.item} (owner {one.owner}) ends {when}"


def make_finding(rule: str, item: Item, one: Attestation, message: str) -> Finding:
    """An entry that counts against its item."""
    (mark,) = fingerprint_all([Identity(rule, one.where.path, text=item.id)])
    return Finding(rule, item.id, item.priority, Confidence.HIGH, message, mark, one.where)


def make_evidence(one: Attestation) -> Evidence:
    """An attestation that holds, as evidence."""
    return Evidence(
        RULE, Channel.ATTESTATION, Polarity.CONTROL, Outcome.ATTESTED, 1, f"attested by {one.describe()}", (one.where,)
    )
