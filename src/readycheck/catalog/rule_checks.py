"""What must agree between the keys of one rule; each test runs only if the keys that it reads have the right shape."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from readycheck.catalog.problems import Faults
from readycheck.catalog.rule_shape import DETECTOR_CHANNELS
from readycheck.model.rule import Item
from readycheck.model.vocabulary import Channel, Language, Polarity, WhenClean

Test = Callable[[dict[str, Any], Item | None, Faults], None]
CODE_LANGUAGES = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})


def check_agreement(value: dict[str, Any], item: Item | None, faults: Faults) -> None:
    """Note every disagreement. `item` is the rule's, None if it is unknown."""
    broken = faults.touched()
    for keys, test in TESTS:
        if broken.isdisjoint(keys):
            test(value, item, faults)


def check_detector(value: dict[str, Any], _item: Item | None, faults: Faults) -> None:
    """The detector looks where the rule says that it looks."""
    name = next(name for name in DETECTOR_CHANNELS if name in value["detect"])
    channels = DETECTOR_CHANNELS[name]
    if value["channel"] not in channels:
        faults.add(("channel",), f"the detector {name!r} belongs to the channel {' or '.join(channels)}")


def check_languages(value: dict[str, Any], _item: Item | None, faults: Faults) -> None:
    """A code rule names the languages that it reads, and only such as are code."""
    if value["channel"] != Channel.CODE:
        return
    if "languages" not in value:
        faults.add(("languages",), "is missing; a code rule names the languages that it reads")
    for index, language in enumerate(value.get("languages", ())):
        if language not in CODE_LANGUAGES:
            faults.add(("languages", index), f"{language!r} is no language of the code channel")


def check_anchors(value: dict[str, Any], _item: Item | None, faults: Faults) -> None:
    """Without a true anchor a file that matches would be passed over unread."""
    anchors = value.get("anchors", [])
    if not anchors:
        if "calls" in value["detect"] or "pattern" in value["detect"]:
            faults.add(("anchors",), "is missing; without one no file is read for this rule")
        return
    kind = matching_kind(value)
    texts = [join_texts(example) for example in value["examples"][kind]]
    for index, text in enumerate(texts):
        if not any(holds_anchor(text, anchor) for anchor in anchors):
            faults.add(("examples", kind, index), f"holds none of the anchors ({', '.join(anchors)})")
    for index, anchor in enumerate(anchors):
        if not any(holds_anchor(text, anchor) for text in texts):
            faults.add(("anchors", index), f"{anchor!r} stands in no example under {kind}")


def holds_anchor(text: str, anchor: str) -> bool:
    """Whether the anchor stands in the text, not as a part of a longer word (which the prefilter would not take)."""
    before = r"(?<![\w$])" if re.match(r"[\w$]", anchor) else ""
    after = r"(?![\w$])" if re.match(r"[\w$]", anchor[-1:]) else ""
    return re.search(before + re.escape(anchor) + after, text) is not None


def check_places(value: dict[str, Any], _item: Item | None, faults: Faults) -> None:
    """Examples that must match say where, and only they."""
    matching = matching_kind(value)
    for kind in ("bad", "good"):
        for index, example in enumerate(value["examples"][kind]):
            path = ("examples", kind, index)
            if kind != matching and "at" in example:
                faults.add((*path, "at"), f"a {value['polarity']} rule matches nothing in {kind} examples")
            elif kind == matching and "at" not in example:
                faults.add((*path, "at"), f"is missing; a {value['polarity']} rule must match every {kind} example")
            else:
                check_lines(example, path, faults)


def check_lines(example: dict[str, Any], path: tuple[str | int, ...], faults: Faults) -> None:
    """Each place of `at` exists in the example."""
    for index, place in enumerate(example.get("at", ())):
        where = (*path, "at", index)
        if "files" in example:
            name, _, line = str(place).rpartition(":")
            if not isinstance(place, str) or name not in example["files"]:
                faults.add(where, "must be path:line of one of the files", name, tuple(example["files"]))
                continue
            check_line(int(line), example["files"][name], where, faults)
        elif isinstance(place, int):
            check_line(place, example["code"], where, faults)
        else:
            faults.add(where, "must be a line number; path:line goes with files")


def check_line(line: int, text: str, where: tuple[str | int, ...], faults: Faults) -> None:
    """The line exists in the text."""
    last = text.removesuffix("\n").count("\n") + 1
    if line > last:
        faults.add(where, f"line {line} lies behind the example's last line, {last}")


def check_paths(value: dict[str, Any], _item: Item | None, faults: Faults) -> None:
    """A configuration rule's examples say which files they are."""
    if value["channel"] != Channel.CONFIG:
        return
    for kind in ("bad", "good"):
        for index, example in enumerate(value["examples"][kind]):
            if "code" in example and "path" not in example:
                faults.add(("examples", kind, index, "path"), "is missing; a config rule's example names its file")


def check_fixed(value: dict[str, Any], _item: Item | None, faults: Faults) -> None:
    """A fix is shown by at least one example, and only a fix can have fixed anything."""
    fixed = [
        ("examples", kind, index, "fixed")
        for kind in ("bad", "good")
        for index, example in enumerate(value["examples"][kind])
        if "fixed" in example
    ]
    if "fix" in value and not fixed:
        faults.add(("fix",), "no bad example shows what it does; give one the key fixed")
    if "fix" not in value:
        for path in fixed:
            faults.add(path, "the rule names no fix")


def check_when_clean(value: dict[str, Any], item: Item | None, faults: Faults) -> None:
    """What proves an item does so through a channel that the item accepts."""
    control = value["polarity"] == Polarity.CONTROL
    if control and "when_clean" in value:
        faults.add(("when_clean",), "belongs to violation rules; a control without a match proves nothing")
    proves = control or value.get("when_clean") == WhenClean.PROVES
    if item is not None and proves and value["channel"] not in item.channels:
        faults.add(("channel",), f"cannot prove {item.id}, which takes proof from {', '.join(item.channels)}")


def matching_kind(value: dict[str, Any]) -> str:
    """Which of the examples the rule must match."""
    return "good" if value["polarity"] == Polarity.CONTROL else "bad"


def join_texts(example: dict[str, Any]) -> str:
    """Everything that an example's files hold."""
    return "\n".join(example["files"].values()) if "files" in example else str(example["code"])


TESTS: tuple[tuple[tuple[str, ...], Test], ...] = (
    (("detect", "channel"), check_detector),
    (("channel", "languages"), check_languages),
    (("anchors", "detect", "examples", "polarity"), check_anchors),
    (("examples", "polarity"), check_places),
    (("channel", "examples"), check_paths),
    (("examples", "fix"), check_fixed),
    (("polarity", "when_clean", "channel"), check_when_clean),
)
