"""A rule file that has the right shape -> Rule."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from readycheck.catalog.resources import SourceText
from readycheck.model.rule import (
    Calls,
    Check,
    ConfigPath,
    Dependency,
    Detect,
    Example,
    FileLine,
    Pattern,
    ResponseMatch,
    Rule,
)
from readycheck.model.vocabulary import Channel, Confidence, Language, Polarity, Role, WhenClean

SUFFIX_LANGUAGES = {
    ".py": Language.PYTHON,
    ".js": Language.JAVASCRIPT,
    ".jsx": Language.JAVASCRIPT,
    ".mjs": Language.JAVASCRIPT,
    ".cjs": Language.JAVASCRIPT,
    ".ts": Language.TYPESCRIPT,
    ".mts": Language.TYPESCRIPT,
    ".cts": Language.TYPESCRIPT,
    ".tsx": Language.TSX,
    ".yaml": Language.YAML,
    ".yml": Language.YAML,
    ".json": Language.JSON,
    ".toml": Language.TOML,
}


def parse_rule(source: SourceText, value: dict[str, Any], *, builtin: bool) -> Rule:
    """The model of a rule whose shape has been checked."""
    languages = tuple(Language(language) for language in value.get("languages", ()))
    detect = value["detect"]
    bad, good = (
        tuple(parse_example(example, languages) for example in value["examples"][kind]) for kind in ("bad", "good")
    )
    return Rule(
        id=source.stem,
        title=value["title"].strip(),
        item=value["item"],
        channel=Channel(value["channel"]),
        polarity=Polarity(value["polarity"]),
        languages=languages,
        confidence=Confidence(value["confidence"]),
        why=value["why"].strip(),
        remedy=value["remedy"].strip(),
        references=tuple(value.get("references", ())),
        anchors=tuple(value.get("anchors", ())),
        detect=parse_detect(detect),
        bad=bad,
        good=good,
        when_clean=WhenClean(value.get("when_clean", WhenClean.SUPPORTS)),
        roles=tuple(Role(role) for role in value.get("roles", (Role.SERVER,))),
        except_inside=tuple(detect.get("except_inside", ())),
        fix=value.get("fix"),
        source=source.name,
        builtin=builtin,
    )


def parse_detect(value: dict[str, Any]) -> Detect:
    """The detector and what it looks for."""
    match value:
        case {"calls": names}:
            return Calls(listed(names), value.get("arguments", {}), value.get("references", False))
        case {"pattern": pattern}:
            return Pattern({"pattern": pattern} if isinstance(pattern, str) else pattern)
        case {"dependency": packages}:
            return Dependency(listed(packages))
        case {"file": globs}:
            return FileLine(listed(globs), value.get("line"))
        case {"config": config}:
            return ConfigPath(listed(config["files"]), config["path"], config.get("matches"))
    return parse_response(value["response"]) if "response" in value else Check(value["check"])


def parse_response(value: dict[str, Any]) -> ResponseMatch:
    """What an answer must have; `true` for a header means any value, `false` that it is missing."""
    status = value.get("status", [])
    headers = {
        name: form if isinstance(form, str) else ("" if form else None)
        for name, form in value.get("headers", {}).items()
    }
    return ResponseMatch(
        listed(value["steps"]), tuple(status) if isinstance(status, list) else (status,), headers, value.get("body")
    )


def listed(value: str | list[str]) -> tuple[str, ...]:
    """A list, or one text that stands for a list of one."""
    return (value,) if isinstance(value, str) else tuple(value)


def parse_example(value: dict[str, Any], languages: tuple[Language, ...]) -> Example:
    """One example; its language is the one it names, else that of its path, else the rule's first one."""
    path = value.get("path")
    files = value.get("files")
    known = path or (next(iter(files)) if files else "")
    if "language" in value:
        language = Language(value["language"])
    elif known:
        language = guess_language(known, languages)
    else:
        language = languages[0] if languages else Language.TEXT
    return Example(value.get("code", ""), tuple(value.get("at", ())), language, path, files, value.get("fixed"))


def guess_language(path: str, languages: tuple[Language, ...]) -> Language:
    """The language of a file, for showing it; scripts inside other files have the rule's first one."""
    name = PurePosixPath(path).name
    if name.startswith("Dockerfile") or name.endswith(".dockerfile"):
        return Language.DOCKERFILE
    return SUFFIX_LANGUAGES.get(PurePosixPath(name).suffix, languages[0] if languages else Language.TEXT)
