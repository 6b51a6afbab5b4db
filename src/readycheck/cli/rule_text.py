"""The text of a new rule file, with examples made from what the rule looks for."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ().,/_-]*")
METAVARIABLE = re.compile(r"\${1,3}([A-Z_][A-Z0-9_]*)")
RESERVED = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class RuleText:
    """What goes into the file; `calls` or `pattern` is empty."""

    title: str
    item: str
    language: str
    calls: str
    pattern: str
    control: bool


def render_rule_text(rule: RuleText) -> str:
    """The YAML file: it loads as it is, and its comments say what to change."""
    matching, other = make_example(rule), make_counterexample(rule)
    line = matching.rstrip("\n").count("\n") + 1
    found = f"{example(matching)}      at: [{line}]\n"
    bad, good = (example(other), found) if rule.control else (found, example(other))
    detect = f"calls: {quote(rule.calls)}" if rule.calls else f"pattern: {quote(rule.pattern)}"
    polarity = "control" if rule.control else "violation"
    return (
        f"title: {quote(rule.title)}\n"
        f"item: {rule.item}\n"
        "channel: code\n"
        f"polarity: {polarity} # violation: a match fails the item; control: a match proves it\n"
        f"languages: [{rule.language}]\n"
        "confidence: medium # how sure a match is what the title says\n"
        "why: Say here, in a sentence or two, what goes wrong in production.\n"
        "remedy: Say here what to do instead.\n"
        "references: [] # where to read more\n"
        f"anchors: [{quote(find_anchor(rule))}] # whole words; a file that holds none is never parsed for this rule\n"
        f"detect:\n  {detect}\n"
        "examples: # the rule's tests, and its documentation\n"
        f"  bad:\n{bad}  good:\n{good}"
    )


def quote(text: str) -> str:
    """A text as a YAML scalar."""
    plain = PLAIN.fullmatch(text) and text.strip() == text and text.lower() not in RESERVED
    return text if plain else json.dumps(text)


def example(code: str) -> str:
    """One entry of a list of examples."""
    return "    - code: |\n" + textwrap.indent(code, " " * 8)


def make_example(rule: RuleText) -> str:
    """Code whose last line the rule matches, as far as can be guessed."""
    if rule.pattern:
        return METAVARIABLE.sub(lambda found: found[1].lower().strip("_") or "x", rule.pattern) + "\n"
    name = rule.calls.removesuffix(".*") + (".anything" if rule.calls.endswith(".*") else "")
    is_python = rule.language == "python"
    for head in ("builtins.", "globalThis."):
        if name.startswith(head):
            return f"{name.removeprefix(head)}(){'' if is_python else ';'}\n"
    module, rest = split_module(name)
    local = re.sub(r"\W+", "_", module.rpartition("/")[2])
    if is_python:
        return f"import {module}\n\n{module}{rest}()\n"
    return f'import {local} from "{module}";\n\n{local}{rest}();\n'


def split_module(name: str) -> tuple[str, str]:
    """`express().use` -> `express`, `().use`; a scope and a path (`@sentry/node`) belong to the module."""
    found = re.match(r"(?:@[\w.-]+/)?[\w-]+(?:/[\w-]+)*", name)
    module = found[0] if found else name
    return module, name[len(module) :]


def make_counterexample(rule: RuleText) -> str:
    """Code that only looks like a match."""
    name = find_anchor(rule)
    name = name if name.isidentifier() else "same_name"
    if rule.pattern:
        return f"{'#' if rule.language == 'python' else '//'} Only a comment: {name}\n"
    if rule.language == "python":
        return f"def {name}(): ...\n\n\n{name}()\n"
    return f"function {name}() {{}}\n\n{name}();\n"


def find_anchor(rule: RuleText) -> str:
    """A word that every match holds: the last of the callable's name, the longest of a pattern."""
    if rule.calls:
        words = re.findall(r"[\w$-]+", rule.calls)
        return words[-1] if words else rule.calls
    words = re.findall(r"[\w]+", METAVARIABLE.sub(" ", rule.pattern))
    return max(words, key=len) if words else rule.pattern
