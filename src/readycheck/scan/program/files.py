"""From a module's name, as code writes it, to a file of the project."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from readycheck.scan.module_names import PACKAGE, strip_ending

PYTHON = (".py", ".pyi", ".ipynb")
ROOTS = frozenset({"src", "lib", "python"})
"""Folders from which modules are imported although they are none above the importing file."""
ROOT_ALIASES = ("src/", "app/")
ALIASES = ("@/", "~/", "#/", "src/", "app/", "@src/", "@app/", "$lib/", "~~/")
"""What path aliases begin with; what a project maps them to is not read, their tail decides."""

SCOPED = 2
"""The parts of a scoped package's name; only what goes two folders deeper is looked for in the project."""


class Files:
    """The code files of a project by the names under which they can be imported."""

    def __init__(self, paths: Iterable[str]) -> None:
        """Take the paths of all code files."""
        self.paths = frozenset(paths)
        self._python: dict[str, list[str]] = defaultdict(list)
        self._scripts: dict[str, list[str]] = defaultdict(list)
        self._exact: dict[tuple[bool, str], str] = {}
        for path in sorted(self.paths):
            is_python = path.endswith(PYTHON)
            target = strip_ending(path)
            index = self._python if is_python else self._scripts
            for tail in list_tails(target):
                index[tail].append(path)
            self._exact.setdefault((is_python, target), path)
        self.find = cache(self._find)

    def _find(self, importer: str, name: str) -> tuple[str, str] | None:
        """The file that a qualified name leads into and the rest of the name; None if it leads out of the project.

        `chat.users.routes.router.get` -> (`chat/users/routes.py`, `router.get`). A called module has a rest of `()`.
        """
        is_python = importer.endswith(PYTHON)
        for module, rest in split(name, is_python=is_python):
            path = self._find_python(importer, module) if is_python else self._find_script(importer, module)
            if path is not None:
                return path, rest
        return None

    def _find_python(self, importer: str, module: str) -> str | None:
        rest = module.lstrip(".")
        level = len(module) - len(rest)
        tail = rest.replace(".", "/")
        folder = posixpath.dirname(importer)
        if level:
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            return self._exact.get((True, posixpath.normpath(posixpath.join(folder, tail)) if tail else folder))
        candidates = self._python.get(tail, ())
        roots = {path: strip_ending(path)[: -len(tail)].rstrip("/") for path in candidates}
        able = [path for path in candidates if self._is_import_root(roots[path], folder)]
        return max(able, key=lambda path: (measure_common(folder, roots[path]), -len(path)), default=None)

    def _is_import_root(self, root: str, folder: str) -> bool:
        """Whether modules below a folder are imported from there by code in another: it is no package of its own."""
        if not root:
            return True
        if f"{root}/__init__.py" in self.paths:
            return False
        return folder == root or folder.startswith(f"{root}/") or last(root) in ROOTS

    def _find_script(self, importer: str, module: str) -> str | None:
        folder = posixpath.dirname(importer)
        if module.startswith((".", "/")):
            target = posixpath.normpath(posixpath.join(folder, module))
            names = (target, strip_ending(target), target.removesuffix("/index"))
            return next((found for name in names if (found := self._exact.get((False, name)))), None)
        prefix = next((one for one in ALIASES if module.startswith(one)), None)
        if prefix is not None:
            return self._find_tail(folder, module if prefix in ROOT_ALIASES else module[len(prefix) :])
        is_own = module.startswith(("@", "#"))  # `@server/users`, `#src/users` for `server/users`, `src/users`
        found = self._find_tail(folder, module[1:]) if is_own else None
        if found is None and module.startswith("@") and module.count("/") > SCOPED:
            found = self._find_tail(
                folder, "/".join(module.split("/")[SCOPED:])
            )  # `@shop/api/users/service` of a workspace
        return found

    def _find_tail(self, folder: str, name: str) -> str | None:
        """The script whose path ends with a name, as near as possible to a folder."""
        tail = strip_ending(name)
        return max(
            self._scripts.get(tail, ()), key=lambda path: (measure_common(folder, path), -len(path)), default=None
        )

    def is_package(self, path: str) -> bool:
        """Whether a file stands for its folder."""
        return PACKAGE.search(path.rpartition(".")[0]) is not None


def list_tails(path: str) -> Iterator[str]:
    """A path, and what is left of it without its first folders: `a/b/c`, `b/c`, `c`."""
    yield path
    while "/" in path:
        path = path.partition("/")[2]
        yield path


def last(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def measure_common(one: str, other: str) -> int:
    """How many characters two paths have in common at their beginning."""
    return len(posixpath.commonprefix((one, other)))


def split(name: str, *, is_python: bool) -> Iterator[tuple[str, str]]:
    """A qualified name as module and rest, the longest module first: it ends at a dot or a call."""
    place = name.find("(")
    head = name if place < 0 else name[:place]
    tail = "" if place < 0 else name[place:]
    lead = len(head) - len(head.lstrip("./")) if not is_python else len(head) - len(head.lstrip("."))
    while len(head) > 0:
        yield head, tail.removeprefix(".") if not tail.startswith("(") else tail
        cut = head.rfind(".")
        if cut < max(lead, 1) or (not is_python and "/" in head[cut:]):
            return
        head, tail = head[:cut], head[cut:] + tail
