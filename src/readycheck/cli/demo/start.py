"""Starting both applications on one Postgres and one Valkey."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from readycheck.cli.demo import hardened, unready
from readycheck.cli.demo.place import Place, open_place
from readycheck.cli.demo.processes import HOST, Fleet, Running, choose_port, wait_for_answer
from readycheck.cli.demo.signals import Signals
from readycheck.cli.demo.trees import copy_tree, find_tree
from readycheck.cli.demo.unready import Node

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Application:
    """One of the two: the folder to audit, its address (empty: not started), what it is doing, a line to try.

    `sign_up` is the path where a user registers, and what the answer calls the token.
    """

    name: str
    tree: Path
    url: str
    state: str
    request: str
    sign_up: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the two listen; None leaves the choice to us."""

    chat: int | None = None
    express: int | None = None

    def choose(self) -> tuple[int, int]:
        """A free port for each. Raises DemoError if one that is wished for is taken."""
        return (
            choose_port(self.chat, hardened.USUAL_PORT, "--chat-port"),
            choose_port(self.express, unready.USUAL_PORT, "--express-port"),
        )


@dataclass(frozen=True, slots=True)
class Fleets:
    """The demo's folder, and the processes in it: the services outlive the applications that stand on them."""

    place: Place
    services: Fleet
    applications: Fleet

    def check_alive(self) -> None:
        """Raise DemoError if a process ended by itself."""
        self.services.check_alive()
        self.applications.check_alive()


@contextmanager
def open_fleets(signals: Signals) -> Iterator[Fleets]:
    """Fleets that are empty; whatever is started in them has stopped at the end."""
    with (
        open_place() as place,
        Fleet(place.logs, signals) as services,
        Fleet(place.logs, signals) as applications,
    ):
        yield Fleets(place, services, applications)


@dataclass(frozen=True, slots=True)
class Site:
    """The copies of the two trees, and whether the data was made anew for them."""

    place: Place
    chat: Path
    express: Path
    digest: str
    is_new: bool


def start_both(fleets: Fleets, ports: Ports, say: Say) -> tuple[Application, Application]:
    """Start everything, and wait until both applications answer. Without Node.js the unready one is not started.

    Raises:
        DemoError: something could not be started.
    """
    began = time.monotonic()
    chat_port, express_port = ports.choose()
    site, node, fleet = prepare(fleets.place), unready.find_node(), fleets.applications
    installation = None if node.missing else unready.start_installation(fleet, site.express, node)
    if installation:
        say("installing the packages of express_chat, once")
    say("starting Postgres and Valkey" + (", on new data" if site.is_new else ""))
    services = hardened.start_services(fleets.services, site.chat, site.place.data)
    say("starting both applications" if not node.missing else f"starting chat_backend alone: {node.missing}")
    server = None
    if not node.missing:
        unready.finish_installation(fleet, site.express, installation)
        server = start_express(fleet, site, node, services.admin_database_url, express_port)
    hardened.start_hardened(fleet, site.chat, hardened.build_settings(services, chat_port), chat_port)
    if server:
        wait_for_answer(server, express_port, unready.READY_PATH)
        site.place.accept_data(site.digest)
    say(f"ready after {time.monotonic() - began:.1f} s")
    return describe_chat(chat_port), describe_express(node, express_port)


def prepare(place: Place) -> Site:
    """Bring the copies up to date, and throw away data that was made by other code."""
    chat, express = place.root / hardened.NAME, place.root / unready.NAME
    digest = copy_tree(find_tree(hardened.NAME) / "chat", chat / "chat")
    digest += copy_tree(find_tree(unready.NAME), express) + hardened.find_version()
    return Site(place, chat, express, digest, is_new=place.prepare_data(digest))


def start_express(fleet: Fleet, site: Site, node: Node, admin_url: str, port: int) -> Running:
    """The unready application with its database; its tables and companions are made with the data."""
    database_url = unready.make_database(admin_url)
    if site.is_new:
        unready.seed(fleet, site.express, node, database_url)
    return unready.start_unready(fleet, site.express, node, database_url, port)


def describe_chat(port: int) -> Application:
    """The hardened one, running."""
    url = f"http://{HOST}:{port}"
    state = f"{hardened.READY_PATH} answers 200"
    tree = find_tree(hardened.NAME)
    return Application(hardened.NAME, tree, url, state, hardened.show_request(port), hardened.SIGN_UP)


def describe_express(node: Node, port: int) -> Application:
    """The unready one, running or not."""
    tree = find_tree(unready.NAME)
    if node.missing:
        return Application(unready.NAME, tree, "", f"not started: {node.missing}", "")
    url = f"http://{HOST}:{port}"
    state = f"{unready.READY_PATH} answers 200"
    return Application(unready.NAME, tree, url, state, unready.show_request(port), unready.SIGN_UP)
