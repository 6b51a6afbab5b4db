"""How names lead from one file to the next: imports, exports, and the parts of a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readycheck.scan.program.model import LOCAL, Module


def follow_import(module: Module, rest: str) -> str | None:
    """The name to resolve next, if what is taken from a Python module is something that the module itself imports."""
    first, tail = split_first(rest)
    if not first or first in module.definitions or first in module.variables:
        return None
    target = module.imports.get(first)
    return target + tail if target is not None else None


def follow_export(module: Module, rest: str) -> str | None:
    """The name to resolve next for what is taken from a JavaScript module: what it exports under that name."""
    first, tail = split_first(rest)
    if first and first != "default":
        names = module.exports.get(first)
        if names is not None:
            return choose(module, names) + tail if names else None
        whole = module.exports.get("default") or ()
        for name in whole[:1]:
            return f"{name}.{first}{tail}" if name != f"{LOCAL}{first}" else name + tail
        return next((f"{name}.{first}{tail}" for name in module.exports.get("*", ())), None)
    names = module.exports.get("default") or ()
    return choose(module, names) + tail if names else None


def choose(module: Module, names: Sequence[str]) -> str:
    """Of the names of one value that which can be followed: its own, unless it is taken out of what was required."""
    first, *others = names
    root = split_first(first.removeprefix(LOCAL))[0]
    is_known = root in module.variables or root in module.definitions or f"{LOCAL}{root}" == first
    if not first.startswith(LOCAL) or is_known:
        return first
    return next((name for name in others if not name.startswith(LOCAL)), first)


def names_own(module: Module, first: str) -> bool:
    """Whether a module has something by its own, or imports it by name."""
    own = module.imports if module.is_python else module.exports
    return first in module.definitions or first in module.variables or first in own


def split_first(name: str) -> tuple[str, str]:
    """The first part of a name, up to a dot or a call, and the rest."""
    ends = [place for mark in ".(" if (place := name.find(mark)) >= 0]
    end = min(ends, default=len(name))
    return name[:end], name[end:]


def split_known(module: Module, name: str) -> tuple[str, str]:
    """The longest beginning of a name that is a variable or definition of the module, and the rest; else empty."""
    if split_first(name)[0] not in module.heads:
        return "", name
    known = module.splits.get(name)
    if known is None:
        known = module.splits[name] = find_known(module, name)
    return known


def find_known(module: Module, name: str) -> tuple[str, str]:
    """The same, looked for."""
    head = name
    while head:
        if head in module.variables or head in module.definitions:
            return head, name[len(head) :]
        plain = head.replace("()", "") if "(" in head else head
        if plain is not head and plain in module.variables:  # a member of an instance: `Api().router` is `Api.router`
            return plain, name[len(head) :]
        cut = max(head.rfind("."), head.rfind("("))
        head = head[:cut] if cut > 0 else ""
    return "", name


def split_owner(module: Module, name: str) -> Iterator[tuple[str, str, str]]:
    """A name as a definition, something of it, and the rest: `_add_layers.app.state` -> (`_add_layers`, `app`, ...)."""
    head = name
    while (cut := head.rfind(".")) > 0:
        head = head[:cut]
        if head in module.definitions:
            first, rest = split_first(name[len(head) + 1 :])
            yield head, first, rest
