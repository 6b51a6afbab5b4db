"""The tools that readycheck is measured against: pinned, installed below `.work/`, and how each is started.

python -m benchmarks.peers          installs them
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

from benchmarks.corpora import WORK

PINS = Path(__file__).parent / "pins"
HOME = WORK / "peers"
RUFF = HOME / "ruff" / "bin" / "ruff"
SEMGREP = HOME / "semgrep" / "bin" / "semgrep"
ESLINT = HOME / "eslint" / "node_modules" / "eslint" / "bin" / "eslint.js"

RUFF_T201 = (
    str(RUFF),
    "check",
    "--isolated",
    "--no-cache",
    "--ignore-noqa",
    "--no-respect-gitignore",
    "--config=exclude=[]",
    "--select=T201",
    "--exit-zero",
)
ESLINT_NO_CONSOLE = (
    "node",
    str(ESLINT),
    f"--config={HOME / 'eslint' / 'eslint.config.mjs'}",
    "--no-inline-config",
    "--no-ignore",
    "--no-warn-ignored",
)
SEMGREP_LOCAL = (
    str(SEMGREP),
    "scan",
    "--metrics=off",
    "--disable-version-check",
    "--no-git-ignore",
    "--x-ignore-semgrepignore-files",
    f"--config={PINS / 'semgrep.yaml'}",
)
QUIET_ENVIRONMENT: Mapping[str, str] = {
    "SEMGREP_SEND_METRICS": "off",
    "SEMGREP_ENABLE_VERSION_CHECK": "0",
    "SEMGREP_USER_AGENT_APPEND": "",
    "SEMGREP_SETTINGS_FILE": str(HOME / "semgrep-settings.yml"),
    "SEMGREP_LOG_FILE": str(HOME / "semgrep.log"),
    "NO_COLOR": "1",
    # Python's own: byte code is kept, as it is where a tool was installed, but not in the source tree.
    "PYTHONPYCACHEPREFIX": str(WORK / "pycache"),
    "PYTHONDONTWRITEBYTECODE": "",
}


def make_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a measured tool: ours, with its telemetry and colours off."""
    return {**os.environ, **QUIET_ENVIRONMENT, **(extra or {})}


def install_python(name: str) -> None:
    """A virtual environment with the pinned requirements of one Python tool."""
    folder = HOME / name
    if not (folder / "bin" / name).exists():
        venv.create(folder, with_pip=True, clear=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", str(PINS / f"{name}.txt")], check=True)


def install_eslint() -> None:
    """The linter eslint with the TypeScript parser, exact versions, without running any package's scripts."""
    folder = HOME / "eslint"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "eslint.config.mjs"):
        shutil.copyfile(PINS / name, folder / name)
    npm = ["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(npm, cwd=folder, check=True)


def read_version(command: list[str]) -> str:
    """What a tool says its version is, as one word."""
    output = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True, env=make_environment())
    return output.stdout.split()[-1].removeprefix("v")


def describe_versions() -> dict[str, str]:
    """The versions of the peers that are installed."""
    commands = {"ruff": [str(RUFF)], "semgrep": [str(SEMGREP)], "eslint": ["node", str(ESLINT)], "node": ["node"]}
    return {
        name: read_version(command)
        for name, command in commands.items()
        if Path(command[-1]).exists() or name == "node"
    }


def main() -> int:
    """Install all peers."""
    HOME.mkdir(parents=True, exist_ok=True)
    for name in ("ruff", "semgrep"):
        install_python(name)
    install_eslint()
    for name, version in describe_versions().items():
        print(f"{name} {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
