"""What `readycheck demo` does, from the first process to the last.

The house executes nothing of a project that it audits. The demo is the one exception, and it is none for anybody's
project: it runs the two applications that ship with readycheck, from a copy, with an environment of its own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from readycheck import __version__
from readycheck.audit.errors import count
from readycheck.audit.gate import CANNOT_AUDIT, PASSED, USAGE, decide_exit
from readycheck.cli.auditing import audit, complete
from readycheck.cli.console import print_note, print_problems, write_stdout
from readycheck.cli.credentials import Credentials
from readycheck.cli.demo import hardened, unready
from readycheck.cli.demo.errors import DemoError
from readycheck.cli.demo.hardened import check_libraries
from readycheck.cli.demo.signals import Signals, StopRequestedError, catch_signals
from readycheck.cli.demo.start import Application, Fleets, Ports, open_fleets, start_both
from readycheck.cli.demo.users import register_users
from readycheck.cli.pipeline import Audit, Request, open_session
from readycheck.cli.probing import ProbeRequest
from readycheck.probe.situation import Limits
from readycheck.render.comparison import Side, compare
from readycheck.render.style import choose_style

TITLES = {hardened.NAME: "chat_backend, hardened", unready.NAME: "express_chat, not hardened"}
WATCH_SECONDS = 0.2
# The demo probes what it has started itself: there is nobody to be gentle with.
LIMITS = Limits(requests=80, per_second=40.0, at_once=4)
BOTH = """\
Both were started and probed, each in the names of two users that the demo made up.
"""
NO_NODE = """\
express_chat was not started, so its report is of code and configuration only, and unproven live.
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for."""

    keep: bool
    ports: Ports
    verbosity: int

    def say(self, text: str) -> None:
        """How far it is, unless quiet."""
        if self.verbosity >= 0:
            print_note(text)


def run_demo(wishes: Wishes) -> int:
    """Run `readycheck demo`; gives the exit code. When it returns, nothing that it started is left."""
    with catch_signals() as signals:
        try:
            check_libraries()
            with open_fleets(signals) as fleets:
                applications = start_both(fleets, wishes.ports, wishes.say)
                code = present(applications, wishes)
                signals.raise_arrived()
                if wishes.keep:
                    keep_running(applications, fleets, signals)
                wishes.say("stopping")
        except StopRequestedError as stop:
            return stop.exit_code
        except DemoError as error:
            return explain(error)
    return code


def explain(error: DemoError) -> int:
    """Say what could not be started, why, and what to do."""
    print_problems([str(error)])
    for line in error.tail:
        print_note(f"  | {line}")
    if error.log is not None:
        print_note(f"the log: {error.log}")
    if error.advice:
        print_note(f"what to do: {error.advice}")
    return CANNOT_AUDIT


def present(applications: Sequence[Application], wishes: Wishes) -> int:
    """Audit both, print the comparison; gives 0 if both audits came to their end, whatever they found."""
    audits = [audit_application(one, wishes.verbosity) for one in applications]
    left, right = (
        Side(TITLES[one.name], made.report, list_facts(one, made))
        for one, made in zip(applications, audits, strict=True)
    )
    style = choose_style(sys.stdout, os.environ, wishes.verbosity)
    text = compare(left, right, audits[0].catalogue, style)
    write_stdout(f"readycheck {__version__} demo\n\n{text}{give_hints(applications, audits, keep=wishes.keep)}")
    codes = {decide_exit(made.report, made.settings.fail_on) for made in audits}
    return CANNOT_AUDIT if codes & {CANNOT_AUDIT, USAGE} else PASSED


def list_facts(application: Application, made: Audit) -> list[tuple[str, str]]:
    """What is told of an application beside its items."""
    live = count(made.report.coverage.live, "item") + " decided by its answers" if application.url else "not probed"
    return [("Address", application.url or "none"), ("State", application.state), ("Live", live)]


def audit_application(application: Application, verbosity: int) -> Audit:
    """The same audit as `readycheck audit` makes of the folder and the running service."""
    session = open_session(Request(shorten(application.tree)))
    url = application.url
    tokens = register_users(url, application.sign_up) if url else ()
    probe = complete(ProbeRequest(url or None, credentials=Credentials(tokens), limits=LIMITS), session)
    return audit(session, probe, min(verbosity, 0))


def shorten(path: Path) -> Path:
    """The path as one would call it from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def give_hints(applications: Sequence[Application], audits: Sequence[Audit], *, keep: bool) -> str:
    """What the reports rest on, how to see each in full, and what to ask the running applications."""
    lines = ["", BOTH if all(one.url for one in applications) else NO_NODE]
    lines += ["Each report in full:"]
    lines += [f"  {show_command(one, made)}" for one, made in zip(applications, audits, strict=True)]
    lines += ["", "Ask both the same:" if keep else "Ask both the same, while `readycheck demo --keep` runs:"]
    lines += [f"  {one.request}" for one in applications if one.request]
    return "\n".join([*lines, ""])


def show_command(application: Application, made: Audit) -> str:
    """The command that gives the report in full, as long as the application runs."""
    root = made.report.target.root
    return f"readycheck audit {root} --url {application.url}" if application.url else f"readycheck scan {root}"


def keep_running(applications: Sequence[Application], fleets: Fleets, signals: Signals) -> None:
    """Wait for Ctrl-C, which is then no failure; likewise SIGTERM. Raises DemoError if something ends by itself."""
    for one in applications:
        if one.url:
            print_note(f"{one.name} runs at {one.url}")
    print_note("Ctrl-C stops everything")
    try:
        while True:
            signals.raise_arrived()
            fleets.check_alive()
            time.sleep(WATCH_SECONDS)
    except StopRequestedError:
        return
