"""Why a print is left alone, or why what is made of it should be looked at first."""

from __future__ import annotations

from collections.abc import Mapping

REFUSED: Mapping[str, str] = {
    "output-captured": "what is printed there is caught (`redirect_stdout`, `sys.stdout = ...`) and read by the code",
    "main-guard": "it runs when the file is started as a program: the output is for who started it",
    "command-output": "it is what a command prints for the person who typed it",
    "not-service-code": "the file is no code of the service (a test, a script, an example, a migration, a build step)",
    "console-script": "a manifest installs this module as a command: the output is its product",
    "interactive": "the function talks to a person at the terminal: it also calls input()",
    "partial-line": "it writes a part of a line, or its end (`end=`, a carriage return): a log record is a whole one",
    "data-file": "it writes to a file that is neither stdout nor stderr: that is data",
    "separator-unknown": "`sep=` is no constant: what stands between the values is only known when it runs",
    "unknown-arguments": "the call has arguments that print does not know, or that only show when it runs",
    "unusual-arguments": "the arguments are in an order that cannot be kept",
    "starred-arguments": "`*values` cannot be joined here: `str` or `map` mean something else in this file",
    "comment-lost": "a comment stands where an argument would have to go",
    "print-as-value": "print itself is handed on (`map(print, rows)`, `callback=print`): there is no call to rewrite",
    "print-rebound": "print is reached through another name, or the name is given away elsewhere in the file",
    "value-used": "the value of the call is used: print gives None, as the methods of most loggers do, but not of all",
    "kept-by-author": "a comment on the line tells a linter that this print is meant (`noqa: T201`)",
    "taken-elsewhere": "the decorator hands the function's source to a compiler or runner, where the logger is unknown",
    "logging-machinery": "it is part of what handles log records: a record about a record would never end",
    "own-logger": "the class or module is the project's own logger: replace it as a whole, not its print",
    "logger-bound-later": "the module's logger is bound below the place where this runs",
    "logger-shadowed": "the name of the module's logger means something else here",
    "logger-unproven": "the module has a logger of which it cannot be proved how it takes its arguments",
    "no-place": "there is no safe place for the import and the logger: they would have to share a line with other code",
    "names-taken": "every name that the logger could have is taken",
    "star-import": "names that an `import *` brings in below may take the place of the logger",
    "logging-shadowed": "a file named logging.py may be imported in place of the standard library's module",
}
UNSAFE: Mapping[str, str] = {
    "level-inferred": "the level is inferred from where the call stands or from the words that it writes",
    "traceback-added": "inside `except` the record gets the traceback, which the print did not show",
    "message-invented": "the traceback becomes part of the record, and the message is made up",
    "blank-line": "it writes an empty line: nothing is left of it in a log",
    "decoration": "it draws a line or a frame, which means little as a log record",
    "coloured": "it writes colours for a terminal, which stay in the log as control characters",
    "machine-readable": "it writes JSON or the like: something may read this output line by line",
    "sensitive": "it writes what is called like a secret: a log keeps it, and more people read it",
    "several-lines": "it writes several lines of text: one record with line ends in it",
    "prints-by-name": "the function's name or docstring says that it prints: its callers may count on the output",
    "flag-decides": "a flag such as `verbose`, `quiet` or `progress` decides about it: the caller asked to see it",
    "laid-out": "it is laid out for a reader: columns, bullets, an indented line, an empty line or a frame beside it",
    "wordless": "it writes a text that was made elsewhere: neither its level nor whom it is for shows here",
    "interpreter-shutdown": "it may run while the interpreter shuts down, when loggers are closed already",
    "terminal-dialogue": "the file also asks a person at the terminal: this may be a part of the dialogue",
    "perhaps-captured": "the file catches what is printed (`redirect_stdout`, `sys.stdout = ...`): perhaps this, too",
    "run-by-itself": "nothing imports the file, it stands among scripts, or the process ends: the output may be meant",
    "before-logging-configured": "it runs before the logging is configured in the same piece of code",
    "runs-at-import": "it runs while the module is imported: the logging may be configured only later",
    "logging-not-configured": "nothing proves that the service shows records of level INFO: the text may vanish",
    "print-replaced": "the project puts something else in print's place (`builtins.print = ...`): it may log already",
}
REASONS: Mapping[str, str] = {**UNSAFE, **REFUSED}
