"""Checks on the tracker of errors, and on events that say what people do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.checks.metrics import ERROR, expand, find_metrics, index_recordings
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.late import compile_late
from readycheck.scan.layers.production import SETTINGS, Production
from readycheck.scan.program.model import Call, Expression
from readycheck.scan.running import may_run

INITIALISED = compile_late(
    r"^sentry_sdk\.init$|^@sentry/(?:node|nestjs|nextjs|bun|serverless|aws-serverless|remix|sveltekit|node-core|profiling-node)\.init$|"
    r"^@sentry/node\.default\.init$|^rollbar(?:\.init|\.default)?$|^@bugsnag/(?:js|node)(?:\.default)?\.start$|"
    r"^bugsnag\.configure$|^@honeybadger-io/js(?:\.default)?\.configure$|^honeybadger\.honeybadger\.configure$|"
    r"^@airbrake/node\.Notifier$|^raygun(?:\.default)?\.Client\(\)\.init$|^google\.cloud\.error_reporting\.Client$|"
    r"^@google-cloud/error-reporting\.ErrorReporting$"
)
KEYS = ("dsn", "access_token", "accessToken", "apiKey", "api_key", "projectKey")
# A condition that holds on a developer's machine only.
AWAY = compile_late(
    r"==+\s*[\"'](?:local|dev|development|test|testing|debug)[\"']|!==?\s*[\"'](?:prod|production)[\"']|"
    r"(?<!not )(?<!!)(?<![\w.!])(?:\w+\.)*"
    r"(?:is_?(?:local|dev|development|debug|test|testing)|DEBUG|__DEV__)\b(?!\s*[=!]=)",
    re.IGNORECASE,
)
# One that holds everywhere else.
AT_WORK = compile_late(
    r"!==?\s*[\"'](?:local|dev|development|test|testing|debug)[\"']|==+\s*[\"'](?:prod|production)[\"']|"
    r"^not \((?:not |!)(?:\w+\.)*(?:is_?(?:local|dev|development|debug|test|testing)|DEBUG)\b|"
    r"^not \((?:\w+\.)*is_?prod",
    re.IGNORECASE,
)
DEMANDED = compile_late(r"\b[A-Z_]*DSN\b.*\b(?:missing|required|must|needed|not set|empty|unset)\b")
VARIABLE = compile_late(r"\b([A-Z][A-Z0-9_]*(?:DSN|TOKEN|KEY))\b")
# Files that say which variables there are, and give them no value.
LISTS = compile_late(r"(?:^|/)(?:turbo\.json|app\.json)$")
SUBSCRIPT = compile_late(r"environ\[\s*[\"']")
EVENTS = compile_late(
    r"(?:user|account|activity|product|business)_?(?:event|activit|action)|(?:^|_)events?(?:_total)?$", re.IGNORECASE
)
PERSONAL = frozenset({"user", "user_id", "userid", "email", "ip", "name", "username", "phone", "address"})
TRACKED = compile_late(
    r"^posthog(?:-node)?\.(?:capture|default\.capture|Posthog\(\)\.capture|PostHog\(\)\.capture)$|"
    r"^mixpanel(?:\.default)?\.(?:Mixpanel\(\)|init\(\))\.track$|^@?(?:segment/)?analytics-node\.Analytics\(\)\.track$|"
    r"^segment\.analytics\.track$|^analytics\.track$|^amplitude\.Amplitude\(\)\.track$|^@amplitude/analytics-node\.track$"
)
PERSONAL_TEXT = compile_late(r"\b(?:e_?mail|password|phone|full_?name|first_?name|last_?name)\b", re.IGNORECASE)
LEAST_EVENTS = 2


@requires("alert", "recording", *SETTINGS, *PROGRAM)
def error_tracker_initialised(facts: Facts, rule: Rule) -> CheckResult:
    """A tracker of errors is initialised where production runs, with an address that is demanded or set there."""
    calls = [*find_initialised(facts)]
    production = Production(facts.program, facts)
    working = [call for call in calls if is_working(facts, call) and not production.is_off(call)]
    applications = len(facts.get("application", ()))
    if not working:
        return CheckResult(applications, belongs=tuple(facts.program.locate(call) for call in calls))
    set_by = find_address(facts, working)
    if not set_by:
        return CheckResult(0)
    alerts = count_error_alerts(facts)
    watched = f"; {alerts} alerts on errors" if alerts > 1 else "; an alert on errors" if alerts else ""
    matches = [
        Match(rule.id, facts.program.locate(call), call.owner, call.text, f"`{call.text}` is called; {set_by}{watched}")
        for call in working
    ]
    return CheckResult(max(applications, 1), tuple(matches))


def find_initialised(facts: Facts) -> Iterator[Call]:
    """The calls that initialise a tracker, in code that runs."""
    for module in facts.program.modules.values():
        for call in module.calls:
            if any(INITIALISED.match(name) for name in call.names) and may_run(facts, call.path, call.owner):
                yield call


def is_working(facts: Facts, call: Call) -> bool:
    """Whether a tracker is not switched off: by an empty address, by `enabled`, by a condition on where it runs."""
    address = call.find_option(*KEYS)
    known = facts.program.find_constant(call.path, address)
    is_empty = known == "" or (address is not None and address.get("v", "") is None)
    is_off = facts.program.find_constant(call.path, call.find_option("enabled")) is False
    return not (is_empty or is_off or any(holds_away(text) for text in call.conditions))


def holds_away(condition: str) -> bool:
    """Whether a condition holds on a developer's machine only; that of a branch not taken is `not (...)`."""
    return (AT_WORK if condition.startswith("not (") else AWAY).search(condition) is not None


