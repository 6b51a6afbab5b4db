"""`readycheck demo`, started for real: both applications answer, are compared, and leave nothing behind."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.session import COMMAND, PROJECT, Answer, clean_environment

pytestmark = pytest.mark.e2e

ROOT = PROJECT.parents[2]
HANG = 240.0  # seconds; a guard against a hang, npm's first run included
KEPT = "Ctrl-C stops everything"
needs_node = pytest.mark.skipif(shutil.which("npm") is None, reason="express_chat runs on Node.js, which is missing")


@contextmanager
def make_cache() -> Iterator[dict[str, str]]:
    """An environment with a cache that the account that Postgres runs as can reach."""
    folder = Path(tempfile.mkdtemp(prefix="readycheck-test-demo-"))
    folder.chmod(0o711)
    try:
        yield clean_environment(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    with make_cache() as made:
        yield made


@pytest.fixture
def fresh() -> Iterator[dict[str, str]]:
    with make_cache() as made:
        yield made


def find_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def list_options(ports: tuple[int, int]) -> list[str]:
    return ["--chat-port", str(ports[0]), "--express-port", str(ports[1])]


def run_demo(environment: dict[str, str], *options: str) -> Answer:
    command = [COMMAND, "demo", *options]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=HANG, check=False)
    answer = Answer(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in answer.out + answer.err
    assert list_left(environment) == []
    return answer


class Demo:
    """A demo in the background; what it says on stderr is read up to a wanted word."""

    def __init__(self, environment: dict[str, str], *options: str) -> None:
        self.environment = environment
        self.said = ""
        self.process = subprocess.Popen(
            [COMMAND, "demo", *options], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def wait_for(self, word: str) -> None:
        assert self.process.stderr is not None
        while word not in self.said:
            line = self.process.stderr.readline().decode()
            assert line, self.said
            self.said += line

    def stop(self, number: signal.Signals) -> Answer:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=HANG)
        return Answer(self.process.returncode, out.decode(), self.said + err.decode())


@contextmanager
def start_demo(environment: dict[str, str], *options: str) -> Iterator[Demo]:
    demo = Demo(environment, *options)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.stop(signal.SIGTERM)


def list_processes() -> list[tuple[int, int, str]]:
    """Process, parent and command line of everything that runs; what has ended and is not yet collected is left out."""
    table = subprocess.run(["ps", "-axo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in table.splitlines()]
    return [(int(pid), int(parent), args) for pid, parent, state, args in rows if not state.startswith("Z")]


def list_below(process: int) -> set[int]:
    """All descendants of a process."""
    found: set[int] = set()
    parents = {process}
    table = list_processes()
    while parents:
        parents = {pid for pid, parent, _ in table if parent in parents} - found
        found |= parents
    return found


def list_left(environment: dict[str, str]) -> list[str]:
    """Command lines that name the demo's folder."""
    return [args for _, _, args in list_processes() if environment["READYCHECK_CACHE_DIR"] in args]


def ask(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def is_closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="module")
def shown(environment: dict[str, str]) -> tuple[Answer, tuple[int, int]]:
    """What the demo answers where nothing is installed yet, and the ports that it was told."""
    ports = find_ports()
    return run_demo(environment, *list_options(ports)), ports


@needs_node
def test_both_are_started_compared_and_stopped(shown: tuple[Answer, tuple[int, int]]) -> None:
    answer, ports = shown

    assert answer.code == 0, answer.err
    text = " ".join(answer.out.split())
    assert f"Address http://127.0.0.1:{ports[0]} http://127.0.0.1:{ports[1]} State /readyz answers 200" in text
    assert "✗ NOT READY" in text
    assert "Server code does not print ✔ pass ✗ fail, 256 findings" in text
    assert "Both were started and probed" in text
    assert f"readycheck audit fixtures/chat_backend --url http://127.0.0.1:{ports[0]}" in text
    assert [is_closed(port) for port in ports] == [True, True]
    assert not (ROOT / "fixtures/express_chat/node_modules").exists()


@needs_node
def test_the_readme_shows_the_real_comparison(shown: tuple[Answer, tuple[int, int]]) -> None:
    answer, ports = shown
    block = (ROOT / "README.md").read_text().split("<!-- demo:")[1].split("```text\n")[1].split("\n```")[0]
    real = answer.out.replace(f":{ports[0]}", ":8000").replace(f":{ports[1]}", ":3001")

    for part in block.split("\n[...]\n"):
        assert squeeze(part) in squeeze(real)


