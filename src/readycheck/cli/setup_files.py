"""The texts that `readycheck init` writes."""

from __future__ import annotations

from readycheck import __version__

WORKFLOW_FILE = ".github/workflows/readycheck.yml"
HOOK_FILE = ".pre-commit-config.yaml"

CONFIGURATION = """\
# readycheck's configuration; `readycheck scan --help` says what the command line can add to it.

# The lowest priority of a checklist item whose failure fails the gate: high, medium, low, never.
fail-on = "high"

# Globs of paths that are not read.
exclude = []

# Ids of rules, items or sections that do not run. A finding in one place is better accepted in that place:
#   # readycheck: ignore[print-call] why it is right here
ignore = []

# Findings of before the gate was set up: readycheck scan --baseline readycheck-baseline.json --write-baseline
# baseline = "readycheck-baseline.json"

# Folders with rules of your own: readycheck rules new ID --folder readycheck-rules
# rules = ["readycheck-rules"]

# What files are for, where their paths do not tell.
# [roles]
# script = ["tools/**"]

# Findings that somebody answers for, until a day.
# [[waivers]]
# rule = "print-call"
# path = "src/legacy/**"
# owner = "you@example.com"
# reason = "goes with the old importer"
# until = 2027-01-31
"""

WORKFLOW = f"""\
name: readycheck

on:
  pull_request:
  push:
    branches: [main]

permissions: {{}}

jobs:
  readycheck:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
      security-events: write # to show the findings under Security and in pull requests
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0
        with:
          python-version: "3.12"
      - run: python -m pip install readycheck-cli=={__version__}
      - run: readycheck scan --report sarif=readycheck.sarif --report markdown=readycheck.md
        env:
          FORCE_COLOR: "1"
      - run: head -c 1000000 readycheck.md >> "$GITHUB_STEP_SUMMARY"
        if: ${{{{ !cancelled() && hashFiles('readycheck.md') != '' }}}}
      - uses: github/codeql-action/upload-sarif@89a39a4e59826350b863aa6b6252a07ad50cf83e # v4.32.4
        if: ${{{{ !cancelled() && hashFiles('readycheck.sarif') != '' }}}}
        with:
          sarif_file: readycheck.sarif
          category: readycheck
"""

HOOK = f"""\
  - repo: local
    hooks:
      - id: readycheck
        name: readycheck (changed lines)
        entry: readycheck scan --quiet --diff HEAD
        language: python
        additional_dependencies: [readycheck-cli=={__version__}]
        pass_filenames: false
"""


def add_table(pyproject: str) -> str:
    """A pyproject.toml's text with readycheck's table at its end."""
    lines = CONFIGURATION.partition("# What files are for")[0].rstrip("\n")
    return f"{pyproject.rstrip()}\n\n[tool.readycheck]\n{lines}\n"


def add_hook(text: str) -> str | None:
    """A pre-commit configuration's text with the hook at its end; None if its last top-level key is not `repos`."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    keys = [line for line in lines if not line.startswith((" ", "-"))]
    entries = [line for line in lines if line.lstrip().startswith("- repo:")]
    if not keys or keys[-1].rstrip() != "repos:" or not entries:
        return None
    margin = min(len(line) - len(line.lstrip()) for line in entries)
    hook = "".join(f"{' ' * margin}{line[2:]}\n" for line in HOOK.splitlines())
    return f"{text.rstrip()}\n{hook}"
