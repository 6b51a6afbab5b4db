"""Whether JavaScript or TypeScript runs on a server or in a browser."""

from __future__ import annotations

from dataclasses import dataclass

from readycheck.model.vocabulary import Role
from readycheck.scan.files.languages import suffix_of
from readycheck.scan.roles import content
from readycheck.scan.roles.modules import BUNDLERS
from readycheck.scan.roles.tables import BROWSER_NAME, METEOR, SERVER_NAME, SHARP, FolderSign, read_folder

Verdict = tuple[Role, str]
COMPONENT_SUFFIXES = frozenset({"jsx", "tsx"})
# Applications on the user's own machine: they read files and open sockets, too.
DEVICE_PACKAGES = frozenset({"electron", "obsidian"})
# Kinds of package that say nothing about browsers.
SILENT = frozenset({"", "none"})
# Where server and browser code share a package, one name of the DOM may stand in a prompt or a template.
DOM_NAMES_WHEN_SHARED = 2


@dataclass(frozen=True, slots=True)
class Script:
    """What is known of a script. `kind` is that of its package (empty: not known), `package` what shows it."""

    name: str
    data: bytes
    sign: FolderSign
    kind: str
    package: str
    imports: frozenset[str]

    @property
    def is_component(self) -> bool:
        """Whether its suffix says that it holds markup."""
        return suffix_of(self.name) in COMPONENT_SUFFIXES


def classify_script(folder: str, name: str, data: bytes, package: tuple[str, str]) -> Verdict | None:
    """Server, browser or script, with the reason; None when nothing tells. `package`: see `RoleContext.find_kind`."""
    script = Script(name, data, read_folder(folder), *package, content.find_imports(data))
    return (
        read_declaration(script)
        or read_server_signs(script)
        or read_package_kind(script)
        or read_component(script)
        or read_browser_signs(script)
    )


def read_declaration(script: Script) -> Verdict | None:
    """What the file says of itself, by a directive or by its name."""
    directive = content.find_directive(script.data)
    if script.package in DEVICE_PACKAGES:
        return Role.BROWSER, f"in an application for the user's device ({script.package})"
    if directive == "client":
        return Role.BROWSER, 'browser code: "use client"'
    if directive == "server":
        return Role.SERVER, 'server code: "use server"'
    if SERVER_NAME.fullmatch(script.name):
        return Role.SERVER, "server code, by its name"
    if BROWSER_NAME.fullmatch(script.name):
        return Role.BROWSER, "browser code, by its name"
    return None


def read_server_signs(script: Script) -> Verdict | None:
    """Exports and imports that only a server has, unless the file is a component with state."""
    if content.exports_server(script.data, script.sign.routes):
        return Role.SERVER, "exports what only a server calls"
    if script.is_component and content.is_interactive(script.data):
        return Role.BROWSER, "browser code: an interactive component"
    if not script.imports.isdisjoint(BUNDLERS) and not content.serves(script.data, is_python=False):
        return Role.BUILD, "works for a bundler"
    if content.imports_server(script.imports, shared=content.imports_browser(script.imports)):
        return Role.SERVER, "imports what only a server has"
    if script.kind != "browser" and content.serves(script.data, is_python=False):
        return Role.SERVER, "starts a server"
    return None


def read_package_kind(script: Script) -> Verdict | None:
    """What the package around the file is, where that decides."""
    is_sharp = script.package in SHARP
    if script.sign.server and (is_sharp or script.kind == "browser" or script.package == METEOR):
        return Role.SERVER, "in a folder named server"
    if is_sharp or (script.sign.client and script.package == METEOR):
        return Role.BROWSER, f"in a browser application ({script.package})"
    if script.kind == "browser":
        return Role.BROWSER, f"in a browser application ({script.package})"
    if script.kind == "command":
        return Role.SCRIPT, f"in a command-line program ({script.package})"
    return None


def read_component(script: Script) -> Verdict | None:
    """Components: in the browser, unless they are asynchronous or belong to a plain server."""
    if not script.is_component:
        return None
    if content.is_async_component(script.data):
        return Role.SERVER, "an asynchronous component"
    if script.kind == "server" and not content.imports_browser(script.imports):
        return None
    return Role.BROWSER, "browser code: a component"


def read_browser_signs(script: Script) -> Verdict | None:
    """Imports of browser frameworks, the DOM, and folders whose files are sent to browsers."""
    if content.imports_browser(script.imports):
        return Role.BROWSER, "browser code: imports a browser framework"
    if content.count_dom(script.data) >= (1 if script.kind in SILENT else DOM_NAMES_WHEN_SHARED):
        return Role.BROWSER, "browser code: uses the DOM"
    if script.sign.public or (script.sign.frontend and script.kind in SILENT):
        return Role.BROWSER, "in a folder of browser code"
    return None
