"""What a rule file may hold: declared here once, for the loader and for the JSON Schema that editors complete from."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache

from readycheck.catalog.ast_grep_shape import AST_GREP
from readycheck.catalog.shapes import (
    Anything,
    Choice,
    Field,
    Flag,
    Number,
    Record,
    Several,
    Shape,
    Table,
    Text,
    Union,
    Word,
)
from readycheck.model.vocabulary import Channel, Confidence, Language, Polarity, Role, WhenClean

CONTEXTS = ("main-guard", "command")
ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
FUNCTION = r"[a-z][a-z0-9_]*"
DETECTOR_CHANNELS: dict[str, tuple[Channel, ...]] = {
    "calls": (Channel.CODE,),
    "pattern": (Channel.CODE,),
    "dependency": (Channel.CONFIG,),
    "file": (Channel.CONFIG,),
    "config": (Channel.CONFIG,),
    "response": (Channel.HTTP,),
    "check": (Channel.CODE, Channel.CONFIG, Channel.HTTP, Channel.DATABASE),
}


def word_of(vocabulary: type[StrEnum], what: str) -> Word:
    """A word of one of the model's closed lists."""
    return Word(tuple(each.value for each in vocabulary), what)


GLOBS = Several(Text(), least=1, single=True)
EXCEPT = Field(
    "except_inside", Several(Word(CONTEXTS, "context")), "Contexts in which a match is counted but is no finding."
)

CALLS = Record(
    (
        Field(
            "calls",
            Several(Text(), least=1, single=True),
            "Resolved callables: `builtins.print`, `flask.Flask().run`, `globalThis.console.*`.",
        ),
        Field(
            "arguments",
            Table(Anything(), least=1),
            "Named arguments (or properties of an options object) and the literal value each must have.",
        ),
        Field("references", Flag(), "Also match uses that are no calls: `.catch(console.error)`.", default=False),
        EXCEPT,
    ),
    "detect with calls",
)
PATTERN = Record(
    (
        Field("pattern", Union((Text(), AST_GREP)), "An ast-grep pattern, or a rule object in ast-grep's syntax."),
        EXCEPT,
    ),
    "detect with pattern",
)
DEPENDENCY = Record(
    (
        Field(
            "dependency",
            Several(Text(), least=1, single=True),
            "A manifest declares one of these packages for production; `npm:` or `pypi:` in front narrows.",
        ),
    ),
    "detect with dependency",
)
FILE = Record(
    (
        Field("file", GLOBS, "A file whose path matches one of these globs exists."),
        Field("line", Text(format="regex"), "And one of its lines matches this regex."),
    ),
    "detect with file",
)
CONFIG = Record(
    (
        Field(
            "config",
            Record(
                (
                    Field(
                        "files", GLOBS, "The globs of the files to read: YAML, JSON, TOML, Dockerfile.", required=True
                    ),
                    Field(
                        "path",
                        Text(),
                        "Dotted path: `*` is any key or item, `**` any depth; quote a key that holds dots.",
                        required=True,
                    ),
                    Field("matches", Text(format="regex"), "A regex that must be found in the value's text."),
                ),
                "config",
            ),
            "A value at a path inside a configuration file.",
        ),
    ),
    "detect with config",
)
RESPONSE = Record(
    (
        Field(
            "response",
            Record(
                (
                    Field(
                        "steps",
                        Several(Text(), least=1, single=True),
                        "Globs of the probe's steps, such as `page/*`, whose answers are looked at.",
                        required=True,
                    ),
                    Field("status", Several(Number(100, 599), least=1, single=True), "The answer has this status."),
                    Field(
                        "headers",
                        Table(Union((Flag(), Text(format="regex"))), least=1),
                        "Header -> a regex that one of its values matches, or false: it is missing.",
                    ),
                    Field("body", Text(format="regex"), "A regex that is found in the body."),
                ),
                "response",
            ),
            "An answer of the running service.",
        ),
    ),
    "detect with response",
)

