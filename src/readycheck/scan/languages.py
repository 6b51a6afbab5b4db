"""Which language a file is in, by its name alone."""

from __future__ import annotations

from collections.abc import Mapping

from readycheck.model.vocabulary import Language

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
    ".dockerignore": Language.TEXT, ".gitignore": Language.TEXT, ".npmrc": Language.TEXT,
    ".babelrc": Language.JSON, ".eslintrc": Language.JSON, ".prettierrc": Language.YAML,
    "www": Language.JAVASCRIPT,  # bin/www, where express-generator starts the server
}  # fmt: skip
STEMS: Mapping[str, Language] = {
    "Dockerfile.": Language.DOCKERFILE, "dockerfile.": Language.DOCKERFILE, "Containerfile.": Language.DOCKERFILE,
    "Dockerfile-": Language.DOCKERFILE, ".env": Language.TEXT, "Procfile.": Language.TEXT,
}  # fmt: skip
UNREAD: Mapping[str, str] = {
    "go": "Go", "rb": "Ruby", "java": "Java", "kt": "Kotlin", "kts": "Kotlin", "php": "PHP", "cs": "C#", "fs": "F#",
    "rs": "Rust", "ex": "Elixir", "exs": "Elixir", "erl": "Erlang", "scala": "Scala", "groovy": "Groovy",
    "clj": "Clojure", "swift": "Swift", "pl": "Perl", "pm": "Perl", "lua": "Lua", "hs": "Haskell", "ml": "OCaml",
    "dart": "Dart", "cr": "Crystal", "nim": "Nim", "zig": "Zig", "vb": "Visual Basic", "gleam": "Gleam",
    "coffee": "CoffeeScript", "res": "ReScript", "pyx": "Cython", "c": "C", "cc": "C++", "cpp": "C++",
}  # fmt: skip
EMBEDDING = frozenset({"vue", "svelte", "html", "htm"})


def language_of(path: str) -> Language | None:
    """The language of a path (relative, with `/`); None when no rule can read such a file.

    Files that only embed scripts count as JavaScript until they are read: a script may turn out to be TypeScript.
    """
    name = path.rpartition("/")[2]
    named = NAMES.get(name)
    if named is not None:
        return named
    suffix = name.rpartition(".")[2].lower()
    if suffix in SUFFIXES and len(suffix) < len(name):
        return SUFFIXES[suffix] if not name.startswith(".env") else Language.TEXT
    return next((language for stem, language in STEMS.items() if name.startswith(stem)), None)


def unread_language(path: str) -> str | None:
    """The name of the server language of a path that no rule can read, or None."""
    return UNREAD.get(path.rpartition("/")[2].rpartition(".")[2].lower()) if "." in path else None


def suffix_of(path: str) -> str:
    """The suffix in lower case without its dot; empty when the name has none."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot and stem else ""


def embeds_scripts(path: str) -> bool:
    """Whether code stands in such a file only inside script elements."""
    return suffix_of(path) in EMBEDDING
