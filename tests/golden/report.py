"""One report written out by hand, with everything in it that a renderer can meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from readycheck.model.evidence import Evidence, Skipped
from readycheck.model.finding import Finding, Suppressed
from readycheck.model.location import Endpoint, Relation, Span, Where
from readycheck.model.report import Coverage, ItemResult, Notice, Report, RuleRun, Target, Tool
from readycheck.model.rule import Calls, Catalogue, Example, Item, Rule, Section
from readycheck.model.vocabulary import (
    Channel,
    Confidence,
    Language,
    Level,
    Outcome,
    Polarity,
    Priority,
    Role,
    Verdict,
    WhenClean,
)

SECTIONS = (
    Section("security", "Security"),
    Section("logging", "Logging"),
    Section("infrastructure", "Infrastructure"),
    Section("operations", "Operations"),
)
CODE, HTTP, DATABASE, HUMAN = Channel.CODE, Channel.HTTP, Channel.DATABASE, Channel.ATTESTATION


BLANK_ITEM = Item("", "", "", Priority.HIGH, (CODE,), (), "")


def make_item(item_id: str, title: str, section: str, proof: str) -> Item:
    """An item of high priority that code can prove."""
    return replace(BLANK_ITEM, id=item_id, title=title, section=section, proof=proof)


MEDIUM, LOW = Priority.MEDIUM, Priority.LOW
ITEMS = {
    item.id: item
    for item in (
        make_item("rate-limiting", "Rate limiting", "security", "A limiter on every route."),
        make_item("cors", "CORS configuration", "security", "Origins from configuration."),
        make_item("debug-routes", "No debug routes or debug mode", "security", "Debug is off."),
        make_item(
            "hard-coded-secrets",
            "No secrets in the code",
            "security",
            "A search of the tree and of the history for secrets finds none, and .env is ignored.",
        ),
        make_item("structured-logger", "Structured logger", "logging", "One structured logger, used."),
        make_item("no-console-output", "No console output in server code", "logging", "No print, no console.*"),
        replace(make_item("log-aggregation", "Log aggregation", "logging", "A log shipper."), priority=LOW),
        make_item("graceful-shutdown", "Graceful shutdown", "infrastructure", "SIGTERM is handled."),
        make_item("health-check", "Health checks", "infrastructure", "GET /health says 200."),
        replace(make_item("database-indexes", "Database indexes", "infrastructure", ""), priority=MEDIUM),
        replace(make_item("compression", "Response compression", "infrastructure", "Middleware."), priority=LOW),
        replace(make_item("migrations", "Migrations", "infrastructure", "A deploy step."), priority=MEDIUM),
        replace(
            make_item("key-rotation", "Key rotation", "operations", "A rotation within 90 days."),
            priority=MEDIUM,
            channels=(HUMAN,),
        ),
        replace(make_item("backups", "Backups, and a restore drill", "operations", "A drill."), channels=(HUMAN,)),
        replace(make_item("cdn", "Cache headers on static files", "operations", "Cache-Control."), priority=LOW),
    )
}


BLANK_RULE = Rule(
    id="",
    title="",
    item="",
    channel=Channel.CODE,
    polarity=Polarity.VIOLATION,
    languages=(Language.PYTHON, Language.JAVASCRIPT),
    confidence=Confidence.HIGH,
    why="",
    remedy="",
    references=("https://12factor.net/logs",),
    anchors=("print",),
    detect=Calls(("builtins.print",), {}),
    bad=(Example("print('a')\n", (1,), Language.PYTHON),),
    good=(Example("log('a')\n", (), Language.PYTHON),),
    when_clean=WhenClean.PROVES,
    roles=(Role.SERVER,),
    except_inside=(),
    fix=None,
    source="",
)


def make_rule(rule_id: str, item: str, title: str, why: str, remedy: str) -> Rule:
    """A violation rule."""
    source = f"rules/{item}/{rule_id}.yaml"
    return replace(BLANK_RULE, id=rule_id, item=item, title=title, why=why, remedy=remedy, source=source)


RULES = (
    make_rule(
        "blocking-base-http-middleware",
        "graceful-shutdown",
        "BaseHTTPMiddleware around streamed answers",
        "It wraps every answer in a task group, which breaks streaming and cancellation.",
        "Write a pure ASGI middleware.",
    ),
    make_rule(
        "console-call",
        "no-console-output",
        "console.* in server code",
        "console.log bypasses levels, request ids and redaction.",
        "Use the project's logger.",
    ),
    make_rule(
        "cors-origins-listed",
        "cors",
        "CORS origins come from configuration",
        "An open origin list lets any site act for a signed-in user.",
        "Read the list of origins from the settings.",
    ),
    make_rule(
        "debug-mode-on",
        "debug-routes",
        "debug mode is switched on",
        "The debugger runs code that a visitor sends and shows the source.",
        "Read it from the environment, off by default.",
    ),
    make_rule(
        "foreign-key-indexed",
        "database-indexes",
        "foreign key without an index",
        "Every delete of a parent row reads the whole table.",
        "Add an index that starts with the column.",
    ),
    make_rule(
        "print-call",
        "no-console-output",
        "print() in server code",
        "print() bypasses levels, request ids and redaction, and blocks the event loop on a slow pipe.",
        "Use the module's logger: logger = logging.getLogger(__name__).",
    ),
    make_rule(
        "rate-limit-enforced",
        "rate-limiting",
        "no limit is enforced",
        "One client can use up the service.",
        "Mount a limiter in front of the routes.",
    ),
    make_rule(
        "structured-logger-used",
        "structured-logger",
        "a structured logger is configured and used",
        "Lines of prose cannot be searched.",
        "Configure structlog, loguru or a JSON formatter once, at start.",
    ),
)
CATALOGUE = Catalogue(SECTIONS, tuple(ITEMS.values()), RULES, "sha256:0123456789abcdef")


def at(path: str, line: int, column: int, end: int, snippet: str) -> Span:
    """A span on one line."""
    return Span(path, line, column, line, end, snippet)


def make_finding(
    rule: str, where: Where, number: int = 0, message: str = "", confidence: Confidence = Confidence.HIGH
) -> Finding:
    item = next((known.item for known in RULES if known.id == rule), "debug-routes")
    title = next((known.title for known in RULES if known.id == rule), rule)
    return Finding(
        rule=rule,
        item=item,
        priority=ITEMS[item].priority,
        confidence=confidence,
        message=message or title,
        fingerprint=f"{rule}:{number:04x}",
        where=where,
    )


CREATES_APP = at("server/main.py", 14, 1, 16, 'app = FastAPI(title="Chat")')
LIMITER = at("server/main.py", 31, 1, 55, "app.add_middleware(SlowAPIMiddleware, limiter=limiter)")
MULTI_LINE = Span("server/agent.py", 88, 5, 91, 6, '    print(\n        "prompt:",\n        prompt[:200],\n    )')


FINDINGS = (
    replace(
        make_finding(
            "rate-limit-enforced",
            Endpoint("POST", "/api/messages"),
            1,
            "40 requests within one second, and none was answered 429",
        ),
        also=(LIMITER,),
    ),
    replace(
        make_finding(
            "debug-mode-on",
            at("server/main.py", 97, 22, 32, '    uvicorn.run(app, reload=True, host="0.0.0.0")'),
            2,
            "uvicorn reloads in a production command",
            Confidence.MEDIUM,
        ),
        fix="debug_from_environment",
    ),
    *(
        replace(
            make_finding("print-call", at("server/socket.py", line, 9, 27, '        print("joined", sid)'), 16 + line),
            fix="print_to_logger",
        )
        for line in (12, 40, 41, 58)
    ),
    replace(make_finding("print-call", MULTI_LINE, 3), fix="print_to_logger"),
    make_finding("print-call", at("server/[bold]odd\x1b[31m\n::error::x.py", 1, 1, 9, "print(1)"), 4),
    make_finding(
        "console-call",
        Span(
            "server/llm/langchain.js", 301, 2, 301, 25, "\tconsole.log('模型回复', 回复)\t// 🎉 done", snippet_column=1
        ),
        5,
        "console.log, once a reply",
    ),
    make_finding(
        "console-call",
        Span("server/bundle.js", 1, 4001, 1, 4016, "x" * 80 + "console.warn(e)" + "y" * 145, snippet_column=3921),
        6,
    ),
    make_finding("foreign-key-indexed", Relation("public", "messages", ("conversation_id",)), 7),
    replace(
        make_finding("print-call", at("server/boot.py", 3, 1, 15, 'print("booting")'), 8),
        suppressed=Suppressed("inline", "shown before logging is configured"),
    ),
    replace(
        make_finding("console-call", at("server/old.js", 7, 1, 15, "console.log(1)"), 9),
        suppressed=Suppressed("baseline", "known on 2026-10-01"),
    ),
    replace(
        make_finding("debug-mode-on", at("server/admin.py", 9, 1, 30, "admin.run(debug=True)"), 10),
        suppressed=Suppressed("waiver", "internal network only", date(2026, 12, 31), "ops@example.org"),
    ),
)


def prove(
    rule: str, outcome: Outcome, message: str, *where: Where, channel: Channel = CODE, examined: int = 1
) -> Evidence:
    return Evidence(rule, channel, Polarity.CONTROL, outcome, examined, message, where)


PASS, FAIL, UNPROVEN = Outcome.PASS, Outcome.FAIL, Outcome.UNPROVEN
UNLOOKED = "No rule looks at it yet."


def _result(item: str, outcome: Outcome, reason: str, *evidence: Evidence) -> ItemResult:
    return ItemResult(ITEMS[item], outcome, reason, evidence)


RESULTS = (
    _result(
        "rate-limiting",
        Outcome.CONTRADICTED,
        "The code mounts a limiter, but the running service does not limit.",
        prove("rate-limit-mounted", PASS, "SlowAPIMiddleware is mounted on the application", LIMITER),
        prove("rate-limit-enforced", FAIL, "40 requests, no 429", Endpoint("POST", "/api/messages"), channel=HTTP),
    ),
    _result(
        "cors",
        PASS,
        "Proved by code.",
        prove("cors-origins-listed", PASS, "The origins come from settings.cors_origins", LIMITER),
        prove("cors-wildcard", UNPROVEN, "no * in 12 files; nothing proves the rest", examined=12),
    ),
    _result("debug-routes", FAIL, "Debug mode is on in 1 place.", prove("debug-mode-on", FAIL, "1 match", CREATES_APP)),
    _result("hard-coded-secrets", UNPROVEN, UNLOOKED),
    _result(
        "structured-logger",
        PASS,
        "Proved by code.",
        prove(
            "structured-logger-used",
            PASS,
            "structlog is configured with a JSON renderer and used in 14 modules",
            at("server/logs.py", 8, 1, 20, "structlog.configure("),
            at("server/main.py", 3, 1, 20, "log = structlog.get_logger()"),
            at("server/agent.py", 5, 1, 20, "log = structlog.get_logger()"),
        ),
    ),
    _result("no-console-output", FAIL, "Server code writes to the console in 8 places."),
    _result("log-aggregation", UNPROVEN, UNLOOKED),
    _result("graceful-shutdown", Outcome.ERROR, "blocking-base-http-middleware broke on server/main.py."),
    _result("health-check", UNPROVEN, "No rule looks at it yet, and no URL was given."),
    _result("database-indexes", FAIL, "1 foreign key has no index."),
    _result("compression", PASS, "Proved by code.", prove("compression-mounted", PASS, "GZipMiddleware", CREATES_APP)),
    _result("migrations", UNPROVEN, UNLOOKED),
    _result("key-rotation", UNPROVEN, "Nobody attested it."),
    _result("backups", Outcome.ATTESTED, "Restore drill on 2026-10-12, by ops@example.org, valid until 2027-01-10."),
    _result("cdn", Outcome.NOT_APPLICABLE, "The service serves no static files."),
)

REPORT = Report(
    tool=Tool("readycheck", "0.1.0", "sha256:0123456789abcdef"),
    target=Target("chat", "https://chat.example.org", None, "8f03be8c0ffee8f03be8c0ffee8f03be8c0ffee0"),
    verdict=Verdict.NOT_READY,
    level=None,
    summary={
        "pass": 3,
        "fail": 3,
        "contradicted": 1,
        "unproven": 5,
        "not-applicable": 1,
        "attested": 1,
        "error": 1,
        "suppressed": 3,
    },
    coverage=Coverage(live=1, code=6, attested=1, unproven=6),
    items=RESULTS,
    findings=FINDINGS,
    rules=(
        RuleRun("blocking-base-http-middleware", CODE, 12, 0, 0, error="RecursionError in server/main.py"),
        RuleRun("console-call", CODE, 31, 4, 1),
        RuleRun("cors-origins-listed", CODE, 1, 1, 0),
        RuleRun("debug-mode-on", CODE, 12, 2, 0),
        RuleRun("foreign-key-indexed", DATABASE, 9, 1, 0),
        RuleRun("print-call", CODE, 43, 19, 12),
        RuleRun("rate-limit-enforced", HTTP, 40, 1, 0),
        RuleRun("structured-logger-used", CODE, 14, 3, 0),
        RuleRun("tls-redirect", HTTP, 0, 0, 0, skipped="the service is not public"),
    ),
    skipped=(
        Skipped("server/static/app.min.js", "minified"),
        Skipped("server/static/vendor.min.js", "minified"),
        Skipped("dump.py", "larger than 1,000,000 bytes"),
        Skipped("secret\u202efile.py", "a link"),
    ),
    notices=(
        Notice("unused-suppression", "ignore[print-call] suppresses nothing", at("server/main.py", 50, 1, 9, "# ...")),
        Notice("expired-waiver", "The waiver of debug-mode-on by ops@example.org ended on 2026-11-01."),
        Notice("not-fully-analysed", "a syntax error from here on", at("server/broken.py", 33, 1, 1, "")),
    ),
    files=812,
    cached=790,
    exempt={"in a script or CLI": 9, "in a test": 3, "inside a main guard": 1},
    roles={"server": (120, {"imports fastapi": 14, "the default": 106}), "test": (692, {"under tests/": 692})},
)

READY = Report(
    tool=REPORT.tool,
    target=Target("."),
    verdict=Verdict.READY,
    level=Level.GOLD,
    summary=dict.fromkeys(REPORT.summary, 0) | {"pass": 1},
    coverage=Coverage(0, 1, 0, 0),
    items=(RESULTS[1],),
    findings=(),
    rules=(RuleRun("cors-origins-listed", CODE, 1, 1, 0),),
    skipped=(),
    files=1,
)
