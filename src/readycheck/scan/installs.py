"""Commands that install dependencies, and whether they keep to what is locked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readycheck.scan.late import compile_late

VALUES = frozenset({
    "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--target", "-t", "--prefix", "--root", "--python",
    "-p",
    "--cache-dir", "--platform", "--python-version", "--implementation", "--abi", "--only-binary", "--no-binary",
    "--trusted-host", "--timeout", "--retries", "--log", "--progress-bar", "--upgrade-strategy", "--proxy", "--cert",
})  # fmt: skip
"""Options of pip that the next word belongs to."""
ELSEWHERE = (
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-e",
    "--editable",
    "--no-index",
    "--group",
    "-f",
    "--find-links",
)
"""Options of pip with which the versions stand in a file, or the packages are files that were built before."""
PACKAGE = compile_late(r"^[A-Za-z0-9][\w.-]*(?:\[[\w,. -]*\])?(?:\s*(?:>=?|~=|!=|<=?).*)?$")
ARCHIVE = compile_late(r"\.(?:whl|gz|zip|tar|bz2)$")
TOOLS = frozenset({
    "pip", "setuptools", "wheel", "uv", "poetry", "poetry-core", "poetry-plugin-export", "pipenv", "pdm", "hatch",
    "hatchling",
    "pip-tools", "virtualenv", "pipx", "build", "twine", "flit", "maturin", "cython", "setuptools-scm",
    "setuptools_scm",
    "pip-licenses", "pip-audit", "awscli", "supervisor", "nox", "tox", "pre-commit", "ninja", "cmake", "meson",
})  # fmt: skip
"""What makes, installs or checks packages: none of it is loaded by a service."""
FROZEN = ("--frozen-lockfile", "--immutable", "--prod-lock", "--locked", "--frozen", "--require-hashes", "--deploy")


def judge_install(words: Sequence[str], *, in_ci: bool = False) -> bool | None:
    """Whether an install keeps to the lock file; None for what installs nothing from a manifest, or cannot be told.

    `in_ci`: the variable CI is set, where pnpm keeps to the lock file by itself and so does Yarn from version 2 on.
    """
    name = words[0].rpartition("/")[2] if words else ""
    plain = [word for word in words[1:] if not word.startswith("-")]
    flags = [word for word in words[1:] if word.startswith("-")]
    is_frozen = any(flag.startswith(FROZEN) for flag in flags)
    if name in ("npm", "yarn", "pnpm", "bun"):
        return judge_node(name, plain, flags, is_frozen=is_frozen, in_ci=in_ci)
    return judge_python(name, list(words), plain, is_frozen=is_frozen)


def judge_node(name: str, plain: list[str], flags: list[str], *, is_frozen: bool, in_ci: bool) -> bool | None:
    """The package managers of Node.js."""
    if name == "npm" and plain[:1] in (["ci"], ["clean-install"]):
        return True
    if name == "npm":
        is_install = plain in (["install"], ["i"]) and not {"-g", "--global", "--location=global"} & set(flags)
        return False if is_install else None
    if plain in (["install"], ["i"]) or (name == "yarn" and not plain and not {"--version", "-v"} & set(flags)):
        if name == "pnpm" and in_ci and "--no-frozen-lockfile" not in flags:
            return True
        return True if is_frozen else None if name == "yarn" and in_ci else False
    return None


def judge_python(name: str, words: list[str], plain: list[str], *, is_frozen: bool) -> bool | None:
    """The package managers of Python; `pip install -r` alone says nothing about the list that it is given."""
    if name == "uv" and plain[:1] == ["sync"]:
        return True if is_frozen else None
    if name == "poetry" and plain[:1] in (["install"], ["sync"]):
        return True
    if name == "pipenv" and plain[:1] in (["sync"], ["install"]):
        return True if plain[0] == "sync" or is_frozen else None
    if name == "pdm" and plain[:1] in (["sync"], ["install"]):
        return True if plain[0] == "sync" or is_frozen else None
    is_pip = name in ("pip", "pip3") or ("pip" in words[:4] and (name.startswith("python") or name == "uv"))
    return True if is_pip and "install" in plain and is_frozen else None


def list_unpinned(words: Sequence[str]) -> list[str]:
    """The packages that a `pip install` names itself and takes in whatever version there is; no tools."""
    name = words[0].rpartition("/")[2] if words else ""
    is_pip = name in ("pip", "pip3") or ("pip" in words[:4] and (name.startswith("python") or name == "uv"))
    if not is_pip or "install" not in words[:5]:
        return []
    given = [*words[words.index("install") + 1 :]]
    if any(word.startswith(ELSEWHERE) for word in given):
        return []
    plain = [word for place, word in enumerate(given) if place == 0 or given[place - 1] not in VALUES]
    packages = [word for word in plain if not word.startswith("-")]
    if not all(PACKAGE.match(word) or "==" in word or "@" in word for word in packages):
        return []
    named = [word for word in packages if PACKAGE.match(word) and not ARCHIVE.search(word)]
    return [word for word in named if re.split(r"[\[<>=!~ ]", word)[0].lower() not in TOOLS]
