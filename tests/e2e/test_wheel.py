"""What is shipped: the wheel that is built from the source distribution works where there is no checkout."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

CHECKOUT = Path(__file__).resolve().parents[2]


def run(
    *command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    sdist = run(*build, "-t", "sdist", cwd=CHECKOUT)
    assert sdist.returncode == 0, sdist.stderr
    [archive] = folder.glob("*.tar.gz")
    assert run("tar", "xzf", archive.name, cwd=folder).returncode == 0
    unpacked = folder / archive.name.removesuffix(".tar.gz")
    built = run(*build, "-t", "wheel", cwd=unpacked)
    assert built.returncode == 0, built.stderr
    [found] = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A command installed from the wheel; its dependencies are ours, but not the checkout (no .pth file is read)."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    site = home / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    command = home / "bin" / "readycheck"
    command.write_text(f"#!{home}/bin/python\nimport sys\nfrom readycheck.__main__ import main\nsys.exit(main())\n")
    command.chmod(0o755)
    return command


def test_the_wheel_holds_the_package_and_the_rules(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    rules = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "rules").rglob("*.yaml")}
    assert {f"readycheck/{name}" for name in rules} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "fixtures/", "benchmarks/", "rules/"))]


def test_the_wheel_holds_the_two_applications_of_the_demo_without_what_only_their_developers_need(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    carried = [name.removeprefix("readycheck/demo/") for name in names if name.startswith("readycheck/demo/")]

    for wanted in ("chat_backend/chat", "chat_backend/deploy", "express_chat/server", "express_chat/.github"):
        files = {path for path in (CHECKOUT / "fixtures" / wanted).rglob("*") if path.is_file()}
        tracked = {path for path in files if "__pycache__" not in path.parts}
        assert {path.relative_to(CHECKOUT / "fixtures").as_posix() for path in tracked} - set(carried) == set()
    assert {"express_chat/package-lock.json", "chat_backend/Dockerfile"} <= set(carried)
    unwanted = {"tests", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", "data", "expected.json"}
    assert [name for name in carried if unwanted.intersection(name.split("/"))] == []


@pytest.mark.parametrize("name", ["chat_backend", "express_chat"])
def test_an_application_in_the_wheel_is_judged_as_in_the_checkout(installed: Path, tmp_path: Path, name: str) -> None:
    site = next(installed.parents[1].glob("lib/python*/site-packages"))
    folders = (CHECKOUT / "fixtures" / name, site / "readycheck" / "demo" / name)

    scans = [run(installed, "scan", folder, "--format", "json", "--no-cache", cwd=tmp_path) for folder in folders]

    outcomes = [{one["id"]: one["outcome"] for one in json.loads(scan.stdout)["items"]} for scan in scans]
    assert outcomes[0] == outcomes[1]


def test_the_demo_starts_from_the_wheel(installed: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="readycheck-test-wheel-"))
    folder.chmod(0o711)  # root's Postgres runs as another account
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {"PATH": str(folder), "READYCHECK_CACHE_DIR": str(folder), "LC_ALL": "C.UTF-8"}
    try:
        done = run(installed, "demo", "--chat-port", port, cwd=folder, environment=environment)
    finally:
        shutil.rmtree(folder)

    assert done.returncode == 0, done.stderr
    assert f"http://127.0.0.1:{port}" in done.stdout
    assert "readycheck/demo/chat_backend" in done.stdout


def test_the_wheel_scans_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed.with_name("python"), "-c", "import readycheck; print(readycheck.__file__)", cwd=tmp_path)
    assert str(installed.parents[1]) in where.stdout
    (tmp_path / "api.py").write_text("print(1)\n")

    scanned = run(installed, "scan", ".", "--no-cache", cwd=tmp_path)

    assert scanned.returncode == 1, scanned.stderr
    assert "print-call" in scanned.stdout
    assert run(installed, "rules", "test", "print-call", cwd=tmp_path).returncode == 0
    assert run(installed, "explain", "print-call", cwd=tmp_path).returncode == 0
