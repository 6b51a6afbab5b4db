"""Checks on what the service counts, and on the alerts that look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.config.command_line import split_words
from readycheck.scan.fact_values import read_texts
from readycheck.scan.late import compile_late
from readycheck.scan.program.model import Call, Expression, Ref
from readycheck.scan.running import may_run

SORTS = {
    "Counter": "counter", "Histogram": "histogram", "Summary": "histogram", "Gauge": "gauge", "Enum": "gauge",
    "Info": "gauge",
    "create_counter": "counter", "createCounter": "counter", "create_histogram": "histogram",
    "createHistogram": "histogram", "create_up_down_counter": "gauge", "createUpDownCounter": "gauge",
    "create_observable_gauge": "gauge", "createObservableGauge": "gauge",
}  # fmt: skip
DEFINED = compile_late(
    r"^(?:prometheus_client(?:\.metrics)?|prom-client(?:\.default)?)\.(?:Counter|Histogram|Summary|Gauge|Enum|Info)$|"
    r"^(?:opentelemetry\.metrics|@opentelemetry/api\.metrics)\..*\.(?:create_|create)\w+$"
)
USED = frozenset({
    "inc", "dec", "set", "observe", "labels", "time", "startTimer", "zero", "reset", "add", "record",
    "track_inprogress",
    "count_exceptions", "set_to_current_time", "setToCurrentTime", "set_function",
})  # fmt: skip
# Names that show what was counted, by hand or by an instrumentation that counts each request by itself.
SHOWN = compile_late(
    r"^prometheus_client\.(?:exposition\.)?(?:start_http_server|start_wsgi_server|make_asgi_app|make_wsgi_app|"
    r"generate_latest|push_to_gateway)$|^prom-client(?:\.default)?(?:\.register|\.Registry\(\)|\.AggregatorRegistry\(\))\.(?:metrics|clusterMetrics)$|"
    r"\.(?:OTLPMetricExporter|PrometheusMetricReader)$|^@opentelemetry/exporter-(?:prometheus\.PrometheusExporter|metrics-.*MetricExporter)$"
)
AUTOMATIC = compile_late(
    r"^prometheus_fastapi_instrumentator\.Instrumentator\(\).*\.(?:instrument|expose)$|^starlette_exporter\.|^starlette_prometheus\.|"
    r"^prometheus_flask_exporter\.|^aioprometheus\.|^express-prom-bundle|^fastify-metrics|^express-prometheus-middleware|"
    r"^@willsoto/nestjs-prometheus\.PrometheusModule\.register|^koa-prometheus|^newrelic\.agent\.initialize$|^elasticapm\.|"
    r"^elastic-apm-node\.start$|^dd-trace\.(?:default\.)?(?:init|tracer\.init)$|^ddtrace\.patch_all$|^applicationinsights\.setup$|"
    r"^azure\.monitor\.opentelemetry\.configure_azure_monitor$|^@opentelemetry/sdk-node\.NodeSDK\(\)\.start$|^scout_apm\.|"
    r"^@azure/monitor-opentelemetry\.useAzureMonitor$"
)
# Libraries that measure in ways which are not known here: with one of them in use, nothing is said to be absent.
PERHAPS = compile_late(
    r"^@?opentelemetry[\w./@-]*metric|^(?!prometheus_client|prom-client)(?:[\w@-]+[./])*[\w@-]*(?:gds_metrics|statsd|datadog|"
    r"dogstatsd|hot-shots|micrometer|logfire|prometheus|telemetry(?<!opentelemetry))[\w-]*(?:[./(]|$)",
    re.IGNORECASE,
)
AGENTS = frozenset({"ddtrace-run", "newrelic-admin", "opentelemetry-instrument", "elasticapm-run"})
REQUEST = compile_late(r"request|http|api_|route|response|handler", re.IGNORECASE)
ERROR = compile_late(r"error|fail|exception|5xx|fault", re.IGNORECASE)
STATUS = frozenset({"status", "status_code", "statusCode", "code", "http_status", "statuscode"})
LIMITED = compile_late(r"rate_?-?limit|limited|throttl|too_many|429", re.IGNORECASE)
PICKED = compile_late(r"=~?\s*[\"'][^\"']*(?:429|4\.\.|4xx|4\[)")
NAME = compile_late(r"[a-zA-Z_:][\w:]*")
SUFFIX = compile_late(r"_(?:total|bucket|count|sum|created|info)$")
LEAST_OF_PREFIX = 3


@dataclass(frozen=True)
class Metric:
    """One metric of the code: where it is made, what it is called and labelled, and where it is counted."""

    call: Call
    name: str
    sort: str
    labels: tuple[str, ...]
    where: Span
    uses: list[Call] = field(default_factory=list)

    @property
    def has_status(self) -> bool:
        """Whether it tells answers apart by their status."""
        return not STATUS.isdisjoint(self.labels)


def find_metrics(facts: Facts) -> list[Metric]:
    """The metrics that live code makes, each with the live calls that count in it."""
    program, live = facts.program, facts.live
    found: dict[Ref, Metric] = {}
    for module in program.modules.values():
        for call in module.calls:
            name = next((one for one in call.names if DEFINED.match(one)), "")
            if name and live.runs(call.path, call.owner):
                metric = read_metric(facts, call, name)
                found[Ref(call.path, call.target.removeprefix("#") or f"<{call.line}>")] = metric
    loose: set[str] = set()
    for module in program.modules.values() if found else ():
        for call in module.calls:
            if call.method in USED and live.runs(call.path, call.owner):
                used = find_used(facts, call, found)
                if used is not None:
                    used.uses.append(call)
                elif call.method not in loose and not program.find_called(call):
                    loose.add(call.method)
    return [one if is_counted(one, loose) else replace(one, uses=[]) for one in found.values()]


def find_used(facts: Facts, call: Call, metrics: Mapping[Ref, Metric]) -> Metric | None:
    """The metric in which a call counts, if it is known."""
    refs = (facts.program.resolve(call.path, name) for name in call.names)
    return next((one for ref in refs if (one := metrics.get(Ref(ref.path, cut_member(ref.name)))) is not None), None)


def is_counted(metric: Metric, loose: set[str]) -> bool:
    """Whether a metric is counted: one that is only given labels, if something unknown is counted somewhere."""
    verbs = {"counter": {"inc", "add"}, "histogram": {"observe", "startTimer"}}.get(metric.sort)
    if verbs is None or any(call.method != "labels" for call in metric.uses):
        return True
    return not verbs.isdisjoint(loose)


def cut_member(name: str) -> str:
    """A name without the members and calls by which a metric is counted: `REQUESTS.labels().inc` -> `REQUESTS`."""
    parts = name.split(".")
    while len(parts) > 1 and parts[-1].removesuffix("()") in USED:
        parts.pop()
    return ".".join(parts)


def read_metric(facts: Facts, call: Call, name: str) -> Metric:
    """What a call that makes a metric says about it."""
    program = facts.program
    title = program.find_constant(call.path, call.find_option("name") or call.find_argument(0))
    labels = call.find_option("labelnames", "labelNames") or call.find_argument(2)
    sort = SORTS.get(name.rpartition(".")[2], "gauge")
    return Metric(call, str(title or ""), sort, read_labels(facts, call.path, labels), program.locate(call))


def read_labels(facts: Facts, path: str, value: Expression | None) -> tuple[str, ...]:
    """The constant texts of a list."""
    items = (value or {}).get("l") or ()
    return tuple(str(one) for one in (facts.program.find_constant(path, item) for item in items) if one)


def find_shown(facts: Facts, pattern: re.Pattern[str]) -> Iterator[tuple[Call, str]]:
    """The live calls whose name matches."""
    for module in facts.program.modules.values():
        for call in module.calls:
            name = next((one for one in call.names if pattern.search(one)), "")
            if name and may_run(facts, call.path, call.owner):
                yield call, name


def find_agents(facts: Facts) -> Iterator[Fact]:
    """The start commands of production that run the service under an agent which measures it."""
    for one in facts.get("command", ()):
        words = {word.rpartition("/")[2] for word in read_texts(one, "argv") for word in split_words(word)}
        if one.data.get("environment") == "production" and not AGENTS.isdisjoint(words):
            yield one


@requires("alert", "dashboard", *PROGRAM)
def metrics_exposed(facts: Facts, rule: Rule) -> CheckResult:
    """Rate, errors and duration of requests are counted and shown."""
    watched = describe_watching(facts)
    automatic = [
        Match(rule.id, facts.program.locate(call), call.owner, name, f"`{call.text}` measures each request{watched}")
        for call, name in find_shown(facts, AUTOMATIC)
    ]
    automatic += [
        Match(rule.id, one.where, text="agent", message=f"an agent measures each request{watched}")
        for one in find_agents(facts)
    ]
    applications = len(facts.get("application", ()))
    if automatic:
        return CheckResult(max(applications, 1), tuple(automatic))
    shown = list(find_shown(facts, SHOWN))
    metrics = [one for one in find_metrics(facts) if one.uses]
    if not shown or not metrics:
        unknown = next(find_shown(facts, PERHAPS), None) is not None
        return CheckResult(0 if unknown else applications)
    golden = find_golden(metrics)
    if golden is None:
        return CheckResult(0)
    call, name = shown[0]
    also = tuple(one.where for one in golden)
    names = ", ".join(dict.fromkeys(one.name or one.sort for one in golden))
    message = f"`{call.text}` shows {len(metrics)} metrics, of requests among them {names}{watched}"
    return CheckResult(
        applications, (Match(rule.id, facts.program.locate(call), call.owner, name, message, also=also),)
    )


def find_golden(metrics: Sequence[Metric]) -> tuple[Metric, ...] | None:
    """The metrics of rate, duration and errors of requests; None where one of them is not among the metrics."""
    requests = [one for one in metrics if REQUEST.search(one.name) and not LIMITED.search(one.name)]
    durations = [one for one in requests if one.sort == "histogram"]
    rates = [one for one in requests if one.sort == "counter"] or durations
    errors = [one for one in requests if one.has_status] or [one for one in metrics if ERROR.search(one.name)]
    if not (durations and rates and errors):
        return None
    return tuple({one.where: one for one in (rates[0], durations[0], errors[0])}.values())


def describe_watching(facts: Facts) -> str:
    """How many alerts and dashboards the tree holds, as the end of a sentence."""
    alerts, boards = len(facts.get("alert", ())), len(facts.get("dashboard", ()))
    parts = [
        f"{number} {name}{'' if number == 1 else 's'}"
        for number, name in ((alerts, "alert"), (boards, "dashboard"))
        if number
    ]
    return f"; {' and '.join(parts)} in the tree" if parts else ""


def index_recordings(facts: Facts) -> Mapping[str, str]:
    """The expressions of recordings by name."""
    return {str(one.data["name"]): str(one.data["expression"]) for one in facts.get("recording", ())}


def expand(expression: str, recordings: Mapping[str, str], depth: int = 3) -> str:
    """An expression with the recordings in it written out."""
    found = [recordings[name] for name in NAME.findall(expression) if name in recordings] if depth else []
    return " ".join((expression, *(expand(one, recordings, depth - 1) for one in found)))


@requires("alert", "recording", *PROGRAM)
def rate_limit_watched(facts: Facts, rule: Rule) -> CheckResult:
    """Refused requests are counted, and an alert looks at the count."""
    known = find_metrics(facts)
    counters = [one for one in known if one.uses and tells_refusals(one)]
    automatic = next(find_shown(facts, AUTOMATIC), None) is not None
    applications = len(facts.get("application", ()))
    if not counters and not automatic:
        return CheckResult(0 if next(find_shown(facts, PERHAPS), None) is not None else applications)
    recordings = index_recordings(facts)
    matches, idle = [], dict[Span, None]()
    for alert in facts.get("alert", ()):
        text = expand(str(alert.data["expression"]), recordings)
        if not LIMITED.search(text):
            continue
        asked = find_watched(text, known)
        counted = [one for one in asked if one in counters]
        if counted or (automatic and not asked):
            matches.append(describe_watch(facts, rule, alert, counted))
        else:
            idle |= dict.fromkeys(one.where for one in asked if not one.uses)
    return CheckResult(len(matches) or len(idle), tuple(matches), tuple(idle))


def tells_refusals(metric: Metric) -> bool:
    """Whether a metric counts what is answered 429: by its name, or as requests by their status."""
    return LIMITED.search(metric.name) is not None or (metric.has_status and REQUEST.search(metric.name) is not None)


def find_watched(expression: str, metrics: Sequence[Metric]) -> list[Metric]:
    """The metrics of refusals that an alert looks at: a counter of all requests only where it picks the status."""
    names = {SUFFIX.sub("", name) for name in NAME.findall(expression)}
    picks_status = PICKED.search(expression) is not None
    return [
        one
        for one in metrics
        if SUFFIX.sub("", one.name) in names and tells_refusals(one) and (LIMITED.search(one.name) or picks_status)
    ]


def describe_watch(facts: Facts, rule: Rule, alert: Fact, counted: Sequence[Metric]) -> Match:
    """The match of an alert that looks at refusals."""
    what = f"{counted[0].name}, counted at {counted[0].where.path}:{counted[0].where.line}" if counted else "requests"
    also = tuple(facts.program.locate(use) for one in counted[:1] for use in one.uses[:1])
    message = f"{alert.data['name']} looks at {what}"
    return Match(rule.id, alert.where, text=str(alert.data["name"]), message=message, also=also)


@requires("alert", "recording", *PROGRAM)
def alert_on_unknown_metric(facts: Facts, rule: Rule) -> CheckResult:
    """An alert asks for a metric that is named like the service's own, and that no code makes."""
    metrics = find_metrics(facts)
    names = {SUFFIX.sub("", one.name) for one in metrics}
    prefixes = [name.partition("_")[0] for name in names]
    own = {one for one in prefixes if one and prefixes.count(one) >= LEAST_OF_PREFIX}
    if not own or "" in names or any(not one.name for one in metrics):
        return CheckResult(0)
    recordings = index_recordings(facts)
    matches, examined = [], 0
    for one in (*facts.get("alert", ()), *facts.get("recording", ())):
        asked = {name for name in list_metrics(str(one.data["expression"])) if name not in recordings}
        mine = sorted(name for name in asked if name.partition("_")[0] in own)
        examined += bool(mine)
        unknown = [name for name in mine if SUFFIX.sub("", name) not in names]
        if unknown:
            message = f"{one.data['name']} asks for {', '.join(unknown)}, which no code counts"
            matches.append(Match(rule.id, one.where, text=str(one.data["name"]), message=message))
    return CheckResult(examined, tuple(matches))


def list_metrics(expression: str) -> Iterator[str]:
    """The names of metrics in an expression: no labels, functions or texts."""
    text = re.sub(r"\{[^}]*\}|\"[^\"]*\"|'[^']*'|\[[^\]]*\]", " ", expression)
    text = re.sub(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", text)
    for found in NAME.finditer(text):
        if "_" in found[0] and not text[found.end() :].lstrip().startswith("("):
            yield found[0]
