"""In which order Django applies the migrations of all apps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readycheck.model.evidence import Fact

Node = tuple[str, str]


@dataclass(frozen=True)
class Graph:
    """The migrations that are applied (`kept`), what each of them depends on, and which squashed one stands for others.

    A migration that a squashed one replaces is in `moved` only.
    """

    kept: Mapping[Node, Fact]
    after: Mapping[Node, set[Node]]
    moved: Mapping[Node, Node]

    def list_leaves(self, app: str) -> list[Node]:
        """The migrations of an app on which no other of the app depends."""
        followed = {other for node, others in self.after.items() if node[0] == app for other in others}
        return [node for node in self.kept if node[0] == app and node not in followed]


def read_graph(facts: Sequence[Fact]) -> Graph:
    """How the migrations of all apps depend on each other."""
    nodes = {(str(one.data["app"]), str(one.data["name"])): one for one in facts}
    moved: dict[Node, Node] = {}
    for node, one in nodes.items():
        moved |= dict.fromkeys(read_nodes(one, "replaces"), node)
    kept = {node: one for node, one in nodes.items() if node not in moved}
    after = {node: set(list_after(node, one, kept, moved)) for node, one in kept.items()}
    for node, one in kept.items():
        for other in read_nodes(one, "before"):
            if other in after:
                after[other].add(node)
    return Graph(kept, after, moved)


def order_migrations(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Each migration behind those that it depends on; what a squashed one stands for is left out."""
    graph = read_graph(facts)
    waiting = sorted(graph.kept)
    while waiting:
        pending = set(waiting)
        ready = [node for node in waiting if not graph.after[node] & pending]
        for node in ready or waiting[:1]:  # a circle: as they stand
            yield graph.kept[node]
        done = set(ready or waiting[:1])
        waiting = [node for node in waiting if node not in done]


def read_nodes(fact: Fact, key: str) -> list[Node]:
    """The migrations that a fact names."""
    rows: Any = fact.data[key]
    return [(str(app), str(name)) for app, name in rows]


def list_after(node: Node, fact: Fact, kept: Mapping[Node, Fact], moved: Mapping[Node, Node]) -> Iterator[Node]:
    """The migrations that one depends on."""
    for app, name in read_nodes(fact, "after"):
        if name == "__first__":
            yield from (one for one in find_ends(app, kept, "after") if one != node)
        elif name == "__latest__":
            yield from (one for one in kept if one[0] == app and one != node)
        else:
            target = (app, name)
            for _ in range(len(moved)):
                if target not in moved:
                    break
                target = moved[target]
            if target != node:
                yield target


def find_ends(app: str, kept: Mapping[Node, Fact], key: str) -> Iterable[Node]:
    """The migrations of an app that depend on none of it."""
    for node, one in kept.items():
        if node[0] == app and not any(other[0] == app and other in kept for other in read_nodes(one, key)):
            yield node
