"""The scripts inside `.vue`, `.svelte` and `.html` files, everything else blanked out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

OPENING = compile_late(r"<!--|<script(?=[\s/>])", re.IGNORECASE)
# An attribute value in quotes may hold `>`; a tag that never ends is no tag.
ATTRIBUTES = compile_late(r"""((?:[^>"']|"[^"]*"|'[^']*')*+)>""")
CLOSING = compile_late(r"</script(?=[\s/>])", re.IGNORECASE)
ATTRIBUTE = compile_late(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
INK = compile_late(r"[^\r\n]")
JAVASCRIPT_TYPES = compile_late(
    r"(?:module|(?:text|application)/(?:x-)?(?:javascript|ecmascript|jsx|babel)|text/typescript|ts|tsx|jsx?)?",
    re.IGNORECASE,
)
LANGUAGES = {
    "ts": Language.TYPESCRIPT, "typescript": Language.TYPESCRIPT, "text/typescript": Language.TYPESCRIPT,
    "tsx": Language.TSX,
}  # fmt: skip


def extract_scripts(text: str) -> tuple[Language, str] | None:
    """The language of a file's scripts, and its text with all but the scripts blanked; None without a script.

    Lines and columns are those of the file. A `;` stands where each script's end tag began: scripts do not run on into
    each other. As in HTML, `</script` ends a script even inside a string, and comments hold no scripts.
    """
    pieces: list[str] = []
    language = Language.JAVASCRIPT
    done = 0
    for attributes, start, end in find_scripts(text):
        if not JAVASCRIPT_TYPES.fullmatch(attributes.get("type", "")):
            continue
        lang = attributes.get("lang") or attributes.get("type", "")
        language = LANGUAGES.get(lang.lower(), language)
        if text[start:end].strip():
            pieces += [INK.sub(" ", text[done:start]), text[start:end]]
            done = end
            if end < len(text):
                pieces.append(";")
                done += 1
    return (language, "".join((*pieces, INK.sub(" ", text[done:])))) if pieces else None


def find_scripts(text: str) -> Iterator[tuple[dict[str, str], int, int]]:
    """The attributes of each script element, and where its content starts and ends."""
    place = 0
    while found := OPENING.search(text, place):
        if found[0] == "<!--":
            end = text.find("-->", found.end())
            place = len(text) if end < 0 else end + 3
            continue
        tag = ATTRIBUTES.match(text, found.end())
        if tag is None:
            return
        closing = CLOSING.search(text, tag.end())
        end = closing.start() if closing else len(text)
        place = closing.end() if closing else len(text)
        if not tag[1].endswith("/"):
            yield read_attributes(tag[1]), tag.end(), end
        else:
            place = tag.end()


def read_attributes(text: str) -> dict[str, str]:
    """The attributes of a tag by lower-case name; one without a value is empty."""
    return {name.lower(): double or single or bare for name, double, single, bare in ATTRIBUTE.findall(text)}
