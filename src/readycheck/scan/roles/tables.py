"""What a path says about the role of its file: tables of folder and file names, and how they are weighed.

A server file under another role hides its findings, so names that also occur in servers (`test.js`, `docs/`, `tools/`)
count only where they stand at the top of the project or where the content agrees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from readycheck.model.vocabulary import Role
from readycheck.scan.late import compile_late

# Below these a folder is named after what the server offers, not after what its files are for.
CODE_ROOTS = frozenset({"src", "app", "server", "api", "lib", "backend", "core", "routes", "controllers", "modules"})
TEST_FOLDERS = compile_late(
    r"tests?|__tests?__|__mocks__|__fixtures__|testdata|test_data|e2e|cypress|playwright"
    r"|(?:unit|integration|functional|e2e|api|js|ui|load|smoke|acceptance|system|backend|frontend|server|client|contract"
    r"|component|perf|performance|regression|type|dev|playwright|cypress|selenium)[-_]tests?|[\w.-]+[-_]e2e"
    r"|(?:tests?|e2e)[-_](?:utils?|helpers?|support|fixtures?|data|apps?|suites?|cases?)"
)
# Folders that hold packages: what lies in them is the top of a project again.
PACKAGE_ROOTS = frozenset({"packages", "apps", "libs", "services", "projects", "examples"})
TOP = 2
# Folder -> role and reason; the first set counts anywhere, the second only near the top and outside of code roots.
ANYWHERE = {
    "__generated__": (Role.GENERATED, "in a folder of generated code"),
    "__docs__": (Role.DOCUMENTATION, "documentation"),
    ".storybook": (Role.DOCUMENTATION, "documentation"),
    "stories": (Role.DOCUMENTATION, "documentation"),
    "examples": (Role.EXAMPLE, "in a folder of examples"),
    "__examples__": (Role.EXAMPLE, "in a folder of examples"),
    ".github": (Role.SCRIPT, "in a folder of scripts"),
    ".scripts": (Role.SCRIPT, "in a folder of scripts"),
    ".ci": (Role.SCRIPT, "in a folder of scripts"),
    ".circleci": (Role.SCRIPT, "in a folder of scripts"),
}
NEAR_TOP = {
    "docs": (Role.DOCUMENTATION, "documentation"),
    "doc": (Role.DOCUMENTATION, "documentation"),
    "docs_src": (Role.DOCUMENTATION, "documentation"),
    "documentation": (Role.DOCUMENTATION, "documentation"),
    "example": (Role.EXAMPLE, "in a folder of examples"),
    "samples": (Role.EXAMPLE, "in a folder of examples"),
    "sample": (Role.EXAMPLE, "in a folder of examples"),
    "demo": (Role.EXAMPLE, "in a folder of examples"),
    "demos": (Role.EXAMPLE, "in a folder of examples"),
    "benchmarks": (Role.SCRIPT, "a benchmark"),
    "benchmark": (Role.SCRIPT, "a benchmark"),
    "scripts": (Role.SCRIPT, "in a folder of scripts"),
    "hack": (Role.SCRIPT, "in a folder of scripts"),
    "ci": (Role.SCRIPT, "in a folder of scripts"),
    "webpack": (Role.BUILD, "build configuration"),
}
TOOLS = (
    "webpack|rollup|vite|vitest|babel|jest|next|nuxt|svelte|tailwind|postcss|eslint|prettier|stylelint|commitlint"
    "|lint-staged|tsup|tsdown|esbuild|rspack|rsbuild|swc|playwright|cypress|karma|metro|astro|remix|react-router|vue|craco"
    "|protractor|wdio|release|turbo|nx|drizzle|i18next|next-i18next|lingui|graphql|codegen|orval|openapi-ts|knip|vetur"
    "|capacitor|quasar|windi|uno|unocss|ecosystem|mdx|contentlayer|typedoc|docusaurus|plasmo|wxt|electron-vite|forge"
    "|react-email|tanstack|app\\.vite|snowpack|cz|changelog|dependency-cruiser|stryker|jsdoc|trigger|checkly"
)
CODE_SUFFIX = r"\.[cm]?[jt]sx?"
NAMES = compile_late(
    rf"""
    (?P<generated>.*_pb2(?:_grpc)?\.py|.*[._]pb{CODE_SUFFIX}|.*\.d\.[cm]?ts|.*\.pyi|.*[._](?:generated|gen){CODE_SUFFIX}
        |_version\.py|versioneer\.py)
    |(?P<test>conftest\.py|.*\.(?:test|tests|spec|e2e-spec|e2e|cy|test-d|bench){CODE_SUFFIX}|setupTests{CODE_SUFFIX}
        |(?:jest|vitest)[.-]?(?:[gG]lobal)?[.-]?(?:[sS]etup|[tT]eardown).*{CODE_SUFFIX})
    |(?P<perhaps>test_.*\.py|.*_test\.py|tests?\.py|locustfile\.py|(?:.*[_-])?(?:test|tests|spec){CODE_SUFFIX})
    |(?P<story>.*\.(?:stories|story){CODE_SUFFIX})
    |(?P<build>(?:.*\.)?(?:{TOOLS})(?:\.[\w-]+)*\.(?:config|conf|setup){CODE_SUFFIX}|webpack[\w.-]*{CODE_SUFFIX}
        |(?:[Gg]runt|[Gg]ulp|[Jj]ake|[Pp]lop)file(?:\.babel)?{CODE_SUFFIX}|\.[\w-]+(?:rc|file)\.[cm]?[jt]s
        |(?:noxfile|fabfile|toxfile|hatch_build|conanfile|dodo|pavement)\.py)
    |(?P<setup>setup\.py)
    """,
    re.VERBOSE,
)
NAMED = {
    "generated": (Role.GENERATED, "generated, by its name"),
    "test": (Role.TEST, "named like a test"),
    "perhaps": (Role.TEST, "named like a test, and holds some"),
    "story": (Role.DOCUMENTATION, "documentation"),
    "build": (Role.BUILD, "build configuration"),
    "setup": (Role.BUILD, "a setup script"),
}
# Next.js, Nuxt, SvelteKit and Remix say by the path what runs on the server.
SERVER_ROUTE = compile_late(
    r"(?:^|.*/)(?:app/(?:.*/)?route\.[cm]?[jt]sx?|pages/api/.*|\+(?:server|(?:page|layout)\.server)\.[jt]s|server/api/.*)"
)
# Frameworks in which server code stands in folders and files named `server`, and nowhere else.
SHARP = frozenset({"nuxt", "@sveltejs/kit"})
# Meteor sends what lies in a folder named `client` to browsers, keeps `server` to itself, and runs the rest on both.
METEOR = "meteor"
SERVER_NAME = compile_late(rf"(?:.*\.server|middleware|instrumentation|hooks\.server){CODE_SUFFIX}")
BROWSER_NAME = compile_late(rf".*\.client{CODE_SUFFIX}|instrumentation-client{CODE_SUFFIX}")
# Folders whose files are scripts if their content agrees: the first anywhere, the second only at the top, since agents
# have tools and bots have commands.
SCRIPT_FOLDERS = frozenset({"scripts", "script", "bin", "cli"})
SCRIPT_TOPS = frozenset({"tools", "commands", "utils", "dev", "tasks", "devtools"})
MIGRATION_FOLDERS = frozenset({"migrations", "migration", "alembic", "migrate", "versions", "revisions", "alterations"})
# `20241209111725_product_revamp`, as tools name the folder of one migration.
DATED = compile_late(r"\d{8,}[_-]")
SEEDS = compile_late(r"seeds?|seeders?|seeding")
DATA_FOLDERS = frozenset(
    {"prisma", "database", "databases", "db", "knex", "sequelize", "typeorm", "drizzle", "mikro-orm"}
)
BROWSER_FOLDERS = frozenset({"public", "static", "assets", "wwwroot", "htdocs"})
BROWSER_ROOTS = frozenset({"frontend", "client", "webapp", "browser", "browser-extension", "mobile", "ui", "web"})


@dataclass(frozen=True, slots=True)
class FolderSign:
    """What the folders of a path say: a role for certain, or words that the content must confirm."""

    role: Role | None = None
    reason: str = ""
    migration: bool = False
    script: bool = False
    command: bool = False
    public: bool = False
    frontend: bool = False
    routes: bool = False
    server: bool = False
    client: bool = False
    dated: bool = False
    seeds: bool = False


@lru_cache(maxsize=8192)
def read_folder(folder: str) -> FolderSign:
    """What the folders of a path say (`folder` relative, without a trailing slash; empty for the root)."""
    parts = folder.split("/") if folder else []
    certain = find_certain(parts) if parts else None
    return FolderSign(
        certain[0] if certain else None,
        certain[1] if certain else "",
        migration=any(part in MIGRATION_FOLDERS or part.endswith("_migrations") for part in parts),
        dated=any(DATED.match(part) for part in parts),
        seeds=any(SEEDS.fullmatch(part) and above in DATA_FOLDERS for above, part in pairwise(parts)),
        script=not SCRIPT_FOLDERS.isdisjoint(parts) or bool(SCRIPT_TOPS.intersection(parts[:1])),
        command=parts[-2:] == ["management", "commands"],
        public=not BROWSER_FOLDERS.isdisjoint(parts),
        frontend=bool(parts) and parts[0] in BROWSER_ROOTS,
        routes="routes" in parts,
        server="server" in parts,
        client="client" in parts,
    )


def find_certain(parts: list[str]) -> tuple[Role, str] | None:
    """The role that the outermost telling folder gives."""
    below_code = False
    top = TOP + (parts[0] in PACKAGE_ROOTS)
    for depth, part in enumerate(parts):
        if TEST_FOLDERS.fullmatch(part):
            return Role.TEST, "in a folder of tests"
        if part in ANYWHERE:
            return ANYWHERE[part]
        if depth < top and not below_code and part in NEAR_TOP:
            return NEAR_TOP[part]
        below_code = below_code or part in CODE_ROOTS
    return None


def read_name(name: str) -> tuple[Role, str] | None:
    """The role that a file's name gives."""
    found = NAMES.fullmatch(name)
    return NAMED[found.lastgroup] if found is not None and found.lastgroup else None
