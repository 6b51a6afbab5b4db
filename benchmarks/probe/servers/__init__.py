"""The servers that are probed, each on a free port of 127.0.0.1: started anew for every tool, stopped by their process.

Their programs stand beside this file. A test may start one as well:

    with run_server("faulty") as port: ...
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.corpora import WORK

PROGRAMS = Path(__file__).parent
HOME = WORK / "probe"
NODE_HOME = HOME / "servers"
CADDY_HOME = HOME / "caddy"
CADDY_ROOT = CADDY_HOME / "caddy" / "pki" / "authorities" / "local" / "root.crt"
START_SECONDS = 30.0
STOP_SECONDS = 10.0
CADDYFILE = """\
{{
	admin off
	persist_config off
	auto_https disable_redirects
	skip_install_trust
	log {{
		level ERROR
	}}
}}
{scheme}://{host}:{port} {{
	bind 127.0.0.1
	{tls}
	reverse_proxy 127.0.0.1:{upstream}
}}
"""


@dataclass(frozen=True, slots=True)
class Served:
    """What is known about a server before it is probed.

    Attributes:
        name: as on the command line.
        title: as in the table.
        document: the path of its OpenAPI document, empty if it has none.
        options: what its owner would tell readycheck beyond the document.
        scheme: http or https.
    """

    name: str
    title: str
    document: str = ""
    options: tuple[str, ...] = ()
    scheme: str = "http"


EXPRESS = ("--route=GET /items public", "--route=POST /messages public", "--origin=https://app.example")
SERVED: Mapping[str, Served] = {
    one.name: one
    for one in (
        Served("hardened", "Express, hardened", options=EXPRESS),
        Served("caddy", "the same behind Caddy", options=EXPRESS),
        Served("caddy-tls", "the same behind Caddy, TLS", options=EXPRESS, scheme="https"),
        Served("bare", "FastAPI, bare", "/openapi.json"),
        Served("faulty", "faulty", "/openapi.json"),
    )
}


@dataclass
class Program:
    """A command that listens on a port, and what it needs."""

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


def install_servers() -> None:
    """The packages of the Express server, exact versions, without running any package's scripts and without a lock."""
    NODE_HOME.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "hardened.mjs"):
        shutil.copyfile(PROGRAMS / name, NODE_HOME / name)
    npm = ["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(npm, cwd=NODE_HOME, check=True)


@contextmanager
def run_server(name: str) -> Iterator[int]:
    """The port of a running server. Raises RuntimeError if it does not listen, KeyError for a name that is none."""
    served = SERVED[name]
    with ExitStack() as stack:
        port = find_port()
        if name in ("bare", "faulty"):
            command = (sys.executable, str(PROGRAMS / f"{name}.py"), str(port))
            stack.enter_context(run(Program(command, PROGRAMS), port))
        else:
            upstream = find_port() if name != "hardened" else port
            command = ("node", "hardened.mjs", str(upstream))
            stack.enter_context(run(Program(command, NODE_HOME), upstream))
            if upstream != port:
                stack.enter_context(run(make_proxy(served, port, upstream, stack), port))
        yield port


def make_proxy(served: Served, port: int, upstream: int, stack: ExitStack) -> Program:
    """Caddy in front of a port; on TLS with a certificate of its own authority, for the name localhost."""
    tls = served.scheme == "https"
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="probe-caddy-")))
    text = CADDYFILE.format(
        scheme=served.scheme,
        host="localhost" if tls else "",
        port=port,
        tls="tls internal" if tls else "",
        upstream=upstream,
    )
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    CADDY_HOME.mkdir(parents=True, exist_ok=True)
    caddy = str(Path(sys.executable).with_name("caddy"))
    command = (caddy, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile")
    return Program(command, folder, {"XDG_DATA_HOME": str(CADDY_HOME), "XDG_CONFIG_HOME": str(folder)})


def find_port() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def run(program: Program, port: int) -> Iterator[None]:
    """A process while it listens on the port. Raises RuntimeError with its last words if it does not."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            program.arguments, cwd=program.folder, env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            if not listens(process, port):
                log.seek(0)
                words = log.read().decode("utf-8", "replace")[-2000:]
                raise RuntimeError(f"{program.arguments[0]} does not listen:\n{words}")
            yield
        finally:
            stop(process)


def listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether a connection is taken before the time is over."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask, wait, and only then insist."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
