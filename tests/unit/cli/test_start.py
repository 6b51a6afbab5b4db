"""What a start of the command loads: nothing that the answer does not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"yaml", "rich.console", "ast_grep_py", "ignore", "jinja2", "multiprocessing", "readycheck.catalog.loader"}


def list_modules(*arguments: str) -> set[str]:
    script = (
        "import sys\nfrom readycheck.__main__ import main\n"
        f"sys.argv = ['readycheck', *{arguments!r}]\n"
        "main()\nprint('modules:', *sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.partition("modules:")[2].split())


def test_the_version_loads_nothing() -> None:
    modules = list_modules("--version")

    assert "readycheck" in modules
    assert {name for name in modules if name.startswith("readycheck.")} == {"readycheck.__main__"}
    assert "typer" not in modules


@pytest.mark.parametrize(
    "arguments", [["--help"], ["scan", "--help"], ["rules", "new", "--help"], ["init", "--help"], ["demo", "--help"]]
)
def test_help_loads_no_scanner(arguments: list[str]) -> None:
    assert list_modules(*arguments) & HEAVY == set()
