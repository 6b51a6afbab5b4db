"""What the text of a print says about it: pieces of lines, colours, frames, JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.fix.python.call import PrintCall, Qualify
from readycheck.fix.python.level import list_words
from readycheck.fix.python.literals import evaluate, is_constant
from readycheck.fix.python.wording import is_in_columns, is_wordless
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

RETURN = compile_late(r"(?<!\\)\\r(?!\\n)|\r(?!\n)")
COLOURS = compile_late(
    r"\\(?:033|x1[bB]|u001[bB]|e|N\{ESC\w*\})\[|\x1b\[|\b(?:Fore|Back|Style|Colou?rs?|bcolors|colorama|termcolor)\."
    r"|\b(?:ANSI\w*|bold|dim|gr[ae]y|red|green|yellow|blue|cyan|magenta|underline|italic)\(|\bANSI\."
    r"|\b(?:colored|cprint|click\.style|typer\.style|chalk|crayons)\b|\[/?(?:bold|red|green|yellow|cyan|blue|dim)\b[^\]]*\]"
)
COLOUR_NAMES = compile_late(
    r"^(?:[A-Z]*_)?(?:RED|GREEN|YELLOW|BLUE|CYAN|MAGENTA|WHITE|BLACK|GR[AE]Y|PURPLE|ORANGE|RESET|BOLD|ENDC|NC|HEADER|OKBLUE"
    r"|OKGREEN|WARNING|FAIL|UNDERLINE)$"
)
SECRETS = compile_late(
    r"(?i)passw(?:or)?d|passphrase|(?:^|_)pwd$|secret|api_?key|(?:access|auth|refresh|bearer|session|id)_?token|(?:private|master|signing|encryption|access)_?key"
    r"|credential|^auth(?:orization)?$|^cookies?$|^(?:pwd|pw|nt|lm|password)_?hash$"
)
WORD = compile_late(r"\w")
FRAMES = compile_late(r"([=\-_*#~+│─═▬])\1{2,}|([.·])\2{4,}")
RECORDS = frozenset({"json.dumps()", "orjson.dumps()", "ujson.dumps()", "simplejson.dumps()", "yaml.dump()"})
BLOCKS = compile_late(r"(?i)banner|usage|help\b|stack_?trace|\btable\b|tabulate|pformat|\bread\(\)|\beval\(")
NAMED = frozenset({"identifier", "attribute", "call"})
DUMPS, ESCAPES = compile_late(r"\bdumps\("), compile_late(r"\\[a-z]|%[a-z]")
MARKUP = compile_late(r"^\s*(?:<(?:!DOCTYPE|html|script|div|\?xml)|Content-[Tt]ype:|data: )")


def is_partial(call: PrintCall) -> bool:
    """Whether the text returns to the start of its line."""
    return any(RETURN.search(one) for value in call.values for one in (value.text(),) if "r" in one or "\r" in one)


def is_blank(call: PrintCall) -> bool:
    """Whether only white space is written."""
    return all(is_constant(one) and not (evaluate(one.text()) or "").strip() for one in call.values)


def find_doubt(call: PrintCall, qualify: Qualify) -> str:
    """The reason why the text should be looked at before it becomes a record; empty if there is none."""
    return next((code for code, applies in list_doubts(call, qualify) if applies), "")


def list_doubts(call: PrintCall, qualify: Qualify) -> Iterator[tuple[str, bool]]:
    """Each reason, the gravest first, and whether it applies."""
    source, words = call.node.text(), " ".join(list_words(call))
    names = [one.text() for value in call.values for one in find_names(value)]
    yield "coloured", COLOURS.search(source) is not None or any(map(COLOUR_NAMES.match, names))
    yield "sensitive", any(map(SECRETS.search, names))
    yield "decoration", is_decoration(call, words)
    is_record = any(name in RECORDS for value in call.values for name in qualify(value))
    is_record = is_record or (DUMPS.search(source) is not None and not WORD.search(ESCAPES.sub("", words)))
    yield "machine-readable", is_record or MARKUP.search(words) is not None
    yield "laid-out", is_in_columns(call)
    is_block = any(BLOCKS.search(one.text()) for one in call.values if one.kind() in NAMED)
    yield "several-lines", "\n" in call.separator or is_block or any(map(spans_lines, call.values))
    yield "wordless", is_wordless(call)


def find_names(value: SgNode) -> list[SgNode]:
    """The names of variables and attributes in a value."""
    return [value] if value.kind() == "identifier" else value.find_all(kind="identifier")


def is_decoration(call: PrintCall, words: str) -> bool:
    """Whether a ruled line is drawn, alone or around a text."""
    if any(one.kind() == "binary_operator" and is_repeated(one) for one in call.values):
        return True
    if FRAMES.search(words):
        return True
    return all(is_constant(one) for one in call.values) and not WORD.search(words)


def is_repeated(node: SgNode) -> bool:
    """`"-" * 60`, also as a part of a sum."""
    operator = node.field("operator")
    sides = [one for one in (node.field("left"), node.field("right")) if one is not None]
    if operator is not None and operator.text() == "*":
        return any(is_constant(one) for one in sides)
    return any(one.kind() == "binary_operator" and is_repeated(one) for one in sides)


def spans_lines(value: SgNode) -> bool:
    """Whether a value is, for certain, more than one line of text."""
    if value.kind() not in ("string", "concatenated_string"):
        return False
    parts = [*value.find_all(kind="string_content"), *value.find_all(kind="interpolation")]
    parts.sort(key=lambda one: one.range().start.index)
    text = "".join(one.text() if one.kind() == "string_content" else "-" for one in parts)
    return "\n" in text or "\\n" in text.strip().removeprefix("\\n").removesuffix("\\n")
