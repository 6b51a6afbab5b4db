"""YAML under a budget: parsed as a stream of events, counted before anything is built, never by a tag's wish.

PyYAML's own loaders compose everything before one can count, expand aliases without end once the result is walked,
take the last of two equal keys, and forget lines. This reader takes PyYAML's events only.
"""

from __future__ import annotations

from readycheck.catalog.yaml_value import LoadedYaml, Mark, YamlError

__all__ = ["LoadedYaml", "YamlError", "load_yaml", "load_yaml_documents"]


def load_yaml(
    text: str, source: str, *, max_nodes: int = 50_000, max_aliases: int = 100, max_depth: int = 64
) -> LoadedYaml:
    """Read one document, strictly: no merge keys, no tags but the standard ones. An empty text is None.

    `max_nodes` counts keys and values with aliases expanded.

    Raises:
        YamlError: broken, a second document, a key twice, a tag, a merge key, or over the budget.
    """
    from readycheck.catalog.yaml_builder import Limits, build_documents  # noqa: PLC0415 - PyYAML: start-up time

    documents = build_documents(text, source, Limits(max_nodes, max_aliases, max_depth, strict=True))
    if len(documents) > 1:
        raise YamlError(source, documents[1].mark.line, "a second document; one file holds one")
    return documents[0] if documents else LoadedYaml(None, Mark(1))


def load_yaml_documents(
    text: str, source: str, *, max_nodes: int = 50_000, max_aliases: int = 100, max_depth: int = 64
) -> tuple[LoadedYaml, ...]:
    """Read all documents of a text that some other tool will read: merge keys apply, local tags (`!Ref`) are dropped.

    The budget covers all documents together.

    Raises:
        YamlError: broken, a key twice, a tag that would construct an object, or over the budget.
    """
    from readycheck.catalog.yaml_builder import Limits, build_documents  # noqa: PLC0415 - as above

    return build_documents(text, source, Limits(max_nodes, max_aliases, max_depth, strict=False))
