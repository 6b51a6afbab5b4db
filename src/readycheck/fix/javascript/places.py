"""Whether a file is certainly a server's: the scan counts what it is not sure of as server code, a fix must not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from readycheck.fix.javascript.files import Files, join
from readycheck.model.evidence import ScannedFile
from readycheck.model.vocabulary import Role
from readycheck.scan.late import compile_late
from readycheck.scan.roles import content
from readycheck.scan.roles.classify import NO_SIGN
from readycheck.scan.roles.manifests import RUNNERS, SCRIPT_FILE, SERVICE

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

NO_SIGN_REASON = NO_SIGN[1]
IMPORTS_REASON = "imports what only a server has"
TEST_NAME = compile_late(r"(?:^|/)(?:specs?|__e2e__|e2e|__tests__)/|(?:test|spec)s?\.[cm]?[jt]sx?$", re.IGNORECASE)
SCRIPT_FOLDER = compile_late(
    r"(?:^|/)(?:\.[^/]+|scripts?|seeds?|seeders?)/|(?:^|/)(?:[\w.-]*[-_.])?seed(?:er|s)?(?:[-_.][\w.-]*)?\.[cm]?[jt]s$"
)
COMMAND_FOLDER = compile_late(r"(?:^|/)(?:bin|cli|tools)/")
BROWSER_PATH = compile_late(
    r"(?:^|/)(?:hooks|components?|client|client-only|browser|frontend|ui|public)/|(?:^|/)use[A-Z]\w*\.[jt]sx?$|\.(?:worker|client)\.[jt]sx?$"
)
DOM = compile_late(r"\b(?:window|document|localStorage|sessionStorage|navigator)\s*(?:\?\.|\.|\[)")
EDGE_NAME = compile_late(r"(?:^|/)(?:middleware|instrumentation|proxy)\.[cm]?[jt]s$")
EDGE_SIGN = compile_late(
    r"""\bruntime\s*=\s*["'](?:experimental-)?edge["']|\bnext/server\b|\bNextResponse\b|\bexport\s+(?:async\s+)?function\s+register\b"""
)
EDGE_RUNTIME = compile_late(r"""\bruntime\s*=\s*["'](?:experimental-)?edge["']""")
MOST_REACHED = 20_000
CLIENT_NAME = compile_late(r"\.client\.[cm]?[jt]sx?$")
COMPONENT = (".jsx", ".tsx")
# What makes all of a file with markup a server's; in others only what frameworks call on the server is.
CERTAIN = frozenset({
    'server code: "use server"', "server code, by its name", "an asynchronous component", "starts a server",
    "a server route, by its path", "configuration",
})  # fmt: skip
FUNCTIONS = frozenset({"arrow_function", "function_expression"})
SENDING = frozenset({
    "evaluate", "evaluateHandle", "evaluateOnNewDocument", "addInitScript", "waitForFunction", "$eval", "$$eval",
    "evaluateAll",
})  # fmt: skip
SOURCE_TAKEN = r"(?<![\w.]){name}\.toString\(|\$\{{\s*{name}\s*\}}|[\"'`]\s*\+\s*{name}\b\s*\+|\bString\(\s*{name}\s*\)"
SERVER_EXPORTS = frozenset({
    "loader", "action", "headers", "getServerSideProps", "getStaticProps", "getStaticPaths", "generateMetadata",
    "generateStaticParams", "GET", "POST", "PUT", "PATCH", "DELETE",
})  # fmt: skip


def find_doubt(path: str, reason: str, text: str, *, reached: bool, is_task: bool) -> str:
    """Why a file that counts as server code may be something else, as the code of a refusal; empty: nothing says so."""
    is_edge = EDGE_RUNTIME.search(text) or (EDGE_NAME.search(path) and EDGE_SIGN.search(text))
    has_no_sign = reason == NO_SIGN_REASON
    is_browser = reached or (has_no_sign and (BROWSER_PATH.search(path) or DOM.search(text)))
    signs = {
        "test-code": TEST_NAME.search(path),
        "edge-code": is_edge,
        "script-code": is_task or SCRIPT_FOLDER.search(path),
        "perhaps-browser-code": CLIENT_NAME.search(path) or is_browser,
        "command-line-code": has_no_sign and COMMAND_FOLDER.search(path),
    }
    return next((code for code, sign in signs.items() if sign), "")


