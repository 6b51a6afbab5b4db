from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import split_words
from readycheck.scan.shutdown.wrappers import find_wrapper


def command(text: str | list[str], source: str = "dockerfile", name: str = "") -> Fact:
    words: list[Json] = [*(split_words(text) if isinstance(text, str) else text)]
    form = "shell" if isinstance(text, str) else "exec"
    return Fact("command", Span("f", 1, 1, 1, 9), {"argv": words, "form": form, "source": source, "name": name})


@pytest.mark.parametrize(
    "text",
    [
        "npm start",
        ["npm", "run", "start"],
        ["tini", "--", "yarn", "start"],
        "NODE_ENV=production pnpm start",
        "python migrate.py && gunicorn app:app",
        ["sh", "-c", "npm run migrate && node server.js"],
    ],
)
def test_what_keeps_a_signal(text: str | list[str]) -> None:
    assert find_wrapper(command(text), ()) is not None


@pytest.mark.parametrize(
    "text",
    [
        ["node", "server.js"],
        "node server.js",
        "exec npm-like-name",
        "migrate && exec gunicorn app:app",
        ["dumb-init", "npm", "start"],
        ["tini", "-g", "--", "npm", "start"],
        ["sh", "-c", "trap exit TERM; while :; do sleep 1 & wait; done"],
        [],
    ],
)
def test_what_does_not(text: str | list[str]) -> None:
    assert find_wrapper(command(text), ()) is None


def test_compose_runs_no_shell() -> None:
    assert find_wrapper(command("redis-server\n--appendonly yes", "compose"), ()) is None
    assert find_wrapper(command("yarn start", "compose"), ()) is not None


def script(path: str, *, waits: bool = False) -> Fact:
    data: dict[str, Json] = {"name": path.rpartition("/")[2], "command": ["gunicorn", "app:app"], "waits": waits}
    return Fact("start-script", Span(path, 9, 1, 9, 9), data)


def test_a_start_script_is_found_by_its_name() -> None:
    found = find_wrapper(command(["./start.sh"]), [script("docker/start.sh")])
    assert found is not None
    assert "as a child of the shell" in found[1]
    waiting = find_wrapper(command(["tini", "--", "bash", "/app/start.sh"]), [script("start.sh", waits=True)])
    assert waiting is not None
    assert "waits for `gunicorn app:app`" in waiting[1]
    assert find_wrapper(command(["./start.sh"]), [script("other.sh")]) is None


def test_of_two_scripts_the_one_at_the_path_counts() -> None:
    scripts = [script("web/start.sh"), script("worker/start.sh")]
    found = find_wrapper(command(["./worker/start.sh"]), scripts)
    assert found is not None
    assert found[0].path == "worker/start.sh"
    assert find_wrapper(command(["/start.sh"]), scripts) is None


def test_bash_replaces_itself_by_its_last_command() -> None:
    assert find_wrapper(command(["bash", "-c", "alembic upgrade head && uvicorn app:app"]), ()) is None


def test_nothing_needs_the_signal_where_a_container_is_only_kept_alive() -> None:
    assert find_wrapper(command(["sh", "-c", "start-display & tail -f /dev/null"]), ()) is None
