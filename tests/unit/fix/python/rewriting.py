"""What tests of print's codemod share: the whole way from a text to the fixed text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from readycheck.catalog import load_catalogue
from readycheck.fix.memory import fix_texts
from readycheck.model.fix import FixSettings, Safety, Site
from readycheck.model.rule import Rule

CONFIGURED = FixSettings(logging_configured=True)
IMPORT = "import logging\n\nlogger = logging.getLogger(__name__)\n\n\n"


@dataclass(frozen=True, slots=True)
class Result:
    """The fixed text of the first file, all of them, and what was said of each place."""

    text: str
    files: Mapping[str, str]
    sites: tuple[Site, ...]

    @property
    def said(self) -> list[str]:
        """`safe`, or `unsafe level-inferred`, for each place in the order of the text."""
        return [f"{site.safety} {site.reason}".strip() for site in self.sites]

    @property
    def reasons(self) -> list[str]:
        """The reason of each place."""
        return [site.reason for site in self.sites]


@cache
def load_rule() -> Rule:
    """The rule whose fix is tested."""
    rule = load_catalogue(examples=False).find_rule("print-call")
    assert rule is not None
    return rule


def fix(code: str | Mapping[str, str], settings: FixSettings = CONFIGURED) -> Result:
    """Fix a file, unsafe places too; nothing may go wrong on the way."""
    files = {"app/service.py": code} if isinstance(code, str) else dict(code)
    done = fix_texts(files, [load_rule()], settings=settings)
    assert done.problems == ()
    assert all(site.edits for site in done.sites if site.safety is not Safety.REFUSED)
    return Result(done.files[next(iter(files))], done.files, done.sites)


def rewrite(statement: str, settings: FixSettings = CONFIGURED, head: str = "") -> str:
    """What becomes of one statement in a function of a module that has a logger."""
    imports = f"import logging\nimport sys\n{head}\n"
    start = f"{imports}logger = logging.getLogger(__name__)\n\n\ndef work(a, b, d, n, u, x, xs):\n"
    body = "".join(f"    {line}\n" for line in statement.splitlines())
    text = fix(f"{start}{body}", settings).text
    assert text.startswith(start)
    return "\n".join(line.removeprefix("    ") for line in text[len(start) :].splitlines())
