"""Why a console call is left alone, or only rewritten on demand."""

from __future__ import annotations

from collections.abc import Mapping

from readycheck.model.vocabulary import Role

REASONS: Mapping[str, str] = {
    # Refused: not what a server logs
    "browser-code": "the code runs in a browser, where the server's logger does not exist",
    "perhaps-browser-code": (
        "nothing says that this code runs on a server only, and browser code loads it, or it looks like that"
    ),
    "edge-code": "the code may run in an edge runtime, which has no Node.js modules",
    "test-code": "in tests the console is the report",
    "script-code": "a script that a person runs speaks to its terminal",
    "migration-code": "a migration is run by a tool, which shows what it prints",
    "build-code": "what works for a bundler prints to its terminal",
    "example-code": "an example shows what its reader is to see",
    "generated-code": "what generates this file has to be changed, not the file",
    "command-line-code": "the file is a command-line program: what it prints is its product",
    # Refused: no logger that can be proven to take it
    "no-logger": (
        "no logger was found: add pino (`npm install pino`), or name the module that exports one: "
        "`[fix] javascript-module`"
    ),
    "logger-unfamiliar": "the project logs through something of its own, and what that does with arguments is unknown",
    "is-the-logger": "this module is the logger, or makes a part of it",
    "logger-imports-this": "the logger's module loads this file: importing it here would make a circle",
    "logger-is-esm": "the logger is an ES module, which `require` cannot load on every supported Node.js",
    "logger-comes-later": "the logger is made further down in this file: here it does not exist yet",
    "name-taken": "another variable of the logger's name is in the way",
    "level-missing": "the logger has no method for this level",
    # Refused: the form of the call
    "no-equivalent": "a logger has nothing like this method (tables, timers, counters, groups)",
    "output-on-condition": "`console.assert` prints only if its first argument is false: write the condition first",
    "console-taken-apart": "the method goes by a name of its own: rewrite the place that takes the console apart",
    "console-replaced": "the method of the console itself is replaced here",
    "level-when-running": "which level this is shows only when it runs",
    "console-passed-on": "the method itself is a value here, and what receives it is not known",
    "function-as-text": "the function's source is run elsewhere (a worker, a sandbox), without the rest of the file",
    "form-unknown": "the call has a form that the fix does not know",
    # Unsafe: made on demand
    "logger-created": "no module exports a logger yet: one is created, with the library that is declared",
    "logger-is-own": "the project's own logger may hide lines or add to them",
    "logger-untouched-by-dotenv": "the logger's module would be loaded before dotenv has read the environment",
    "logger-maybe-not-ready": "the code before the logger may call this place before the logger exists",
    "below-threshold": "the logger's level may hide lines that the console shows",
    "before-exit": "the process ends right after: lines that are written later are lost",
    "level-guessed": "a caught error is logged as an error, though the code says `log`",
    "trace-to-debug": "the stack of `console.trace` becomes text of a debug line",
    "console-patched": "the package replaces methods of the console: what they do with the arguments is lost",
    "inside-group": "the lines belong to a `console.group`, which stays on the console",
    "empty-line": "a console call without arguments prints an empty line, which no log needs",
    "coloured-text": "the text is coloured for a terminal: in a record the codes of the colours are noise",
    "line-was-json": "the line is JSON already: as the text of a record it is no longer found by its fields",
    "function-for-method": "a new function stands for the method: who compares or removes it by identity notices",
}
ROLES: Mapping[Role, str] = {
    Role.BROWSER: "browser-code",
    Role.TEST: "test-code",
    Role.SCRIPT: "script-code",
    Role.MIGRATION: "migration-code",
    Role.BUILD: "build-code",
    Role.EXAMPLE: "example-code",
    Role.DOCUMENTATION: "example-code",
    Role.GENERATED: "generated-code",
}