def is_shared(path: str, reason: str, symbol: str) -> bool:
    """Whether a place stands in a file with markup, and not in what only the server calls of it.

    `symbol` names the functions around the place, the outermost first. Routes of Remix and Next.js hold both sides.
    """
    return path.endswith(COMPONENT) and reason not in CERTAIN and symbol.partition(".")[0] not in SERVER_EXPORTS


def is_sent_to_browser(node: SgNode) -> bool:
    """Whether a place stands in a function that puppeteer or playwright send to a page, and that runs there."""
    child = node
    for parent in node.ancestors():
        call = parent.parent() if parent.kind() == "arguments" and child.kind() in FUNCTIONS else None
        callee = call.field("function") if call is not None else None
        key = callee.field("property") if callee is not None and callee.kind() == "member_expression" else None
        if key is not None and key.text() in SENDING:
            return True
        child = parent
    return False


def is_sent_as_text(unit: Unit, node: SgNode) -> bool:
    """Whether a place stands in a function whose source is taken, to be run where nothing of this file exists.

    For a worker, a sandbox, a database: `work.toString()`, `${work}`, `"(" + work + ")()"`.
    """
    for name in filter(None, map(name_function, node.ancestors())):
        if name in unit.text and re.search(SOURCE_TAKEN.format(name=re.escape(name)), unit.text):
            return True
    return False


def name_function(node: SgNode) -> str:
    """What a function is called, by itself or by the variable that holds it; empty for all else."""
    if node.kind() not in (*FUNCTIONS, "function_declaration"):
        return ""
    parent = node.parent()
    holder = parent if parent is not None and parent.kind() == "variable_declarator" else node
    name = holder.field("name")
    return name.text() if name is not None and name.kind() == "identifier" else ""


def find_reached(files: Files, scanned: Sequence[ScannedFile]) -> frozenset[str]:
    """The files that browser code loads, among those of which no certain sign says that they are a server's."""
    doubtful = {one.path for one in scanned if one.role is Role.SERVER and is_doubtful(files, one)}
    if not any(one.matches for one in scanned if one.path in doubtful):
        return frozenset()
    certain = {one.path for one in scanned if one.role is not Role.BROWSER} - doubtful
    browser = [one.path for one in scanned if one.role is Role.BROWSER]
    return files.find_loads(*browser, most=MOST_REACHED, stop=certain) & doubtful


def is_doubtful(files: Files, file: ScannedFile) -> bool:
    """Whether a file counts as server code for want of other signs, or for imports that may be of types alone.

    Browser code takes enumerations out of an ORM; what imports a database driver is a server's wherever it is loaded.
    """
    if file.role_reason != IMPORTS_REASON:
        return file.role_reason == NO_SIGN_REASON
    text = files.text(file.path) or ""
    return not content.imports_server(content.find_imports(text.encode("utf-8", "replace")), shared=True)


def find_tasks(files: Files) -> frozenset[str]:
    """The files that packages' scripts run, and what only those load, where it is known what their services load."""
    tasks: set[str] = set()
    services: set[str] = set()
    for folder, document in files.manifests.items():
        for name, path in list_commands(files, folder, document):
            (services if SERVICE.search(name) else tasks).add(path)
    tasks -= services
    if not tasks:
        return frozenset()
    return frozenset(tasks | (files.find_loads(*tasks) - files.find_loads(*services) if services else set()))


def list_commands(files: Files, folder: str, document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The files that a package's scripts run, each with the script's name; `main` counts as a service."""
    scripts = document.get("scripts")
    for name, command in scripts.items() if isinstance(scripts, dict) else ():
        words = str(command).split()
        for before, word in zip(["", *words], words, strict=False):
            runs = before.rpartition("/")[2] in RUNNERS or before.startswith("-")
            path = files.complete(join(folder, word.removeprefix("./"))) if runs and SCRIPT_FILE.match(word) else None
            if path is not None:
                yield name, path
    main = document.get("main")
    path = files.complete(join(folder, main.removeprefix("./"))) if isinstance(main, str) else None
    if path is not None:
        yield "start", path
