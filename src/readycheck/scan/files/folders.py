"""Folders and files that hold no code of the project's own, told by their names and by what lies beside them."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from readycheck.scan.late import compile_late

# Version control and tool caches: nothing in them is source, so they are not even mentioned.
SILENT = frozenset({
    ".git", ".hg", ".svn", ".jj", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis",
    ".ipynb_checkpoints", ".DS_Store",
})  # fmt: skip
VENDORED = frozenset({
    "node_modules", "bower_components", "jspm_packages", "web_modules", "vendor", "vendors", "vendored", "_vendor",
    "third_party", "third-party", "thirdparty", "site-packages", "dist-packages", "__pypackages__", ".venv", ".tox",
    ".nox", ".pnpm-store", ".eggs", ".direnv",
})  # fmt: skip
OUTPUT = frozenset({
    ".next", ".nuxt", ".output", ".svelte-kit", ".turbo", ".parcel-cache", ".angular", ".astro", ".docusaurus",
    ".serverless", ".vercel", ".netlify", ".nyc_output", "htmlcov", "storybook-static",
})  # fmt: skip
MAYBE_OUTPUT = frozenset({"dist", "build", "out"})
MANIFESTS = frozenset({"package.json", "setup.py", "pyproject.toml", "setup.cfg"})
OUTPUT_SIGNS = compile_late(
    r"lib|bdist\..*|lib\..*|temp\..*|static|assets|client|index\.html|asset-manifest\.json|bundle\..*"
    r"|index\.(?:js|mjs|cjs|d\.ts)|main\.js|server\.js|app\.js|.*\.(?:whl|tar\.gz|map|min\.js|d\.ts)"
)
ENVIRONMENTS = frozenset({"venv", "env", "virtualenv", "ENV"})
GENERATED_NAME = compile_late(r".*[.-]min\.(?:js|mjs|cjs)|.*\.(?:bundle|chunk|umd|iife)(?:\.min)?\.js", re.IGNORECASE)
LOCK_FILE = "a lock file"
LOCK_FILES = frozenset({
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock",
    "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "composer.lock", "Gemfile.lock", "Cargo.lock",
})  # fmt: skip


def find_foreign_folder(name: str, beside: AbstractSet[str]) -> str | None:
    """Why a folder is not the project's own code by its name; None when it may be; `beside`: names next to it."""
    if name in VENDORED:
        return "a vendored folder"
    if name in OUTPUT or name.endswith(".egg-info") or (name == "target" and "Cargo.toml" in beside):
        return "build output"
    return None


def find_foreign_content(name: str, inside: AbstractSet[str], beside: AbstractSet[str]) -> str | None:
    """Why a folder is not the project's own code by what lies in it; None when it may be."""
    if "pyvenv.cfg" in inside or (name in ENVIRONMENTS and {"bin", "lib"} <= inside):
        return "a virtual environment"
    if "CACHEDIR.TAG" in inside:
        return "a cache folder"
    if name not in MAYBE_OUTPUT or "__init__.py" in inside or MANIFESTS.isdisjoint(beside):
        return None
    is_package = "package.json" in inside and name != "dist"
    looks_built = name == "dist" or any(OUTPUT_SIGNS.fullmatch(entry) for entry in inside)
    return "build output" if looks_built and not is_package else None


def find_foreign_file(name: str) -> str | None:
    """Why a file is not the project's own code by its name; None when it may be."""
    if name.endswith(("js", "JS")) and GENERATED_NAME.fullmatch(name):
        return "minified or bundled"
    return LOCK_FILE if name in LOCK_FILES else None
