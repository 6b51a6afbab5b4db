"""Whether a name that code imports may mean a file of the project."""

from __future__ import annotations

import posixpath

from readycheck.scan.late import compile_late

ENDING = compile_late(r"\.(?:py|pyi|[cm]?[jt]sx?)$")
INDEX = compile_late(r"/(?:index|mod)$")
PYTHON_INDEX = compile_late(r"/__init__$")
MOST_ATTRIBUTES = 3
PACKAGE = compile_late(r"(?:^|/)(?:index|__init__|mod)$")


def refers_to(importer: str, name: str, path: str) -> bool:
    """Whether a resolved name, written in one file, leads into another.

    `name` is what the bindings say: a module as written, then attributes (`./utils/logger.log`, `app.core.log.get()`,
    `..core.log`). A path alias (`@/utils/logger`) is compared by its tail: what the project maps it to is not read.
    """
    return find_attribute(importer, name, path) is not None


def find_attribute(importer: str, name: str, path: str) -> str | None:
    """What a resolved name takes out of the file that it leads into (empty: the module itself), None if it does not."""
    target = strip_ending(path)
    module, attribute = name.replace("()", ""), ""
    for _ in range(MOST_ATTRIBUTES + 1):
        if is_module_of(importer, module, target):
            return attribute
        module, dot, attribute = module.rpartition(".")
        if not dot or not module.strip("./"):
            break
    return None


def is_module_of(importer: str, module: str, target: str) -> bool:
    """Whether one spelling of a module means the target (a path without ending and without `/index`)."""
    if importer.endswith((".py", ".pyi", ".ipynb")):
        return is_python_module(importer, module, target)
    folder = posixpath.dirname(importer)
    if module.startswith((".", "/")):
        return strip_ending(posixpath.normpath(posixpath.join(folder, module))) == target
    tail = strip_ending(module.partition("/")[2])
    return bool(tail) and ends_with(target, tail)


def is_python_module(importer: str, module: str, target: str) -> bool:
    """Whether a dotted Python module, absolute or relative, means the target."""
    rest = module.lstrip(".")
    level = len(module) - len(rest)
    tail = rest.replace(".", "/")
    if not level:
        return bool(tail) and ends_with(target, tail)
    folder = posixpath.dirname(importer)
    for _ in range(level - 1):
        folder = posixpath.dirname(folder)
    return posixpath.normpath(posixpath.join(folder, tail)) == target


def ends_with(target: str, tail: str) -> bool:
    """Whether a path is a tail or ends with it at a slash."""
    return target == tail or target.endswith(f"/{tail}")


def strip_ending(path: str) -> str:
    """A path without its file ending, and without what stands for the folder: `/index`, of Python `/__init__`."""
    index = PYTHON_INDEX if path.endswith((".py", ".pyi")) else INDEX
    return index.sub("", ENDING.sub("", path))


def list_indexes(path: str) -> tuple[str, ...]:
    """The index files of the folders above a file, nearest first: what is imported from them may come from it."""
    names = ("__init__.py",) if path.endswith((".py", ".pyi")) else ("index.js",)
    found = []
    folder = posixpath.dirname(
        strip_ending(path) if PACKAGE.search(ENDING.sub("", path)) is None else posixpath.dirname(path)
    )
    while folder:
        found += [f"{folder}/{name}" for name in names]
        folder = posixpath.dirname(folder)
    return tuple(found)
