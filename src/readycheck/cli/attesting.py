"""What `readycheck attest` writes: one entry at the end of the attestations, after all that stands there already."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from readycheck.audit.attestations import MOST_BYTES, Attestation, parse_attestations
from readycheck.audit.errors import SettingsError, UsageError
from readycheck.audit.settings import load_settings
from readycheck.audit.waivers import parse_date
from readycheck.cli.catalogue import check_word, load_rules
from readycheck.cli.console import print_note
from readycheck.cli.pipeline import find_base
from readycheck.cli.places import check_place, write_file
from readycheck.edits.files import RefusedError, find_inside, read_limited
from readycheck.model.vocabulary import Channel

USUAL_DAYS = 90
HEAD = """\
# What no machine can see: somebody says it and names the proof, until a day. The newest entry of an item counts.
attestations:
"""


@dataclass(frozen=True, slots=True)
class AttestRequest:
    """What the command line says; `until` is a day, empty for 90 days from today."""

    item: str
    path: Path
    owner: str
    statement: str
    proof: Sequence[str]
    until: str = ""
    config: Path | None = None


def attest(request: AttestRequest) -> None:
    """Check the new entry together with all the others, and write the file. Raises AuditError or OSError."""
    root = find_base(request.path)
    settings = load_settings(root, request.config)
    items = load_rules((), examples=False).items
    check_word(request.item, [item.id for item in items], "item")
    item = next(item for item in items if item.id == request.item)
    if Channel.ATTESTATION not in item.channels:
        raise UsageError(f"{item.id} takes proof from {', '.join(item.channels)}, not from an attestation")
    today = date.today()  # noqa: DTZ011 - an attestation is made on a day of the user's calendar
    until = parse_date(request.until) if request.until else today + timedelta(days=item.attested_days or USUAL_DAYS)
    if until is None:
        raise UsageError(f'--until: "{request.until}" must be a day, such as {today + timedelta(days=USUAL_DAYS)}')
    file = locate(root, settings.attestations)
    text = append(read(file), render_entry(request, today, until))
    newest = parse_attestations(text, root, items, today, settings.attestations)[-1]
    check_proof(newest)
    check_place(file, root)
    write_file(file, text)
    print_note(f"{file}: {newest.owner} attests {newest.item} until {newest.until}; `readycheck audit` reads it")


def locate(root: Path, name: str) -> Path:
    """Where the attestations lie."""
    try:
        return find_inside(root, name)
    except RefusedError as error:
        raise SettingsError(f"{name}: {error}") from error


def read(file: Path) -> str:
    """The text of the file, the head of a new one if there is none."""
    if not file.exists():
        return HEAD
    return read_limited(file, MOST_BYTES).decode("utf-8")


def append(text: str, entry: str) -> str:
    """The text with an entry at its end, where the list is."""
    return f"{text.rstrip(os.linesep)}\n{'' if text.rstrip().endswith(':') else chr(10)}{entry}"


def render_entry(request: AttestRequest, made: date, until: date) -> str:
    """The entry as YAML; texts are quoted as JSON, which YAML reads too."""
    proof = ", ".join(json.dumps(one, ensure_ascii=False) for one in request.proof)
    return (
        f"  - item: {request.item}\n"
        f"    statement: {json.dumps(request.statement, ensure_ascii=False)}\n"
        f"    owner: {json.dumps(request.owner, ensure_ascii=False)}\n"
        f"    made: {made}\n"
        f"    until: {until}\n"
        f"    proof: [{proof}]\n"
    )


def check_proof(attestation: Attestation) -> None:
    """Raise UsageError if a file that is named as proof is not there."""
    if attestation.missing:
        raise UsageError(f"--proof: not there: {', '.join(attestation.missing)}; name a file of the project, or a link")
