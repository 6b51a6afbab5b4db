"""An independent reading of the same code: which variable is read on which line, by the standard library and regexes.

It shares nothing with readycheck: Python is read with `ast`, JavaScript line by line after its comments are blanked
out. What a project reads through its own functions, modules and schemas is written down per project below, by hand,
after looking at the project.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Label = tuple[str, int, str]
UPPER = r"[A-Z][A-Z0-9_]*"
# Constants of outline's class, and what it derives from others.
NOT_READ = r"(?!(?:APP_NAME|EMAIL_ENABLED|ENVIRONMENT|VERSION)\b)"
# Tests, declarations, documentation and what is not the project's own, by path.
LEFT_OUT = re.compile(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|__fixtures__|e2e|spec|cypress|playwright|node_modules|docs?|examples?|stories"
    r"|app-tests|test-utils|\.claude)(?:/|$)|\.(?:test|spec|e2e-spec|cy|stories)\.|\.d\.[cm]?ts$|(?:^|/)test_[^/]*\.py$"
    r"|(?:^|/)conftest\.py$|_test\.py$|(?:^|/)setupTests?\.|(?:^|/)(?:jest|vitest|playwright|cypress)[\w.-]*\.[cm]?[jt]s$"
    r"|\.min\.js$|(?:^|/)(?:public|static|vendor|dist)/"
)
COMMENT = re.compile(r"(?<![/:\w'\"`*])/\*.*?\*/|(?:^|(?<=[\s;{()]))//[^\n]*", re.DOTALL | re.MULTILINE)
DIRECT = re.compile(
    rf"process\??\.env\s*\??\.(\w+)|process\.env\[\s*['\"`](\w+)['\"`]\s*\]|import\.meta\.env\.({UPPER})"
)
DESTRUCTURED = re.compile(r"\{([^{}]*)\}\s*=\s*process\.env\b")
WRITTEN = re.compile(r"^\s*=(?![=>])")
VITE = frozenset({"MODE", "DEV", "PROD", "SSR", "BASE_URL"})


# Files that hold code as text, to be shown to people or written into a bundle: nothing is read there.
SHOWN = re.compile(
    r"(?:^|/)(?:CDNSetupPage\.jsx|Event(?:Cost)?CreationGuideModal\.tsx|MeterGetStarted\.tsx|MeterIngestionGuide\.tsx"
    r"|IntegrateStep\.tsx)$|^vite\.config\.ts$"
)


@dataclass(frozen=True, slots=True)
class Idiom:
    """How a project reads variables beyond the direct forms: a regex over the files whose path matches."""

    path: str
    pattern: str
    imports: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """A settings class: its file, its name, and the prefix of its variables."""

    path: str
    name: str
    prefix: str = ""


IDIOMS: Mapping[str, Sequence[Idiom]] = {
    "healthchecks": [Idiom(r"hc/.*\.py$", r"\benv(?:bool|int|secret)\(\s*\"(\w+)\"")],
    "paperless-ngx": [
        Idiom(r"\.py$", r"\bget_\w+_from_env\(\s*\"(\w+)\""),
        Idiom(r"wait-for-redis\.py$", r"\benvvar=\"(\w+)\""),
    ],
    "dispatch": [Idiom(r"src/dispatch/config\.py$", r"\bconfig(?:\.get)?\(\s*\"(\w+)\"")],
    "full-stack-fastapi-template": [Idiom(r"frontend/.*\.ts$", r"\bgetEnvVar\(\s*[\"'](\w+)[\"']")],
    "node-express-boilerplate": [Idiom(r"src/config/config\.js$", rf"^\s+({UPPER}): Joi\.")],
    "ghostfolio": [
        Idiom(r"configuration\.service\.ts$", rf"^\s+({UPPER}): (?:str|num|bool|port|host|url|json|\w+)\("),
        Idiom(r"apps/api/.*\.ts$", rf"onfigurationService\s*\.get\(\s*['\"]({UPPER})['\"]"),
        Idiom(r"\.ts$", rf"\bconfigService\s*\.get(?:<\w+>)?\(\s*['\"]({UPPER})['\"]"),
    ],
    "outline": [
        Idiom(r"\.tsx?$", rf"(?<![.\w])environment\.({UPPER})\b", r"utils/environment\""),
        Idiom(
            r"\.tsx?$",
            rf"(?<![.\w])env\.{NOT_READ}({UPPER})\b",
            r"import env from \"(?:@server|\.|(?:\.\./)*\.\.)/env\"",
        ),
    ],
    "neurm": [
        Idiom(r"config/env\.ts$", rf"^  ({UPPER}): z\."),
        Idiom(
            r"backend/src/.*\.ts$",
            rf"(?<![.\w])env\.({UPPER})\b",
            r"import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['\"][^'\"]*env['\"]|import env from",
        ),
    ],
    "nestjs-boilerplate": [Idiom(r"[.-]config\.ts$", rf"^  ({UPPER})[?!]?: (?!')")],
    "formbricks": [
        Idiom(r"apps/web/lib/env\.ts$", rf"^[ ]+({UPPER}):\s*(?:z\b|Z\w+|[a-oq-z]\w*\()"),
        Idiom(
            r"\.tsx?$", rf"(?<![.\w])env\.({UPPER})\b", r"import \{ ?env ?\} from \"(?:@/lib|\.|(?:\.\./)*\.\.)/env\""
        ),
    ],
    "langfuse": [
        Idiom(r"src/env\.(?:ts|mjs)$", rf"^[ ]+({UPPER}):\s*(?:z\b|z[A-Z]\w*|\w+Schema)"),
        Idiom(
            r"\.(?:tsx?|mjs)$",
            rf"(?<![.\w])env\.({UPPER})\b",
            r"import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*\"[^\"]*env(?:\.mjs)?\"",
        ),
    ],
    "kitsune": [Idiom(r"\.py$", r"(?<![.\w])config\(\s*\"(\w+)\"")],
    "flowise": [Idiom(r"components/src/.*\.ts$", r"\bgetEnvironmentVariable\(\s*'(\w+)'")],
    "documenso": [Idiom(r"\.tsx?$", r"(?<![.\w])(?:env|requireEnv)\(\s*['\"](\w+)['\"]")],
    "anything-llm": [
        Idiom(r"\.js$", rf"\benvFlag\(\s*['\"]({UPPER})['\"]"),
        Idiom(r"helpers/updateENV\.js$", rf"^    \"(?!BLOCK_)({UPPER})\",$"),  # a list of names that a loop asks for
    ],
}  # fmt: skip
SETTINGS: Mapping[str, Sequence[Fields]] = {
    "full-stack-fastapi-template": [Fields("backend/app/core/config.py", "Settings")],
    "polar": [Fields("server/polar/config.py", "Settings", "polar_")],
    "fief": [
        Fields("fief/settings_class.py", "InitialSettings"),
        Fields("fief/settings_class.py", "Settings"),
    ],
    "mealie": [
        Fields("mealie/core/settings/settings.py", "AppLoggingSettings"),
        Fields("mealie/core/settings/settings.py", "AppSettings"),
        Fields("mealie/core/settings/db_providers.py", "PostgresProvider"),
        Fields("mealie/core/settings/themes.py", "Theme", "theme_"),
    ],
}

# Defaults that open a door to whoever reads the code, found by reading every line that a loose regex (a word for a
# secret, a form of reading the environment, a text) matches in these projects; the rest of them was judged harmless.
UNSAFE: Mapping[str, Sequence[tuple[str, str]]] = {
    "healthchecks": [("hc/settings.py", "SECRET_KEY")],
    "mealie": [("mealie/core/settings/db_providers.py", "POSTGRES_PASSWORD")],
    "paperless-ngx": [("src/paperless/settings/custom.py", "PAPERLESS_DBPASS")] * 2,
    "polar": [
        ("server/polar/config.py", "POLAR_SECRET"),
        ("server/polar/config.py", "POLAR_POSTGRES_PWD"),
        ("server/polar/config.py", "POLAR_AWS_SECRET_ACCESS_KEY"),
        ("server/polar/config.py", "POLAR_S3_FILES_DOWNLOAD_SECRET"),
        ("server/polar/config.py", "POLAR_S3_FILES_DOWNLOAD_SALT"),
        ("server/polar/config.py", "POLAR_MINIO_PWD"),
    ],
    "bdc": [("server/config.py", "SECRET_KEY"), ("server/config.py", "JWT_SECRET_KEY")],
    "inventory": [("server/routes/api.js", "JWT_SECRET")],
}


def label_file(project: str, path: str, text: str) -> Iterator[Label]:
    """Every read of a variable that can be named in one file of a project, each line and name once."""
    if is_left_out(path):
        return
    is_python = path.endswith(".py")
    plain = text if is_python else blank_comments(text)
    found = list(label_python(project, path, text) if is_python else label_script(path, plain))
    for idiom in IDIOMS.get(project, ()):
        if re.search(idiom.path, path) and (not idiom.imports or re.search(idiom.imports, plain)):
            for match in re.finditer(idiom.pattern, plain, re.MULTILINE):
                start = match.start() + len(match[0]) - len(match[0].lstrip())
                found.append((path, line_at(plain, start), match[1]))
    yield from dict.fromkeys(found)


def is_left_out(path: str) -> bool:
    """Whether a file is no part of the comparison, on either side."""
    return LEFT_OUT.search(path) is not None or SHOWN.search(path) is not None


def blank_comments(text: str) -> str:
    """The text with its comments as blanks, line ends kept."""
    return COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def line_at(text: str, offset: int) -> int:
    """The line (from 1) of an offset."""
    return text.count("\n", 0, offset) + 1


def label_script(path: str, text: str) -> Iterator[Label]:
    """The direct forms of JavaScript and TypeScript; a variable that is set is not read."""
    for match in DIRECT.finditer(text):
        name = match[1] or match[2] or match[3]
        if WRITTEN.match(text[match.end() :]) or text[: match.start()].rstrip().endswith("delete"):
            continue
        if not (match[3] and name in VITE):
            yield path, line_at(text, match.start()), name
    for match in DESTRUCTURED.finditer(text):
        for part in re.finditer(rf"(?:^|,)\s*({UPPER})\b", match[1]):
            yield path, line_at(text, match.start(1) + part.start(1)), part[1]
    for match in re.finditer(r"['\"](\w+)['\"] in process\.env\b", text):
        yield path, line_at(text, match.start()), match[1]


def label_python(project: str, path: str, text: str) -> Iterator[Label]:
    """The direct forms of Python, and the fields of the settings classes that are listed above."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # of a newer Python than ours
        for match in re.finditer(r"os\.(?:environ\.get|getenv)\(\s*\"(\w+)\"|os\.environ\[\"(\w+)\"\]", text):
            yield path, line_at(text, match.start()), match[1] or match[2]
        return
    fields = {one.name: one for one in SETTINGS.get(project, ()) if one.path == path}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in fields:
            for statement in node.body:
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    field = statement.target.id
                    if not field.startswith("_") and field != "model_config":
                        yield path, statement.lineno, f"{fields[node.name].prefix}{field}".upper()
        name = read_direct(node)
        if name is not None and isinstance(node, ast.expr):
            yield path, node.lineno, name


def read_direct(node: ast.AST) -> str | None:
    """The variable of `os.environ["X"]`, `os.environ.get("X")`, `os.getenv("X")`, `"X" in os.environ` and the like."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and is_environ(node.value):
        return constant(node.slice)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
        return constant(node.left) if is_environ(node.comparators[0]) else None
    if not isinstance(node, ast.Call) or not node.args:
        return None
    callee = node.func
    if isinstance(callee, ast.Name) and callee.id == "getenv":
        return constant(node.args[0])
    if isinstance(callee, ast.Attribute):
        is_getenv = callee.attr == "getenv" and isinstance(callee.value, ast.Name) and callee.value.id == "os"
        is_get = callee.attr in ("get", "pop", "setdefault") and is_environ(callee.value)
        return constant(node.args[0]) if is_getenv or is_get else None
    return None


def is_environ(node: ast.AST) -> bool:
    """Whether a node is `os.environ`, or `environ` as it is imported."""
    if isinstance(node, ast.Attribute):
        return node.attr == "environ" and isinstance(node.value, ast.Name) and node.value.id == "os"
    return isinstance(node, ast.Name) and node.id == "environ"


def constant(node: ast.AST) -> str | None:
    """The text of a constant."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
