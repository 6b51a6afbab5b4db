"""The checklist file: sections and their items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from readycheck.catalog.problems import CatalogueError, Faults, Path, Problem, render_key
from readycheck.catalog.resources import SourceText
from readycheck.catalog.rule_shape import ID, word_of
from readycheck.catalog.shape_check import check_shape
from readycheck.catalog.shapes import Field, Number, Record, Several, Text
from readycheck.catalog.yaml_budget import LoadedYaml, YamlError, load_yaml
from readycheck.model.rule import Item, Section
from readycheck.model.vocabulary import Channel, Priority

SEED_LINES = 65
KEBAB = Text(ID, "lower-case words joined by hyphens")
ITEM = Record(
    (
        Field("id", KEBAB, "The item's name in reports and rules.", required=True),
        Field("title", Text(), "The item in a few words.", required=True),
        Field("priority", word_of(Priority, "priority"), "How much it weighs.", required=True),
        Field(
            "seed", Several(Number(1, SEED_LINES)), "The lines of the seed checklist that it stands for.", required=True
        ),
        Field(
            "channels", Several(word_of(Channel, "channel"), least=1), "The channels that can prove it.", required=True
        ),
        Field("proof", Text(), "What proves it, in one sentence.", required=True),
        Field("attested_days", Number(1, 366), "How many days an attestation of it holds at most; a year if left out."),
    ),
    "an item",
)
SECTION = Record(
    (
        Field("id", KEBAB, "The section's name, and that of its rules' folder.", required=True),
        Field("title", Text(), "The heading.", required=True),
        Field("items", Several(ITEM, least=1), "Its items, in the order of the report.", required=True),
    ),
    "a section",
)
CHECKLIST = Record((Field("sections", Several(SECTION, least=1), "The sections.", required=True),), "the checklist")


@dataclass(frozen=True, slots=True)
class Checklist:
    """The sections and all items, in the order of the file."""

    sections: tuple[Section, ...]
    items: tuple[Item, ...]


def load_checklist(source: SourceText) -> Checklist:
    """Read the checklist.

    Raises:
        CatalogueError: with every problem of the file.
    """
    try:
        loaded = load_yaml(source.text, source.name)
    except YamlError as error:
        raise CatalogueError([Problem(error.source, error.line, "", error.reason)]) from error
    faults = Faults()
    check_shape(loaded.value, CHECKLIST, (), faults)
    if not faults.found:
        check_unique(loaded, faults)
    if faults.found:
        raise CatalogueError(
            Problem(source.name, loaded.line_of(fault.path), render_key(fault.path), fault.text, fault.nearest)
            for fault in faults.found
        )
    return parse_checklist(loaded.value)


def check_unique(loaded: LoadedYaml, faults: Faults) -> None:
    """No id twice."""
    seen: dict[str, str] = {}
    for number, section in enumerate(loaded.value["sections"]):
        places: list[tuple[Path, str]] = [(("sections", number, "id"), "section " + section["id"])]
        places += [
            (("sections", number, "items", index, "id"), item["id"]) for index, item in enumerate(section["items"])
        ]
        for path, name in places:
            if name in seen:
                faults.add(path, f"{name!r} stands twice, first at {seen[name]}")
            seen.setdefault(name, f"line {loaded.line_of(path)}")


def parse_checklist(value: dict[str, Any]) -> Checklist:
    """The model of a checklist that has the right shape."""
    sections = tuple(Section(section["id"], section["title"]) for section in value["sections"])
    items = tuple(parse_item(item, section["id"]) for section in value["sections"] for item in section["items"])
    return Checklist(sections, items)


def parse_item(value: dict[str, Any], section: str) -> Item:
    """One item."""
    return Item(
        value["id"],
        value["title"],
        section,
        Priority(value["priority"]),
        tuple(Channel(channel) for channel in value["channels"]),
        tuple(value["seed"]),
        value["proof"],
        value.get("attested_days", 0),
    )
