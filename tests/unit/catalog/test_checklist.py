from __future__ import annotations

import pytest

from readycheck.catalog import CatalogueError, load_catalogue
from readycheck.catalog.checklist import SEED_LINES, load_checklist
from readycheck.catalog.resources import SourceText
from readycheck.model.vocabulary import Channel, Priority

SMALL = """\
sections:
  - id: logging
    title: Logging
    items:
      - id: request-id
        title: Every line names its request
        priority: high
        seed: [22]
        channels: [code, http]
        proof: An id in every line.
"""


def explain(text: str) -> list[str]:
    with pytest.raises(CatalogueError) as raised:
        load_checklist(SourceText("rules/checklist.yaml", "checklist", ".", text))
    return str(raised.value).splitlines()


def test_the_items_stand_for_every_line_of_the_seed() -> None:
    items = load_catalogue().items
    assert {line for item in items for line in item.seed} == set(range(1, SEED_LINES + 1))


def test_items_and_sections_of_the_repository_are_whole() -> None:
    catalogue = load_catalogue()
    assert len({item.id for item in catalogue.items}) == len(catalogue.items)
    assert {item.section for item in catalogue.items} == {section.id for section in catalogue.sections}
    assert all(item.proof.endswith(".") and not item.title.endswith(".") for item in catalogue.items)
    assert {item.priority for item in catalogue.items} == set(Priority)


def test_an_item_is_read() -> None:
    checklist = load_checklist(SourceText("x", "x", ".", SMALL))
    (item,) = checklist.items
    assert (item.id, item.section, item.priority, item.seed) == ("request-id", "logging", Priority.HIGH, (22,))
    assert item.channels == (Channel.CODE, Channel.HTTP)
    assert [(section.id, section.title) for section in checklist.sections] == [("logging", "Logging")]


def test_items_never_list_rules() -> None:
    assert explain(SMALL + "        rules: [a]\n") == [
        "rules/checklist.yaml:11: sections[0].items[0].rules: unknown key in an item"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("high", "hihg", "7: sections[0].items[0].priority: unknown priority 'hihg'; known: high, medium, low"),
        ("[22]", "[66]", "8: sections[0].items[0].seed[0]: must be 1 to 65, not 66"),
        ("request-id", "requestId", "5: sections[0].items[0].id: must be lower-case words joined by hyphens, not"),
        ("        proof: An id in every line.\n", "", "5: sections[0].items[0].proof: is missing in an item"),
        ("sections:", "section:", '1: section: unknown key in the checklist (did you mean "sections"?)'),
        ("    title: Logging\n", "    title: &a [*a]\n", "3: the alias *a contains itself"),
    ],
)
def test_faults_are_named(old: str, new: str, expected: str) -> None:
    (problem,) = explain(SMALL.replace(old, new))[:1]
    assert problem.startswith(f"rules/checklist.yaml:{expected}")


def test_no_id_stands_twice() -> None:
    item = SMALL[SMALL.index("      - id") :]
    assert explain(SMALL + item) == [
        "rules/checklist.yaml:11: sections[0].items[1].id: 'request-id' stands twice, first at line 5"
    ]