def squeeze(text: str) -> str:
    """With single blanks: a longer port moves what stands beside it."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


@needs_node
@pytest.mark.usefixtures("shown")
def test_a_second_start_installs_nothing(environment: dict[str, str]) -> None:
    answer = run_demo(environment, *list_options(find_ports()))

    assert answer.code == 0, answer.err
    assert "installing" not in answer.err
    assert "new data" not in answer.err


@needs_node
def test_kept_ones_answer_until_ctrl_c_and_leave_nothing_running(environment: dict[str, str]) -> None:
    ports = find_ports()
    with start_demo(environment, "--keep", *list_options(ports)) as demo:
        demo.wait_for(KEPT)
        started = list_below(demo.process.pid)
        hardened, unready = ask(ports[0], "/api/v1/companions/x"), ask(ports[1], "/api/companions/x")
        other = run_second(environment)

        answer = demo.stop(signal.SIGINT)

    assert (hardened[0], unready[0]) == (401, 500)
    assert "stack" in unready[1]
    assert "stack" not in hardened[1]
    assert other.code == 3
    assert "another demo is running" in other.err
    assert answer.code == 0
    assert len(started) >= 5  # services, Postgres, Valkey, the web process, the worker, the Express server
    assert started & {pid for pid, _, _ in list_processes()} == set()
    assert [is_closed(port) for port in ports] == [True, True]


def run_second(environment: dict[str, str]) -> Answer:
    command = [COMMAND, "demo", *list_options(find_ports())]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANG, check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


@needs_node
def test_the_unready_one_cannot_be_reached_from_elsewhere(environment: dict[str, str]) -> None:
    ports = find_ports()
    with start_demo(environment, "--keep", *list_options(ports)) as demo:
        demo.wait_for(KEPT)
        with socket.socket() as beside:  # possible only while nobody listens on all addresses
            beside.bind(("127.0.0.2", ports[1]))
            beside.listen()


@pytest.mark.parametrize("moment", ["starting Postgres", "starting both", "ready after"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_at_any_moment_leaves_nothing_running(
    environment: dict[str, str], moment: str, number: signal.Signals, code: int
) -> None:
    if moment == "starting both" and shutil.which("npm") is None:
        moment = "starting chat_backend"
    with start_demo(environment, *list_options(find_ports())) as demo:
        demo.wait_for(moment)
        started = list_below(demo.process.pid)

        answer = demo.stop(number)

    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err
    assert started & {pid for pid, _, _ in list_processes()} == set()
    assert list_left(environment) == []


def test_without_node_the_unready_one_is_audited_and_not_started(fresh: dict[str, str], tmp_path: Path) -> None:
    answer = run_demo({**fresh, "PATH": str(tmp_path), "COLUMNS": "70"}, *list_options(find_ports()))

    assert answer.code == 0, answer.err
    text = " ".join(answer.out.split())
    assert "State not started: Node.js 20 is not installed" in text
    assert "starting chat_backend alone: Node.js 20 is not installed" in answer.err
    assert "unproven live" in text
    assert "✗ NOT READY" in text


@needs_node
def test_what_cannot_be_started_is_said_with_the_end_of_its_log(fresh: dict[str, str], tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho there is no network here >&2\nexit 7\n")
    npm.chmod(0o755)

    answer = run_demo({**fresh, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}, *list_options(find_ports()))

    assert answer.code == 3
    assert answer.out == ""
    assert "express_chat npm ci failed with exit code 7" in answer.err
    assert "| there is no network here" in answer.err
    assert "what to do: npm must reach its registry" in answer.err


@pytest.mark.parametrize("option", ["--chat-port", "--express-port"])
def test_a_port_that_is_taken_is_named(environment: dict[str, str], option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        answer = run_demo(environment, option, str(port))

    assert answer.code == 3
    assert f"{option}: port {port} is in use" in answer.err
    assert f"choose another with {option}" in answer.err


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    environment: dict[str, str], tmp_path: Path
) -> None:
    described = tmp_path / "readycheck_cli-0.1.0.dist-info"
    described.mkdir()
    lines = ["Metadata-Version: 2.4", "Name: readycheck-cli", "Version: 0.1.0", "Provides-Extra: demo"]
    lines += ["Requires-Dist: typer", "Requires-Dist: no-such-library>=1; extra == 'demo'", ""]
    (described / "METADATA").write_text("\n".join(lines))

    answer = run_demo({**environment, "PYTHONPATH": str(tmp_path)})

    assert answer.code == 3
    assert "are not installed: no-such-library" in answer.err
    assert "pip install 'readycheck-cli[demo]'" in answer.err


def test_a_cluster_that_was_half_made_is_made_anew(fresh: dict[str, str], tmp_path: Path) -> None:
    broken = Path(fresh["READYCHECK_CACHE_DIR"], "demo", "data", "postgres")
    broken.mkdir(parents=True)
    (broken / "PG_VERSION").write_text("18\n")
    for folder in (broken.parents[1], broken.parents[0]):
        folder.chmod(0o711)

    answer = run_demo({**fresh, "PATH": str(tmp_path)}, *list_options(find_ports()))

    assert answer.code == 0, answer.err
    assert "new data" in answer.err
