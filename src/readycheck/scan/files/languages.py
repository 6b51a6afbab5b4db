"""Which language a file is in, by its name alone."""

from __future__ import annotations

from collections.abc import Mapping

from readycheck.model.vocabulary import Language
from readycheck.scan.roles.tables import read_folder

SUFFIXES: Mapping[str, Language] = {
    "py": Language.PYTHON, "pyw": Language.PYTHON, "ipynb": Language.PYTHON,
    "js": Language.JAVASCRIPT, "mjs": Language.JAVASCRIPT, "cjs": Language.JAVASCRIPT, "jsx": Language.JAVASCRIPT,
    "ts": Language.TYPESCRIPT, "mts": Language.TYPESCRIPT, "cts": Language.TYPESCRIPT, "tsx": Language.TSX,
    "vue": Language.JAVASCRIPT, "svelte": Language.JAVASCRIPT, "html": Language.JAVASCRIPT, "htm": Language.JAVASCRIPT,
    "dockerfile": Language.DOCKERFILE, "containerfile": Language.DOCKERFILE,
    "yml": Language.YAML, "yaml": Language.YAML, "toml": Language.TOML,
    "json": Language.JSON, "jsonc": Language.JSON, "json5": Language.JSON, "webmanifest": Language.JSON,
    "txt": Language.TEXT, "in": Language.TEXT, "cfg": Language.TEXT, "ini": Language.TEXT, "conf": Language.TEXT,
    "env": Language.TEXT, "sh": Language.TEXT, "properties": Language.TEXT, "md": Language.TEXT, "sql": Language.TEXT,
    "service": Language.TEXT, "tf": Language.TEXT, "hcl": Language.TEXT,
}  # fmt: skip
NAMES: Mapping[str, Language] = {
    "Dockerfile": Language.DOCKERFILE, "Containerfile": Language.DOCKERFILE, "dockerfile": Language.DOCKERFILE,
    "Pipfile": Language.TOML, "uv.lock": Language.TOML, "poetry.lock": Language.TOML,
    "Procfile": Language.TEXT, "Caddyfile": Language.TEXT, "Makefile": Language.TEXT, "Justfile": Language.TEXT,
    "Jenkinsfile": Language.TEXT, "CODEOWNERS": Language.TEXT,
    "entrypoint": Language.TEXT, "docker-entrypoint": Language.TEXT,
    ".dockerignore": Language.TEXT, ".gitignore": Language.TEXT, ".npmrc": Language.TEXT,
    ".babelrc": Language.JSON, ".eslintrc": Language.JSON, ".prettierrc": Language.YAML,
    "www": Language.JAVASCRIPT,  # bin/www, where express-generator starts the server
}  # fmt: skip
STEMS: Mapping[str, Language] = {
    "Dockerfile.": Language.DOCKERFILE, "dockerfile.": Language.DOCKERFILE, "Containerfile.": Language.DOCKERFILE,
    "Dockerfile-": Language.DOCKERFILE, ".env": Language.TEXT, "Procfile.": Language.TEXT,
}  # fmt: skip
# Languages in which servers are written; C, shell and build scripts of Gradle are not among them.
UNREAD: Mapping[str, str] = {
    "go": "Go", "rb": "Ruby", "java": "Java", "kt": "Kotlin", "php": "PHP", "cs": "C#", "fs": "F#",
    "vb": "Visual Basic", "rs": "Rust", "ex": "Elixir", "exs": "Elixir", "erl": "Erlang", "gleam": "Gleam",
    "scala": "Scala", "clj": "Clojure", "swift": "Swift", "pl": "Perl", "pm": "Perl", "lua": "Lua", "hs": "Haskell",
    "ml": "OCaml", "dart": "Dart", "cr": "Crystal", "nim": "Nim", "zig": "Zig", "coffee": "CoffeeScript",
    "res": "ReScript", "pyx": "Cython",
}  # fmt: skip
# Folders of applications that run on a phone or a desktop.
DEVICES = frozenset({"ios", "android", "macos", "windows", "linux", "src-tauri"})
EMBEDDING = frozenset({"vue", "svelte", "html", "htm"})


def language_of(path: str) -> Language | None:
    """The language of a path (relative, with `/`); None when no rule can read such a file.

    Files that only embed scripts count as JavaScript until they are read: a script may turn out to be TypeScript.
    """
    name = path.rpartition("/")[2]
    named = NAMES.get(name)
    if named is not None:
        return named
    suffix = suffix_of(name)
    if suffix in SUFFIXES:
        return SUFFIXES[suffix] if not name.startswith(".env") else Language.TEXT
    return next((language for stem, language in STEMS.items() if name.startswith(stem)), None)


def unread_language(path: str) -> str | None:
    """The name of the server language of a path that no rule can read; None for files that no server runs.

    The folders tell: tests, examples, documentation, scripts and device applications are no server code.
    """
    name = UNREAD.get(suffix_of(path))
    if name is None:
        return None
    folder = path.rpartition("/")[0]
    return None if read_folder(folder).role or not DEVICES.isdisjoint(folder.split("/")) else name


def suffix_of(path: str) -> str:
    """The suffix in lower case without its dot; empty when the name has none."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot and stem else ""


def embeds_scripts(path: str) -> bool:
    """Whether code stands in such a file only inside script elements."""
    return suffix_of(path) in EMBEDDING