def find_address(facts: Facts, calls: list[Call]) -> str:
    """How it is seen to that the tracker's address is set in production, or empty."""
    texts = [address.get("t", "") for call in calls if (address := call.find_option(*KEYS)) is not None]
    if any(isinstance(facts.program.find_constant(call.path, call.find_option(*KEYS)), str) for call in calls):
        return "its address stands in the code"
    if any(SUBSCRIPT.search(text) for text in texts):
        return "it does not start without its address"
    for module in facts.program.modules.values():
        for owner, words in module.data["words"].items():
            if any(DEMANDED.search(word) for word in words) and facts.live.runs(module.path, owner):
                return f"{module.path} demands its address"
    names = {name for text in texts for name in VARIABLE.findall(text)} | {"SENTRY_DSN"}
    wanted = {text.rpartition(".")[2].upper() for text in texts} | names
    for one in facts.get("env-declared", ()):
        is_aside = one.data["example"] or LISTS.search(one.where.path) or DEVELOPMENT.search(one.where.path)
        if not is_aside and str(one.data["name"]) in wanted:
            return f"{one.where.path} sets {one.data['name']}"
    return ""


def count_error_alerts(facts: Facts) -> int:
    """How many alerts look at errors."""
    recordings = index_recordings(facts)
    texts = (expand(str(one.data["expression"]), recordings) for one in facts.get("alert", ()))
    return sum(1 for text in texts if ERROR.search(text) or re.search(r"5\.\.|=~?\"5", text))


@requires(*PROGRAM)
def user_events_counted(facts: Facts, rule: Rule) -> CheckResult:
    """Events that people cause are counted by name, and nothing personal with them."""
    matches = [*find_counted_events(facts, rule), *find_tracked_events(facts, rule)]
    return CheckResult(len(matches), tuple(matches))


def find_counted_events(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Counters of events whose labels name the event and nobody."""
    for metric in find_metrics(facts):
        if metric.sort != "counter" or not EVENTS.search(metric.name) or not PERSONAL.isdisjoint(metric.labels):
            continue
        events = {name for use in metric.uses if (name := read_event(facts, use))}
        if len(events) >= LEAST_EVENTS:
            listed = ", ".join(sorted(events)[:4])
            also = tuple(facts.program.locate(use) for use in metric.uses[:3])
            message = f"{metric.name} counts {len(events)} events, such as {listed}"
            yield Match(rule.id, metric.where, text=metric.name, message=message, also=also)


def read_event(facts: Facts, use: Call) -> str:
    """The constant name with which an event is counted, or empty."""
    values: list[Expression] = [*use.arguments[:1], *use.keywords.values()]
    values += [value for argument in use.arguments[:1] for _, value in argument.get("o", ())]
    return next(
        (str(one) for value in values if isinstance(one := facts.program.find_constant(use.path, value), str)), ""
    )


def find_tracked_events(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Events that are sent to a service for analytics by a constant name, without an address or a name of a person."""
    found: list[tuple[Call, str]] = []
    for module in facts.program.modules.values():
        for call in module.calls:
            if any(TRACKED.match(name) for name in call.names) and facts.live.runs(call.path, call.owner):
                texts = [str(one) for one in (*call.arguments, *call.keywords.values())]
                if any(PERSONAL_TEXT.search(text) for text in texts):
                    return
                found.append((call, texts[0] if texts else ""))
    if len({text for _, text in found}) >= LEAST_EVENTS:
        call = found[0][0]
        message = f"`{call.text}` sends {len(found)} events"
        yield Match(rule.id, facts.program.locate(call), call.owner, call.text, message)
