"""The chat backend that is not ready: its Node.js packages, its database on the same Postgres, its server."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from readycheck.cli.demo.errors import DemoError
from readycheck.cli.demo.processes import HOST, Command, Fleet, Running

NAME = "express_chat"
READY_PATH = "/health"
SIGN_UP = ("/api/auth/register", "token")
USUAL_PORT = 3001
NODE_MAJOR = 20
INSTALL_SECONDS = 300.0
SEED_SECONDS = 60.0
VERSION_SECONDS = 20.0
ROLE = "ember"
STAMP = Path("node_modules/.readycheck-lock")
# It would listen on every address of the machine, and it lets whoever reaches it run SQL: loopback only.
GUARD = Path("node_modules/.readycheck-loopback.cjs")
GUARD_TEXT = f"""\
const {{ Server }} = require('net');
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {{
  return listen.call(this, {{ port: Number(port), host: '{HOST}' }}, rest.find((one) => typeof one === 'function'));
}};
"""


@dataclass(frozen=True, slots=True)
class Node:
    """Node.js and npm on this machine; `missing` says what is not there, and is empty if all is."""

    node: str = ""
    npm: str = ""
    missing: str = ""


def find_node() -> Node:
    """Look for Node.js and npm on the PATH."""
    node, npm = shutil.which("node"), shutil.which("npm")
    wanted = f"Node.js {NODE_MAJOR} is not installed"
    if node is None:
        return Node(missing=wanted)
    try:
        done = subprocess.run(  # noqa: S603 - the user's own Node.js
            [node, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return Node(missing=f"{wanted}: {node} does not run")
    version = re.match(r"v(\d+)\.", done.stdout)
    if version is None or int(version[1]) < NODE_MAJOR:
        return Node(missing=f"{wanted}: {node} is {done.stdout.strip()[:20] or 'broken'}")
    if npm is None:
        return Node(missing="npm is not installed")
    return Node(node, npm)


def start_installation(fleet: Fleet, tree: Path, node: Node) -> Running | None:
    """Start `npm ci`, unless the packages of this very lock file are there; no script of a package is run."""
    if is_installed(tree):
        return None
    words = (node.npm, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--no-progress")
    return fleet.start(Command(f"{NAME} npm ci", words, tree, {}, whole_environment=True))


def finish_installation(fleet: Fleet, tree: Path, installation: Running | None) -> None:
    """Wait for `npm ci` and note for which lock file it was."""
    if installation is not None:
        fleet.finish(
            installation,
            INSTALL_SECONDS,
            "npm must reach its registry this once: check the network, the proxy and ~/.npmrc, then try again",
        )
        (tree / STAMP).write_text(hash_lock_file(tree), encoding="ascii")


def is_installed(tree: Path) -> bool:
    """Whether the packages of this lock file were installed completely."""
    stamp = tree / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == hash_lock_file(tree)


def hash_lock_file(tree: Path) -> str:
    """What tells one lock file from another."""
    return hashlib.blake2b((tree / "package-lock.json").read_bytes(), digest_size=16).hexdigest()


def make_database(admin_url: str) -> str:
    """A database and a role of its own with a new password; gives the URL. Raises DemoError."""
    import psycopg  # noqa: PLC0415 - of the extra; check_libraries has looked for it
    from psycopg import sql  # noqa: PLC0415

    password = secrets.token_urlsafe(24)
    role = sql.Identifier(ROLE)
    try:
        with psycopg.connect(admin_url, autocommit=True, sslmode="disable") as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
    except psycopg.Error as error:
        raise DemoError(f"{NAME} got no database: {str(error).strip()}") from error
    where = urlsplit(admin_url)
    return f"postgresql://{ROLE}:{password}@{where.hostname}:{where.port}/{ROLE}"


def seed(fleet: Fleet, tree: Path, node: Node, database_url: str) -> None:
    """Make the tables and the first companions."""
    words = (node.npm, "run", "seed:fresh")
    command = Command(f"{NAME} npm run seed", words, tree, {"DATABASE_URL": database_url})
    fleet.finish(fleet.start(command), SEED_SECONDS)


def start_unready(fleet: Fleet, tree: Path, node: Node, database_url: str, port: int) -> Running:
    """Start the server."""
    (tree / GUARD).write_text(GUARD_TEXT, encoding="utf-8")
    words = (node.node, "--require", str(tree / GUARD), "server/index.js")
    settings = {"DATABASE_URL": database_url, "PORT": str(port)}
    return fleet.start(Command(f"{NAME} server", words, tree, settings))


def show_request(port: int) -> str:
    """A line to try: the same question; the answer tells how the inside looks."""
    return f"curl -i http://{HOST}:{port}/api/companions/x"
