"""From PyYAML's events to values, counting before anything is built. `yaml_budget` is the way in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from yaml import events
from yaml.events import Event

from readycheck.catalog.yaml_scalars import COLLECTIONS, resolve_plain, resolve_tagged, shorten_tag
from readycheck.catalog.yaml_value import LoadedYaml, Mark, YamlError


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text may cost, and whether it is ours (strict) or somebody else's."""

    nodes: int
    aliases: int
    depth: int
    strict: bool


class Built(NamedTuple):
    """A finished value with its cost: nodes (aliases expanded) and levels below it."""

    value: Any
    mark: Mark
    size: int = 1
    height: int = 0


def build_documents(text: str, source: str, limits: Limits) -> tuple[LoadedYaml, ...]:
    """All documents of a text.

    Raises:
        YamlError: see `yaml_budget`.
    """
    return tuple(Builder(source, limits).read(text))


@dataclass
class Builder:
    """Turns the events of one text into values, counting as it goes."""

    source: str
    limits: Limits
    nodes: int = 0
    aliases: int = 0
    anchors: dict[str, Built | None] = field(default_factory=dict)

    def read(self, text: str) -> list[LoadedYaml]:
        """All documents."""
        documents: list[LoadedYaml] = []
        stream = self.parse(text)
        try:
            for event in stream:
                if isinstance(event, events.DocumentStartEvent):
                    self.anchors = {}
                    built = self.build(next(stream), stream, 0)
                    documents.append(LoadedYaml(built.value, built.mark))
        except yaml.YAMLError as error:
            raise self.translate(error) from error
        except UnicodeEncodeError as error:
            raise YamlError(self.source, text.count("\n", 0, error.start) + 1, "not valid Unicode") from error
        return documents

    def parse(self, text: str) -> Iterator[Event]:
        """PyYAML's events, from libyaml where it is built in (ten times as fast)."""
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        return iter(yaml.parse(text.removeprefix("\ufeff"), Loader=loader))

    def translate(self, error: Exception) -> YamlError:
        """PyYAML's error as ours: one line, with the place."""
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        return YamlError(self.source, mark.line + 1 if mark else 1, " ".join(str(reason).split()))

    def fail(self, event: Event, reason: str) -> YamlError:
        """An error at an event."""
        return YamlError(self.source, line_at(event), reason)

    def build(self, event: Event, stream: Iterator[Event], depth: int) -> Built:
        """The value that begins with this event."""
        if isinstance(event, events.AliasEvent):
            return self.expand(event, depth)
        self.count(event, 1, depth)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = None  # being built: an alias to it would never end
        if isinstance(event, events.ScalarEvent):
            built = Built(self.resolve(event), Mark(line_at(event)))
        elif isinstance(event, events.SequenceStartEvent):
            built = self.build_list(event, stream, depth)
        else:
            built = self.build_dict(event, stream, depth)
        if anchor is not None:
            self.anchors[anchor] = built
        return built

    def count(self, event: Event, size: int, depth: int) -> None:
        """Charge the budget."""
        self.nodes += size
        if self.nodes > self.limits.nodes:
            raise self.fail(event, f"more than {self.limits.nodes} values, aliases expanded")
        if depth > self.limits.depth:
            raise self.fail(event, f"nested more than {self.limits.depth} levels deep")

    def expand(self, event: Any, depth: int) -> Built:  # noqa: ANN401 - types-pyyaml does not know the anchor
        """What an alias stands for."""
        self.aliases += 1
        if self.aliases > self.limits.aliases:
            raise self.fail(event, f"more than {self.limits.aliases} aliases")
        if event.anchor not in self.anchors:
            raise self.fail(event, f"the alias *{event.anchor[:40]} names no anchor")
        built = self.anchors[event.anchor]
        if built is None:
            raise self.fail(event, f"the alias *{event.anchor[:40]} contains itself")
        self.count(event, built.size, depth + built.height)
        return built

    def resolve(self, event: Any) -> Any:  # noqa: ANN401 - types-pyyaml leaves scalar events untyped
        """The value of a scalar."""
        if event.tag is None:
            return resolve_plain(event.value) if event.implicit[0] else event.value
        if self.is_local(event.tag):
            return event.value
        try:
            return resolve_tagged(event.value, event.tag)
        except ValueError as error:
            raise self.fail(event, str(error)) from error

    def is_local(self, tag: str) -> bool:
        """Whether a tag is one that an application defines for itself, in a text that is not ours."""
        return not self.limits.strict and tag.startswith("!") and tag != "!"

    def check_collection(self, event: Any) -> None:  # noqa: ANN401 - as above
        """Refuse tags that would make anything but a list or a dict."""
        if event.tag is not None and event.tag not in COLLECTIONS and not self.is_local(event.tag):
            raise self.fail(event, f"the tag {shorten_tag(event.tag)} is not allowed")

    def build_list(self, event: Event, stream: Iterator[Event], depth: int) -> Built:
        """A sequence."""
        self.check_collection(event)
        items: list[Built] = []
        lines: list[int] = []
        for inner in stream:
            if isinstance(inner, events.SequenceEndEvent):
                break
            lines.append(line_at(inner))
            items.append(self.build(inner, stream, depth + 1))
        marks = [Mark(line, item.mark.children) for line, item in zip(lines, items, strict=True)]
        return combine([item.value for item in items], Mark(line_at(event), marks), items)

    def build_dict(self, event: Event, stream: Iterator[Event], depth: int) -> Built:
        """A mapping. What is merged in stands behind the mapping's own keys, whatever the order."""
        self.check_collection(event)
        own: dict[Any, Built] = {}
        marks: dict[Any, Mark] = {}
        merged: list[tuple[Event, Built]] = []
        for inner in stream:
            if isinstance(inner, events.MappingEndEvent):
                break
            if is_merge_key(inner):
                merged.append((inner, self.build_merge(inner, stream, depth)))
                continue
            key = self.build_key(inner, stream, depth)
            if key in own:
                raise self.fail(inner, f"the key {str(key)[:80]!r} stands here twice")
            own[key] = self.build(next(stream), stream, depth + 1)
            marks[key] = Mark(line_at(inner), own[key].mark.children)
        value = {key: built.value for key, built in own.items()}
        for place, built in merged:
            self.merge(place, built, value, marks)
        parts = [*own.values(), *(built for _, built in merged)]
        return combine(value, Mark(line_at(event), marks), parts)

    def build_key(self, event: Event, stream: Iterator[Event], depth: int) -> Any:  # noqa: ANN401 - any scalar
        """A key: a scalar, or an alias of one."""
        key = self.build(event, stream, depth + 1).value
        if isinstance(key, list | dict):
            raise self.fail(event, "a key must be a single word, not a list or a mapping")
        return key

    def build_merge(self, event: Event, stream: Iterator[Event], depth: int) -> Built:
        """What stands behind a merge key."""
        if self.limits.strict:
            raise self.fail(event, "the merge key << is not allowed; write the keys out")
        self.count(event, 1, depth + 1)
        return self.build(next(stream), stream, depth + 1)

    def merge(self, place: Event, built: Built, value: dict[Any, Any], marks: dict[Any, Mark]) -> None:
        """Add the keys of a merged mapping (or of several, the first one wins) that are not there yet."""
        sources = [(built.value, built.mark)]
        if isinstance(built.value, list) and isinstance(built.mark.children, list):
            sources = list(zip(built.value, built.mark.children, strict=True))
        for source, mark in sources:
            if not isinstance(source, dict) or not isinstance(mark.children, dict):
                raise self.fail(place, "the merge key << takes a mapping or a list of mappings")
            for key in source:
                if key not in value:
                    value[key] = source[key]
                    marks[key] = mark.children[key]


def is_merge_key(event: Any) -> bool:  # noqa: ANN401 - types-pyyaml leaves scalar events untyped
    """Whether a key is the plain word `<<`."""
    return getattr(event, "value", None) == "<<" and event.tag is None and bool(event.implicit[0])


def line_at(event: Event) -> int:
    """The line (from 1) on which an event begins; PyYAML's events all have a mark, its types do not say so."""
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def combine(value: Any, mark: Mark, parts: list[Built]) -> Built:  # noqa: ANN401 - a list or a dict
    """A collection with the cost of its parts."""
    keys = len(value) if isinstance(value, dict) else 0
    size = 1 + keys + sum(part.size for part in parts)
    return Built(value, mark, size, 1 + max((part.height for part in parts), default=0))
