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


def test_a_start_script_is_read() -> None:
    started = command("gunicorn app:app", "shell", "start.sh")
    assert find_wrapper(command(["./start.sh"]), [started]) is not None
    assert find_wrapper(command(["./start.sh"]), [command("exec gunicorn app:app", "shell", "start.sh")]) is None
    assert find_wrapper(command(["./start.sh"]), [command("gunicorn app:app &", "shell", "start.sh")]) is None
    assert find_wrapper(command(["./start.sh"]), []) is None
