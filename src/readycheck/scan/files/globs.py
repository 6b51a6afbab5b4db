"""Path globs, as rules, collectors and the configuration write them.

A glob without a slash matches the file's name in any folder, one with a slash the whole path from the root. `*` and
`?` stop at slashes, `**` is any number of folders, `{a,b}` is one of several, `[abc]` and `[!abc]` one of some
characters. Case counts. Globs may come from an audited project: the patterns commit to the first place where each
piece fits (atomic groups), and a glob whose braces stand for more than 64 globs is taken literally, so that no glob
makes matching exponential.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from math import prod

from readycheck.scan.late import compile_late

TOKEN = compile_late(r"\*+|\?|\[!?[^\]/]+\]|[^*?\[]+|.", re.DOTALL)
BRACES = compile_late(r"\{([^{}/]*)\}")
MOST_CHOICES = 64
NAME = "[^/]"


def matches_globs(path: str, globs: Iterable[str]) -> bool:
    """Whether a path (relative, with `/`) matches one of the globs."""
    return compile_globs(tuple(globs)).fullmatch(path) is not None


@lru_cache(maxsize=512)
def compile_globs(globs: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for `fullmatch` that stands for all globs; without globs it matches nothing."""
    plain = [translate_glob(choice) for glob in globs for choice in expand_braces(glob)]
    return re.compile("|".join(f"(?:{pattern})" for pattern in plain) or r"(?!)", re.DOTALL)


def expand_braces(glob: str) -> list[str]:
    """The globs without braces that one with braces stands for."""
    pieces = BRACES.split(glob)
    choices = [piece.split(",") if index % 2 else [piece] for index, piece in enumerate(pieces)]
    if prod(map(len, choices)) > MOST_CHOICES:
        return [glob]
    return ["".join(chosen) for chosen in product(*choices)]


def translate_glob(glob: str) -> str:
    """The regular expression of one glob."""
    folders = glob.removeprefix("/").split("/") if "/" in glob else ["**", glob]
    runs: list[list[str]] = [[]]
    for folder in folders:
        if folder == "**":
            runs.append([])
        else:
            runs[-1].append(translate_name(folder))
    first, *others = runs
    if not others:
        return "/".join(first)
    pieces = ["".join(f"{name}/" for name in first)]
    pieces += [f"(?>(?:{NAME}+/)*?{''.join(f'{name}/' for name in run)})" for run in others[:-1] if run]
    pieces.append(f"(?:{NAME}+/)*{'/'.join(others[-1])}" if others[-1] else ".+")
    return "".join(pieces)


def translate_name(glob: str) -> str:
    """The regular expression of one folder or file name with wildcards."""
    runs: list[list[str]] = [[]]
    for token in TOKEN.findall(glob):
        if token.startswith("*"):
            runs.append([])
        else:
            runs[-1].append(translate_token(token))
    first, *others = ("".join(run) for run in runs)
    if not others:
        return first
    middle = "".join(f"(?>{NAME}*?{run})" for run in others[:-1] if run)
    return f"{first}{middle}{NAME}*{others[-1]}"


def translate_token(piece: str) -> str:
    """The regular expression of one wildcard, class or stretch of plain characters."""
    if piece == "?":
        return NAME
    if len(piece) > 1 and piece.startswith("[") and piece.endswith("]"):
        inner = piece[1:-1].replace("\\", r"\\").replace("[", r"\[")
        return f"[^/{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
    return re.escape(piece)
