"""The tools: how each is installed, started and bounded. What they say is read in `readings.py`.

python -m benchmarks.probe.peers          installs the pinned ones
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import peers
from benchmarks.probe.servers import CADDY_ROOT, HOME, Served

OBSERVATORY = HOME / "observatory" / "node_modules" / "@mdn" / "mdn-http-observatory"
TOKENS = {"PROBE_TOKEN_A": "made-up-token-of-user-a", "PROBE_TOKEN_B": "made-up-token-of-user-b"}
PERMISSIONS = (
    "--allow-writes",
    "--allow-burst=120",
    "--allow-slow",
    "--max-requests=100",
    *(f"--auth-env={name}" for name in TOKENS),
)
SCRIPTS = (
    "config-backup", "cookie-flags", "cors", "enum", "errors", "git", "headers", "methods", "php-version",
    "security-headers", "server-header", "trace", "unsafe-output-escaping",
)  # fmt: skip
EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Scene:
    """One server as a tool meets it: behind the counting proxy, with a folder for what the tool writes."""

    served: Served
    port: int
    folder: Path
    document: Path | None = None

    @property
    def host(self) -> str:
        """The name that the certificate holds, where there is one."""
        return "localhost" if self.served.scheme == "https" else "127.0.0.1"

    @property
    def url(self) -> str:
        """Where the proxy listens."""
        return f"{self.served.scheme}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Attributes:
        name: as on the command line and in `faults.py`.
        title: as in the table, with its version if that is pinned.
        make: its command for a scene; nothing where it has no use.
        seconds: after which it is ended.
    """

    name: str
    title: str
    make: Callable[[Scene], tuple[str, ...]]
    seconds: float = 120.0

    def prepare(self, scene: Scene) -> tuple[str, ...]:
        """The command, or nothing if the tool is not there or has no use here."""
        command = self.make(scene)
        return command if command and shutil.which(command[0]) else ()


def beside_python(name: str) -> str:
    """A program of the environment in which this runs."""
    return str(Path(sys.executable).with_name(name))


def make_ours(scene: Scene, *options: str) -> tuple[str, ...]:
    """The probe as a user starts it."""
    report = f"--report=json={scene.folder / 'report.json'}"
    return (beside_python("readycheck"), "probe", scene.url, "--quiet", "--fail-on=never", report, *options)


def make_default(scene: Scene) -> tuple[str, ...]:
    """With the address alone."""
    return make_ours(scene)


def make_allowed(scene: Scene) -> tuple[str, ...]:
    """With all that the owner knows and may allow."""
    known = (f"--openapi={scene.document}",) if scene.document else ()
    return make_ours(scene, *PERMISSIONS, *known, *scene.served.options)


def make_observatory(scene: Scene) -> tuple[str, ...]:
    """The scan of one host; its own starter only adds certificates that come from elsewhere."""
    return ("node", str(OBSERVATORY / "src" / "scan.js"), f"{scene.host}:{scene.port}") if plain(scene) else ()


def make_drheader(scene: Scene) -> tuple[str, ...]:
    """One request, its default rules."""
    drheader = str(peers.HOME / "drheader" / "bin" / "drheader")
    return (drheader, "scan", "single", "--output", "json", f"{scene.url}/") if plain(scene) else ()


def make_schemathesis(scene: Scene) -> tuple[str, ...]:
    """All its phases on what the document declares; of no use without one."""
    if not scene.served.document:
        return ()
    report = ("--report=json", f"--report-json-path={scene.folder / 'schemathesis.json'}")
    return (
        beside_python("schemathesis"), "run", f"{scene.url}{scene.served.document}", f"--max-examples={EXAMPLES}",
        "--seed=1", "--generation-database=none", "--continue-on-failure", "--no-color", *report,
    )  # fmt: skip


def make_nmap(scene: Scene) -> tuple[str, ...]:
    """Its scripts for what is asked here, on this port whatever it looks like."""
    if not plain(scene):
        return ()
    scripts = ",".join(f"+http-{name}" for name in SCRIPTS)
    where = ("-oX", str(scene.folder / "nmap.xml"), "127.0.0.1")
    return ("nmap", "-Pn", "-n", "-p", str(scene.port), "--script", scripts, *where)


def make_sslyze(scene: Scene) -> tuple[str, ...]:
    """All its TLS checks."""
    if plain(scene):
        return ()
    sslyze = str(peers.HOME / "sslyze" / "bin" / "sslyze")
    trust = f"--certinfo_ca_file={CADDY_ROOT}"
    return (sslyze, f"--json_out={scene.folder / 'sslyze.json'}", trust, f"{scene.host}:{scene.port}")


def plain(scene: Scene) -> bool:
    """Whether the server speaks plain HTTP."""
    return scene.served.scheme == "http"


TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("readycheck", "readycheck probe", make_default),
        Tool("readycheck-all", "readycheck probe, everything allowed", make_allowed, 240),
        Tool("observatory", "MDN HTTP Observatory 1.4.8", make_observatory),
        Tool("drheader", "drheader 2.0.0", make_drheader),
        Tool("schemathesis", f"schemathesis, {EXAMPLES} examples", make_schemathesis),
        Tool("nmap", f"nmap, {len(SCRIPTS)} http scripts", make_nmap),
        Tool("sslyze", "sslyze 6.3.1", make_sslyze),
    )
}


def install_observatory() -> None:
    """Exact version, no package's scripts: they would fetch two lists from elsewhere, so empty ones stand in."""
    folder = HOME / "observatory"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(peers.PINS / "observatory" / "package.json", folder / "package.json")
    npm = ["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(npm, cwd=folder, check=True)
    for name, text in (("hsts-preload.json", "{}"), ("tld-list.json", '["localhost"]')):
        (OBSERVATORY / "conf" / name).write_text(text, encoding="utf-8")


def install() -> None:
    """All but nmap, which comes with the system, and what readycheck's own environment holds."""
    peers.HOME.mkdir(parents=True, exist_ok=True)
    for name in ("drheader", "sslyze"):
        peers.install_python(name)
    install_observatory()


if __name__ == "__main__":
    install()
