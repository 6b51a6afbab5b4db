"""Why a breakpoint is taken out only on demand, or left."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "asked-for": "the debugger is entered only where somebody asks for it",
    "breakpoint-in-expression": "the call is part of an expression: taking it out would change what that gives",
    "arguments-run": "the arguments of the call do something of their own",
    "debug-server": "a server for debuggers is started here: somebody may attach to it by intent",
    "interactive-shell": "a shell is opened here, which may be what the program is for",
    "lines-would-join": "without the statement the lines around it would become one expression",
}
