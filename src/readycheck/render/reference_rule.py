"""One rule, and one item, as a Markdown page: what `readycheck explain` prints and what the documentation holds."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from readycheck.model.rule import (
    Calls,
    ConfigPath,
    Dependency,
    Detect,
    Example,
    FileLine,
    Item,
    Pattern,
    ResponseMatch,
    Rule,
)
from readycheck.model.vocabulary import Channel, Language, Polarity, WhenClean
from readycheck.render.markdown.escape import code, escape_markdown
from readycheck.render.text import escape, join_words

LANGUAGES = {
    Language.PYTHON: "Python",
    Language.JAVASCRIPT: "JavaScript",
    Language.TYPESCRIPT: "TypeScript",
    Language.TSX: "TSX",
    Language.DOCKERFILE: "Dockerfile",
    Language.YAML: "YAML",
    Language.JSON: "JSON",
    Language.TOML: "TOML",
    Language.TEXT: "text",
}
CHANNELS = {
    Channel.CODE: "code",
    Channel.CONFIG: "configuration",
    Channel.HTTP: "the running service",
    Channel.DATABASE: "the database",
    Channel.ATTESTATION: "an attestation",
}
CONTEXTS = {"main-guard": "under the main guard", "command": "in a command of a command line"}
CODE_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
RESOLVED = "Names are resolved through imports, aliases and scopes: what is merely called the same does not match."


def render_rule(rule: Rule, item: Item) -> str:
    """A page about one rule: what it finds, why that matters, what to do, and its examples.

    Everything that stands in the rule's file is shown as text, never taken as markup; only its code spans are kept.
    """
    blocks = [
        f"# {code(rule.id)}",
        f"**{escape_markdown(rule.title)}**",
        "\n".join(list_facts(rule, item)),
        "## Why it matters",
        render_prose(rule.why),
        "## What to do",
        render_prose(rule.remedy),
        "## What it looks for",
        *describe_detect(rule.detect),
        *render_examples(rule),
    ]
    if rule.fix:
        blocks += ["## Rewriting it", describe_fix(rule)]
    if rule.channel is Channel.CODE and rule.polarity is Polarity.VIOLATION:
        blocks += ["## Accepting one place", *describe_suppression(rule)]
    if rule.references:
        blocks += ["## References", "\n".join(f"- <{escape_address(address)}>" for address in rule.references)]
    return "\n\n".join(blocks) + "\n"


def render_item(item: Item, rules: Sequence[Rule]) -> str:
    """A page about one item: what proves it, and which of the given rules speak for it."""
    speaking = [rule for rule in rules if rule.item == item.id]
    blocks = [f"# {code(item.id)}", f"**{escape_markdown(item.title)}**", "\n".join(list_item_facts(item))]
    blocks += ["## What proves it", render_prose(item.proof), "## Rules"]
    lines = [f"- {code(rule.id)}: {escape_markdown(rule.title)} ({describe_effect(rule)})" for rule in speaking]
    blocks.append("\n".join(lines) if lines else "No rule looks at this item yet, so it stays unproven.")
    return "\n\n".join(blocks) + "\n"


def render_prose(text: str) -> str:
    """A sentence of a rule file: escaped, but for its code spans in single backticks."""
    pieces = CODE_SPAN.split(text)
    return "".join(code(piece) if index % 2 else escape_markdown(piece) for index, piece in enumerate(pieces))


def list_facts(rule: Rule, item: Item) -> Iterator[str]:
    """The rule's data, one bullet each."""
    yield f"- Item: {code(item.id)}, {escape_markdown(item.title)} (priority {item.priority})"
    languages = [LANGUAGES[language] for language in rule.languages]
    yield f"- Looks at: {CHANNELS[rule.channel]}{f' in {join_words(languages)}' if languages else ''}"
    yield f"- Effect: {describe_effect(rule)}"
    yield f"- Confidence: {rule.confidence}"
    yield f"- Counts in files of the role: {', '.join(rule.roles)}"
    if rule.except_inside:
        contexts = join_words([CONTEXTS[context] for context in rule.except_inside])
        yield f"- Counted, but no finding: matches {contexts}"


def list_item_facts(item: Item) -> Iterator[str]:
    """The item's data, one bullet each."""
    yield f"- Section: {escape_markdown(item.section)}"
    yield f"- Priority: {item.priority}"
    yield f"- Can be proved through: {join_words([CHANNELS[channel] for channel in item.channels])}"
    if item.seed:
        yield f"- Lines of the seed checklist: {', '.join(map(str, item.seed))}"