EXAMPLE_FIELDS = (
    Field(
        "at",
        Several(Union((Number(1), Text(r".+:[1-9][0-9]*", "a line number or path:line"))), least=1),
        "The exact lines of all matches: numbers, or `path:line` with `files`.",
    ),
    Field("language", word_of(Language, "language"), "The language of `code`; the rule's first one if left out."),
    Field(
        "fixed",
        Union((Text(blank=True), Table(Text(blank=True), least=1))),
        "The exact text after the rule's fix: of the one file that it changes or makes, or path and text of each.",
    ),
)
EXAMPLE = Choice(
    (
        Record(
            (
                Field("code", Text(blank=True), "The file's text."),
                Field("path", Text(), "The file's path, where it matters (configuration, roles)."),
                *EXAMPLE_FIELDS,
            ),
            "an example",
        ),
        Record(
            (Field("files", Table(Text(blank=True), least=1), "Several files: path and text."), *EXAMPLE_FIELDS),
            "an example",
        ),
    ),
    "source",
)
EXAMPLES = Record(
    (
        Field(
            "bad",
            Several(EXAMPLE, least=1),
            "What is at fault: a violation rule matches it, a control rule does not.",
            required=True,
        ),
        Field(
            "good",
            Several(EXAMPLE, least=1),
            "What is right: a control rule matches it, a violation rule does not.",
            required=True,
        ),
    ),
    "examples",
)


def detect_shape(checks: Collection[str] | None) -> Choice:
    """The detectors; `checks` are the functions that `check` may name, None if they are not known here."""
    name: Shape = Text(FUNCTION, "the bare name of a function, never a dotted path")
    if checks is not None:
        name = Word(tuple(sorted(checks)), "check")
    check = Record(
        (Field("check", name, "The bare name of a function in the channel's `checks/`."), EXCEPT), "detect with check"
    )
    return Choice((CALLS, PATTERN, DEPENDENCY, FILE, CONFIG, RESPONSE, check), "detector")


TITLE = Field("title", Text(), "The fault (violation) or the control, in a few words.", required=True)
KIND_FIELDS = (
    Field("channel", word_of(Channel, "channel"), "Where the rule looks.", required=True),
    Field(
        "polarity",
        word_of(Polarity, "polarity"),
        "Whether a match counts against the item or proves it.",
        required=True,
    ),
    Field("languages", Several(word_of(Language, "language"), least=1), "The languages that a code rule reads."),
    Field("confidence", word_of(Confidence, "confidence"), "How sure a match is what the title says.", required=True),
    Field("why", Text(), "Why it matters, in a sentence or two.", required=True),
    Field("remedy", Text(), "What to do about a finding.", required=True),
    Field("references", Several(Text(r"https?://\S+", "a web address")), "Where to read more."),
    Field(
        "anchors",
        Several(Text(), least=1),
        "Whole words; a file that holds none of them is never parsed for this rule.",
    ),
)
POLICY_FIELDS = (
    Field(
        "when_clean",
        word_of(WhenClean, "word for when_clean"),
        "What a violation rule without a finding says about its item.",
        default=WhenClean.SUPPORTS.value,
    ),
    Field(
        "roles",
        Several(word_of(Role, "role"), least=1),
        "The roles of the files in which a match counts.",
        default=[Role.SERVER.value],
    ),
    Field("fix", Text(FUNCTION, "the bare name of a fix, never a dotted path"), "The name of the fix."),
    Field("examples", EXAMPLES, "The rule's tests and its documentation.", required=True),
)


@lru_cache(maxsize=8)
def rule_shape(items: tuple[str, ...], checks: frozenset[str] | None) -> Record:
    """The shape of a rule file, given the ids of the checklist's items and the names of the checks."""
    item = Field("item", Word(items, "item"), "The checklist item that the rule speaks for.", required=True)
    detect = Field("detect", detect_shape(checks), "What is looked for: exactly one detector.", required=True)
    return Record((TITLE, item, *KIND_FIELDS, detect, *POLICY_FIELDS), "a rule")
