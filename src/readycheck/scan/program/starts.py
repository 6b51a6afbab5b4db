"""Which files the commands of a deployment start: `uvicorn chat.app:create_app`, `node dist/server.js`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact
from readycheck.scan.config.command_line import Program as Command
from readycheck.scan.config.command_line import find_programs
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import ENDING
from readycheck.scan.program.files import Files

MODULE = compile_late(r"^[A-Za-z_][\w.]*(?::[\w.()]+)?$")
PYTHON_SERVERS = frozenset({
    "uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "waitress-serve", "flask", "fastapi", "celery", "arq",
    "rq", "dramatiq", "taskiq", "procrastinate", "huey_consumer", "huey_consumer.py", "sanic", "litestar", "quart",
})  # fmt: skip
SCRIPT_RUNNERS = frozenset({
    "node", "nodemon", "ts-node", "ts-node-dev", "tsx", "bun", "deno", "pm2", "pm2-runtime", "babel-node", "nest",
    "next", "esno", "swc-node", "vite-node", "wrangler",
})  # fmt: skip
BUILT = compile_late(r"^(?:dist|build|lib|out|\.build|output|\.output/server)/")
CONVENTIONS = {"nest": ("src/main.ts",), "flask": ("app.py", "wsgi.py")}


def find_entries(commands: Sequence[Fact], entries: Sequence[Fact], files: Files) -> dict[str, set[str]]:
    """The files that are started, each with the names in it that the command asks for (`create_app`)."""
    found: dict[str, set[str]] = {}
    for fact in commands:
        argv = fact.data.get("argv")
        words = [str(word) for word in argv] if isinstance(argv, list) else []
        folder = posixpath.dirname(fact.where.path)
        for command in find_programs(words):
            for path, name in read_command(command, folder, files):
                found.setdefault(path, set()).add(name)
    for fact in entries:
        folder = posixpath.dirname(fact.where.path)
        for path, name in read_word(str(fact.data.get("name")), folder, files):
            found.setdefault(path, set()).add(name)
    return found


def read_command(command: Command, folder: str, files: Files) -> Iterator[tuple[str, str]]:
    """The files that one program of a command line starts."""
    words = list(command.words[1:])
    name = command.name
    if name.startswith(("python", "pypy")):
        if "-m" in words[:-1]:
            module = words[words.index("-m") + 1]
            if module in PYTHON_SERVERS:
                yield from read_words(words[words.index("-m") + 2 :], folder, files)
            else:
                yield from read_module(module, folder, files)
            return
        yield from read_words([word for word in words if not word.startswith("-")][:1], folder, files)
    elif name in PYTHON_SERVERS or name in SCRIPT_RUNNERS:
        yield from read_words(words, folder, files)
        for path in CONVENTIONS.get(name, ()):
            yield from read_word(path, folder, files)


def read_words(words: Sequence[str], folder: str, files: Files) -> Iterator[tuple[str, str]]:
    """The words of a command that name files or modules of the project."""
    for word in words:
        if not word.startswith("-"):
            yield from read_word(word.partition("=")[2] or word, folder, files)


def read_word(word: str, folder: str, files: Files) -> Iterator[tuple[str, str]]:
    """The file that one word names: a path, a built path whose source is there, or a module with a name in it."""
    module, _, name = word.partition(":")
    path = posixpath.normpath(posixpath.join(folder, word.removeprefix("/app/").removeprefix("./")))
    if (ENDING.search(word) and not word.startswith("-")) or ("/" in word and not MODULE.match(word)):
        found = [*find_paths(path, folder, files)]
        while not found and word.startswith("/") and "/" in path.strip("/"):  # where the image keeps it is not read
            path = path.strip("/").partition("/")[2]
            found = [*find_paths(path, folder, files)]
        yield from ((one, "") for one in found)
    elif MODULE.match(word):
        parent, _, last = module.rpartition(".")
        found_modules = [*read_module(module, folder, files)]
        if not found_modules and parent and not name:  # `celery -A run_celery.app`
            found_modules, name = [*read_module(parent, folder, files)], last
        for one, _ in found_modules:
            yield one, name.removesuffix("()")


def find_paths(path: str, folder: str, files: Files) -> Iterator[str]:
    """A path of the project, or the sources of one that is built."""
    stem = ENDING.sub("", path)
    relative = posixpath.relpath(stem, folder or ".")
    built = BUILT.sub("", relative)
    candidates = [stem, f"{stem}/index"]
    if built != relative:
        candidates += [posixpath.join(folder, one) for one in (f"src/{built}", built, built.removeprefix("src/"))]
    for candidate in candidates:
        matches = [f"{candidate}.{ending}" for ending in ("py", "js", "ts", "mjs", "cjs", "mts", "tsx", "jsx")]
        found = [one for one in matches if one in files.paths]
        if found:
            yield found[0]
            return


def read_module(module: str, folder: str, files: Files) -> Iterator[tuple[str, str]]:
    """The file of a Python module; of a package its `__main__` as well."""
    tail = module.replace(".", "/")
    for root in dict.fromkeys((folder, posixpath.join(folder, "src"), "", "src")):
        base = posixpath.normpath(posixpath.join(root, tail)) if root else tail
        candidates = (f"{base}.py", f"{base}/__main__.py", f"{base}/__init__.py")
        found = [one for one in candidates if one in files.paths]
        if found:
            yield from ((one, "") for one in found)
            return
    for path in files.paths:
        if path.endswith((f"/{tail}.py", f"/{tail}/__main__.py")):
            yield path, ""