def describe_effect(rule: Rule) -> str:
    """What a match, and the absence of one, says about the item."""
    if rule.polarity is Polarity.CONTROL:
        return "a match proves the item"
    if rule.when_clean is WhenClean.PROVES:
        return "a match fails the item, none in all of the code proves it"
    return "a match fails the item, none does not prove it"


def describe_detect(detect: Detect) -> Iterator[str]:
    """The detector in words, one paragraph each."""
    match detect:
        case Calls():
            uses = "Calls and other uses" if detect.references else "Calls"
            arguments = [f"{code(name)} is {code(json.dumps(value))}" for name, value in detect.arguments.items()]
            condition = f" in which {join_words(arguments)}" if arguments else ""
            yield f"{uses} of {list_codes(detect.names)}{condition}."
            yield RESOLVED
        case Pattern():
            yield f"Syntax nodes that match the ast-grep rule {code(json.dumps(dict(detect.rule)))}."
        case Dependency():
            yield f"A manifest that declares {list_codes(detect.packages)} for production."
        case FileLine():
            line = "" if detect.line is None else f" with a line that matches {code(detect.line)}"
            yield f"A file at {list_codes(detect.globs)}{line}."
        case ConfigPath():
            value = "" if detect.matches is None else f" if it matches {code(detect.matches)}"
            yield f"The value at {code(detect.path)} in {list_codes(detect.globs)}{value}."
        case ResponseMatch():
            yield f"Answers to the steps {list_codes(detect.steps)} of the probe{describe_answer(detect)}."
        case _:
            yield f"What the check {code(detect.function)} finds."


def describe_answer(detect: ResponseMatch) -> str:
    """What an answer must have, as the end of a sentence."""
    wanted = [f"whose status is {list_codes([str(status) for status in detect.status])}"] if detect.status else []
    for name, form in detect.headers.items():
        wanted.append(
            f"without the header {code(name)}" if form is None else f"whose {code(name)} matches {code(form)}"
        )
    if detect.body is not None:
        wanted.append(f"whose body matches {code(detect.body)}")
    return f", {join_words(wanted)}" if wanted else ""


def list_codes(words: Sequence[str]) -> str:
    """Words as code spans: `a`, `b` or `c`."""
    spans = [code(word) for word in words]
    return " or ".join([", ".join(spans[:-1]), spans[-1]] if len(spans) > 1 else spans)


def render_examples(rule: Rule) -> Iterator[str]:
    """All examples, the bad ones first."""
    for title, examples in (("Bad", rule.bad), ("Good", rule.good)):
        yield f"## {title}"
        for example in examples:
            yield from render_example(example)


def render_example(example: Example) -> Iterator[str]:
    """One example: its files, and where the rule matches."""
    files = example.files if example.files is not None else {example.path or "": example.code}
    for path, text in files.items():
        if path:
            yield f"{code(path)}:"
        yield render_fence(text, example.language)
    if example.at:
        yield f"Matches {describe_places(example.at)}."
    if example.fixed is not None:
        yield from render_fixed(example.fixed, example.language)


def render_fixed(fixed: str | Mapping[str, str], language: Language) -> Iterator[str]:
    """What comes of an example: one text, or the files that are changed or made."""
    files = {"": fixed} if isinstance(fixed, str) else fixed
    for path, text in files.items():
        yield f"Fixed, {code(path)}:" if path else "Fixed:"
        yield render_fence(text, language)


def render_fence(text: str, language: Language) -> str:
    """A code block that its own backticks cannot end, with control characters made visible."""
    lines = [escape(line) for line in text.removesuffix("\n").split("\n")]
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return "\n".join([f"{fence}{language}", *lines, fence])


def describe_places(places: Sequence[int | str]) -> str:
    """`line 1 (twice), line 4`."""
    words = []
    for place, times in Counter(places).items():
        name = f"line {place}" if isinstance(place, int) else code(place)
        words.append(name if times == 1 else f"{name} ({'twice' if times == 2 else f'{times} times'})")  # noqa: PLR2004 - twice
    return join_words(words)


def describe_fix(rule: Rule) -> str:
    """How to have it rewritten; the examples show what comes of it."""
    show, write = code(f"readycheck fix --rule {rule.id}"), code("--write")
    return f"{show} shows what it would change, and why it leaves the rest; with {write} it changes the files."


def describe_suppression(rule: Rule) -> Iterator[str]:
    """The comment that accepts one finding."""
    is_python = rule.languages[:1] == (Language.PYTHON,)
    comment = f"{'#' if is_python else '//'} readycheck: ignore[{rule.id}] the reason"
    yield "On the line, or above the statement; the reason is required, and the finding stays counted as suppressed:"
    yield render_fence(comment, rule.languages[0])


def escape_address(address: str) -> str:
    """A web address that cannot leave its angle brackets."""
    return escape(address).replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
