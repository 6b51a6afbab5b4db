"""What the tools said, as names of findings: read from what they wrote for programs, not for people."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

MOST_NAME = 100
# nmap prints what it saw as well; a finding is what has one of these words, or comes from a script that has no others.
SIGNS = {
    "http-headers": "",
    "http-errors": "",
    "http-methods": "Potentially risky",
    "http-security-headers": "not conf",
}
NUMBER = re.compile(r"\b\d{4,5}\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a tool found; of readycheck also what it proved, and what it could not prove (`told`) and why."""

    findings: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """What a tool left behind."""

    text: str
    folder: Path


def read_ours(output: Output) -> Reading:
    """Rules with findings, `rule: message`; proofs; and why a burst proved nothing."""
    report = json.loads((output.folder / "report.json").read_text(encoding="utf-8"))
    findings = [f"{one['rule']}: {one['message']}" for one in report["findings"]]
    evidence = [
        (f"{one['rule']}: {one['message']}", one["outcome"]) for item in report["items"] for one in item["evidence"]
    ]
    proofs = [text for text, outcome in evidence if outcome == "pass"]
    told = [text for text, outcome in evidence if outcome == "unproven" and "not run" not in text]
    return Reading(tuple(findings), tuple(proofs), tuple(told))


def read_observatory(output: Output) -> Reading:
    """The tests that it fails."""
    tests = json.loads(output.text)["tests"]
    return Reading(tuple(f"{name}: {test['result']}" for name, test in tests.items() if not test["pass"]))


def read_drheader(output: Output) -> Reading:
    """Its list."""
    found = json.loads(output.text[output.text.index("[") :]) if "[" in output.text else []
    return Reading(tuple(f"{one['rule']}: {one['message']}{tell_anomalies(one)}" for one in found))


def tell_anomalies(one: Mapping[str, object]) -> str:
    """What exactly is wrong with a header's value."""
    anomalies = one.get("anomalies")
    return f" ({', '.join(map(str, anomalies))})" if isinstance(anomalies, list) else ""


def read_schemathesis(output: Output) -> Reading:
    """Each kind of failure with each operation."""
    report = json.loads((output.folder / "schemathesis.json").read_text(encoding="utf-8"))
    return Reading(tuple(f"{one['title']}: {name}" for one in report["failures"] for name in one["operations"]))


def read_nmap(output: Output) -> Reading:
    """What its scripts print, one finding a script; an error of a script is none."""
    tree = ET.parse(output.folder / "nmap.xml")  # noqa: S314 - nmap wrote it
    found = [(str(one.get("id")), " ".join(str(one.get("output")).split())) for one in tree.iter("script")]
    return Reading(
        tuple(
            f"{name}: {text}"
            for name, text in found
            if text and not text.startswith("ERROR") and (name not in SIGNS or (SIGNS[name] and SIGNS[name] in text))
        )
    )


def read_sslyze(output: Output) -> Reading:
    """How the configuration differs from the recommended one; nothing if it is compliant."""
    if "FAILED - Not compliant" in output.text:
        told = output.text.partition("FAILED - Not compliant")[2].splitlines()[1:]
        return Reading(tuple(line.strip().lstrip("* ") for line in told if line.strip().startswith("*")))
    if "OK - Compliant" not in output.text:
        raise ValueError(f"sslyze has no verdict: {output.text[-500:]}")
    return Reading()


READERS: Mapping[str, Callable[[Output], Reading]] = {
    "readycheck": read_ours,
    "readycheck-all": read_ours,
    "observatory": read_observatory,
    "drheader": read_drheader,
    "schemathesis": read_schemathesis,
    "nmap": read_nmap,
    "sslyze": read_sslyze,
}


def shorten(name: str) -> str:
    """A finding in a line of a table, without what differs from run to run."""
    text = NUMBER.sub("N", name.replace("|", "/").replace("\n", " "))
    return text if len(text) <= MOST_NAME else f"{text[:MOST_NAME]}..."
