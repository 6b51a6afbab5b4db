"""The report as one HTML file that needs no network: it opens from a disk, an artefact store or a mail."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from readycheck.model.report import Report
from readycheck.model.rule import Catalogue
from readycheck.render.html.view import build_view
from readycheck.render.style import Style
from readycheck.render.text import defuse_commands, escape


def render(report: Report, catalogue: Catalogue, style: Style) -> str:
    """The page; at most fifty frames a rule, all of them with -v.

    The template is our own, in a sandbox all the same. The page's content policy allows nothing but its own style and
    its own script, by their hashes.
    """
    from jinja2 import DictLoader, StrictUndefined  # noqa: PLC0415 - only this format pays for it
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 - likewise

    page, script, sheet = (_read(name) for name in ("report.html.j2", "report.js", "report.css"))
    environment = SandboxedEnvironment(
        autoescape=True,
        loader=DictLoader({"page": page}),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_show,
    )
    environment.filters["prose"] = _write_prose
    policy = f"default-src 'none'; style-src '{_hash(sheet)}'; script-src '{_hash(script)}'"
    text = environment.get_template("page").render(
        **build_view(report, catalogue, style), script=script, sheet=sheet, policy=policy
    )
    return defuse_commands(text)


def _show(value: object) -> object:
    """What every expression of the template passes through: control characters become visible, save in our markup."""
    return escape(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _write_prose(text: str) -> str:
    """A sentence, escaped; what stands between backticks becomes code."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    pieces = [Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in enumerate(parts)]
    return Markup("").join(pieces)


def _read(name: str) -> str:
    return (resources.files(__name__) / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The hash of an inline element's content, as a content policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
