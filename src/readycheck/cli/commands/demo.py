"""`readycheck demo`: the chat backend before and after its hardening, started, audited and shown side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from readycheck.cli import options

Keep = Annotated[bool, typer.Option("--keep", help="Keep both running until Ctrl-C.")]
ChatPort = Annotated[
    int | None,
    typer.Option(min=1, max=65535, metavar="PORT", help="Of the hardened one. [default: 8000, or a free one]"),
]
ExpressPort = Annotated[
    int | None,
    typer.Option(min=1, max=65535, metavar="PORT", help="Of the unready one. [default: 3001, or a free one]"),
]


def run(
    *,
    keep: Keep = False,
    chat_port: ChatPort = None,
    express_port: ExpressPort = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Start two chat backends, one hardened and one not, and compare their reports.

    Both ship with readycheck; nothing else is ever executed. They listen on this machine only and are stopped at the
    end. Needs the extra: pip install 'readycheck-cli[demo]'; and Node.js 20 for the one that is not hardened.
    """
    from readycheck.cli.demo.show import Wishes, run_demo  # noqa: PLC0415 - `--help` is faster without
    from readycheck.cli.demo.start import Ports  # noqa: PLC0415

    raise typer.Exit(run_demo(Wishes(keep, Ports(chat_port, express_port), verbose - quiet)))
