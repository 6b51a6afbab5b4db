"""Commands that install dependencies, and whether they keep to what is locked."""

from __future__ import annotations

from collections.abc import Sequence

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
