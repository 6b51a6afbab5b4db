"""The outline of every file of server code that may have to do with serving requests, and what all others load.

`outline`: see `readycheck.scan.outline.build`. In a file that has none of the words below, and hands on nothing as the
index of its folder, it is only `loads`, the
modules that are imported, read without parsing: enough to tell which files a running service is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import ENDING, PACKAGE

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

KINDS = ("outline",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = ("import", "require", "from", "def", "function", "class", "const")
WORDS = compile_late(
    r"\b(?:app|router|[mM]iddleware|[rR]equest|req|FastAPI|APIRouter|Flask|Blueprint|express|fastify|Controller|Injectable"
    r"|hono|koa|urlpatterns|MIDDLEWARE|lifespan|redis|psycopg2?|asyncpg|sqlalchemy|[pP]ool|[sS]ettings|next|NextResponse|await"
    r"|env|environ|ctx|reply|Module|logger|prisma|openai|anthropic|socket|WebSocket|createServer|process"
    r"|routes?|ROOT_URLCONF|connexion|litestar"
    r"|\w*mysql2?|MySQLdb|AsyncLocalStorage|ContextVar|extends \w*Error"
    r"|(?:function|const) (?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)"
    r"|subprocess|child_process|worker_threads|viewsets|permissions|\w*(?:Set|View|Resource|Guards?))\b"
)
PYTHON_LOADS = compile_late(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+([^\n#]+)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
SCRIPT_LOADS = compile_late(r"""(?:\bfrom|\brequire\(|\bimport\(|\bimport)\s*["'`]([^"'`\n]+)["'`]""")


def collect(unit: Unit) -> Iterator[Fact]:
    """The outline of one file."""
    loads: list[Json] = [*find_loads(unit)]
    place = unit.span(0, 0, 0, 0)
    if not WORDS.search(unit.text) and not PACKAGE.search(ENDING.sub("", unit.path)):
        yield Fact("outline", place, {**EMPTY, "loads": loads})
        return
    from readycheck.scan.outline.build import build_outline  # noqa: PLC0415 - only where something is outlined

    yield Fact("outline", place, {**build_outline(unit), "loads": loads})


def find_loads(unit: Unit) -> Iterator[str]:
    """The modules that a file imports, as they are written; what stands in comments may be among them."""
    if unit.language is Language.PYTHON:
        for found in PYTHON_LOADS.finditer(unit.text):
            if found[1]:
                base = found[1] if found[1].endswith(".") else f"{found[1]}."
                names = [name.split()[0] for name in found[2].strip("() \\").split(",") if name.split()]
                yield from (f"{base}{name}".rstrip(".") for name in names or [""])
                yield found[1]
            else:
                yield from (name.split()[0] for name in found[3].split(",") if name.split())
        return
    yield from (found[1] for found in SCRIPT_LOADS.finditer(unit.text))


EMPTY: dict[str, Json] = {
    "imports": {}, "exports": {}, "definitions": {}, "calls": [], "sets": [], "words": {}, "numbers": {}, "unbound": [],
    "rows": {},
}  # fmt: skip
