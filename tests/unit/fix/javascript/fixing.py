"""Fixes little projects in memory: files in, the text of one file and what was said about its sites out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import dedent

from readycheck.catalog import load_catalogue
from readycheck.fix.choose import Wish
from readycheck.fix.memory import Fixed, fix_texts
from readycheck.model.fix import FixSettings, NewFile, Site
from readycheck.model.rule import Rule

PINO = 'const pino = require("pino");\n\nmodule.exports = pino();\n'
PINO_ESM = 'import pino from "pino";\n\nexport default pino();\n'
WINSTON = (
    'const { createLogger, transports } = require("winston");\n\n'
    "module.exports = createLogger({ transports: [new transports.Console()] });\n"
)
BUNYAN = 'const bunyan = require("bunyan");\n\nmodule.exports = bunyan.createLogger({ name: "chat" });\n'
SERVER = """\
const app = require("express")();
const logger = require("./logger");

logger.info("up");
app.listen(80);
"""
SERVER_ESM = """\
import express from "express";
import logger from "./logger.js";

logger.info("up");
express().listen(80);
"""


@cache
def find_rule() -> Rule:
    """The rule whose fix is tested."""
    rule = load_catalogue().find_rule("console-call")
    assert rule is not None
    return rule


def package(*needed: str, **more: object) -> str:
    """A package.json."""
    return json.dumps({"name": "chat", "dependencies": dict.fromkeys(needed, "*"), **more})


@dataclass(frozen=True)
class Outcome:
    """The fixed text of the file that was asked about, and its sites."""

    text: str
    sites: tuple[Site, ...]
    fixed: Fixed

    @property
    def said(self) -> list[str]:
        """`safe`, `unsafe reason` or `refused reason` for each site of the file."""
        return [f"{site.safety.value} {site.reason}".strip() for site in self.sites]

    @property
    def creates(self) -> list[NewFile]:
        """The new files that the sites ask for, equal ones once."""
        return list(dict.fromkeys(new for site in self.sites for new in site.creates))


def fix(files: Mapping[str, str], path: str, *, unsafe: bool = True, settings: FixSettings | None = None) -> Outcome:
    """Fix a project given by its files, and look at one of them. Nothing may go wrong, and nothing is left to do."""
    texts = {name: dedent(text) for name, text in files.items()}
    fixed = fix_texts(texts, [find_rule()], Wish(unsafe=unsafe), settings)
    assert fixed.problems == ()
    again = fix_texts(fixed.files, [find_rule()], Wish(unsafe=unsafe), settings)
    assert (again.problems, again.made) == ((), ())
    return Outcome(fixed.files[path], tuple(site for site in fixed.sites if site.where.path == path), fixed)


def fix_commonjs(code: str, logger: str = PINO, **more: str) -> Outcome:
    """Fix `src/chat.js` of an Express project whose logger is `src/logger.js`."""
    files = {"package.json": package("express", "pino", "winston", "bunyan"), "src/server.js": SERVER}
    return fix({**files, "src/logger.js": logger, "src/chat.js": code, **more}, "src/chat.js")


def fix_module(code: str, logger: str = PINO_ESM, **more: str) -> Outcome:
    """The same with ES modules."""
    files = {"package.json": package("express", "pino", type="module"), "src/server.js": SERVER_ESM}
    return fix({**files, "src/logger.js": logger, "src/chat.js": code, **more}, "src/chat.js")
