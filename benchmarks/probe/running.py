"""One tool against one server: bounded, counted, timed, and read."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import make_environment
from benchmarks.probe.peers import TOKENS, Scene, Tool
from benchmarks.probe.proxy import count_requests
from benchmarks.probe.readings import READERS, Output, Reading
from benchmarks.probe.servers import CADDY_ROOT, SERVED, run_server

MOST_DOCUMENT = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """What a tool did on a server. Times in seconds: elapsed, and of the processor, its child processes included."""

    tool: str
    server: str
    requests: int
    connections: int
    wall: float
    cpu: float
    reading: Reading
    ended: str = ""


def run_tool(tool: Tool, name: str) -> Run | None:
    """Start the server anew and the tool on it; nothing if the tool is not there or has no use here."""
    with (
        run_server(name) as port,
        count_requests(port) as proxy,
        tempfile.TemporaryDirectory(prefix="probe-run-") as folder,
    ):
        scene = Scene(SERVED[name], proxy.port, Path(folder), fetch_document(name, port, Path(folder)))
        command = tool.prepare(scene)
        if not command:
            return None
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.monotonic()
        text, ended = run_bounded(command, scene, tool.seconds)
        wall = time.monotonic() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        reading = Reading() if ended else READERS[tool.name](Output(text, scene.folder))
        counts = proxy.counts
        return Run(tool.name, name, counts.requests, counts.connections, wall, cpu, reading, ended)


def fetch_document(name: str, port: int, folder: Path) -> Path | None:
    """The server's OpenAPI document in a file, asked for past the counting proxy."""
    if not SERVED[name].document:
        return None
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{SERVED[name].document}", timeout=10) as answer:
        path = folder / "openapi.json"
        path.write_bytes(answer.read(MOST_DOCUMENT))
        return path


def run_bounded(command: tuple[str, ...], scene: Scene, seconds: float) -> tuple[str, str]:
    """What a command writes to stdout, and why it was ended early; in a session of its own, so that none is left."""
    extra = {**TOKENS}
    if scene.served.scheme == "https":
        extra["SSL_CERT_FILE"] = str(CADDY_ROOT)
    with tempfile.TemporaryFile() as errors, subprocess.Popen(
        command, cwd=scene.folder, env=make_environment(extra), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
    ) as process:  # fmt: skip
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return "", f"ended after {seconds:.0f} s"
    return output.decode("utf-8", "replace"), ""
