"""The command line as a whole: finds the commands, runs the one that is asked for, turns errors into sentences."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType
from typing import Annotated

import typer

from readycheck import __version__
from readycheck.cli import commands as folder
from readycheck.cli.console import open_missing_streams, print_line
from readycheck.cli.errors import INTERRUPTED, report_error

NAME = "readycheck"
EPILOG = "Exit codes: 0 gate passed, 1 gate failed, 2 usage or configuration error, 3 could not audit."


def run(arguments: Sequence[str]) -> int:
    """Run a command line; gives the exit code. No exception leaves it, and no traceback is printed."""
    open_missing_streams()
    try:
        build_app()(args=list(arguments), prog_name=NAME)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: says what broke, and where, in one sentence
        return report_error(error)
    return 0


def build_app() -> typer.Typer:
    """The application, with every module of `cli/commands` as a command and every package as a group of them."""
    app = typer.Typer(
        name=NAME,
        help="Proves whether a service is ready for production: a checklist report in which each tick has its proof.",
        epilog=EPILOG,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=help_settings(),
    )
    app.callback()(accept_version)
    add_commands(app, folder)
    return app


def help_settings() -> dict[str, object]:
    """How help is laid out: `-h` works, and lines are as long as the terminal allows, up to 110 columns."""
    return {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def add_commands(app: typer.Typer, package: ModuleType) -> None:
    """Add what lies in a package: a module's `run` becomes the command of its name, a package a group."""
    for found in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        if found.ispkg:
            group = typer.Typer(help=module.__doc__, no_args_is_help=True, rich_markup_mode=None)
            add_commands(group, module)
            app.add_typer(group, name=found.name)
        else:
            app.command(found.name)(module.run)


def print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's calling convention
    """Print the version and stop, if that is wanted."""
    if wanted:
        print_line(f"{NAME} {__version__}")
        raise typer.Exit


def accept_version(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Proves whether a service is ready for production: a checklist report in which each tick has its proof."""
