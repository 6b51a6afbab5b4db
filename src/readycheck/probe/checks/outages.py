"""How a started service took it that its dependencies went away, or hung."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.checks.started import explain_missing, read_number, read_text, read_texts
from readycheck.probe.exchange import Exchange, Observation, Recording, Response

SUCCESS = range(200, 300)
SERVER_ERROR = 500
TOO_MANY = 429
NAMES = {"database": "the database", "redis": "Redis", "ai": "the AI provider"}
TOPICS = ("hang-database", "hang-redis", "hang-ai")
INTERNAL = re.compile(
    r"(?i)psycopg|asyncpg|sqlalchemy|operationalerror|econn(?:refused|reset)|connection refused|could not connect to"
    r"|connection to server|traceback \(most recent|node_modules|\bat [\w.<>]+ \([^)]*:\d+:\d+\)|\bpg_hba|sequelize"
    r"|prismaclient|sqlstate|redis\.exceptions|postgres(?:ql)?://|mysql://|redis://"
)
UNUSED = "the service never connected to {name} through our proxy: it does not take its address from {variable}"


def find_outage(recording: Recording, topic: str) -> Observation | None:
    """What the proxy saw in a scenario."""
    return next((one for one in recording.seen("outage") if one.step.partition("/")[0] == topic), None)


def explain_unused(recording: Recording, topic: str) -> str:
    """Why an outage says nothing: it was not played, or the service does not go through the proxy."""
    seen = find_outage(recording, topic)
    if seen is None:
        return explain_missing(recording, topic)
    if read_number(seen, "connections"):
        return ""
    kind = read_text(seen, "dependency")
    return UNUSED.format(name=NAMES.get(kind, kind), variable=read_text(seen, "variable"))


def find(recording: Recording, step: str) -> Exchange | None:
    """The exchange of a step."""
    return next(iter(recording.about(step)), None)


def is_success(exchange: Exchange | None) -> bool:
    """Whether it was answered with a success."""
    return exchange is not None and exchange.response is not None and exchange.response.status in SUCCESS


def is_limited(exchange: Exchange) -> bool:
    """Whether a limiter spoke, which says nothing about the service behind it."""
    return exchange.response is not None and exchange.response.status == TOO_MANY


def tell(exchange: Exchange | None) -> str:
    """What became of a request."""
    if exchange is None:
        return "was not asked"
    return f"answered {exchange.response.status}" if exchange.response else f"got {exchange.failure}"


@examines("cut-database")
def readiness_ignores_database(recording: Recording, rule: Rule) -> Judgement:
    """Readiness goes on to say yes while the database is cut, or says nothing at all."""
    if reason := explain_unused(recording, "cut-database"):
        return Judgement(unproven=reason)
    before, during, after = (find(recording, f"cut-database/ready-{when}") for when in ("before", "during", "after"))
    if during is None or not is_success(before):
        return Judgement(unproven="no route says whether the service is ready: name it with --ready-path PATH")
    if is_success(during) or during.response is None:
        where = during.locate("while the database was cut")
        told = "no answer at all" if during.response is None else f"{during.response.status}"
        message = f"{name_operation(during)} gave {told} while the database was cut and refused connections"
        return Judgement(1, (make_match(rule, where, message),))
    live = find(recording, "cut-database/live-during")
    doubts = []
    if during.response.status < SERVER_ERROR:
        doubts.append(f"readiness {tell(during)} while the database was cut, which says neither yes nor no")
    if not is_success(live):
        doubts.append(
            "liveness has no route of its own"
            if live is None
            else f"liveness {tell(live)} while the database was cut, and must stay 200"
        )
    if not is_success(after):
        doubts.append(f"readiness {tell(after)} after the database was back")
    if doubts:
        return Judgement(1, unproven="; ".join(doubts))
    proof = (
        f"with the database cut {name_operation(during)} {tell(during)}, {name_operation(live or during)} {tell(live)};"
        f" once it was back, {tell(after)}"
    )
    return Judgement(3, proof=proof)


@examines("cut-database")
def liveness_needs_database(recording: Recording, rule: Rule) -> Judgement:
    """Liveness fails while the database is cut: the platform would restart a healthy process."""
    if reason := explain_unused(recording, "cut-database"):
        return Judgement(unproven=reason)
    live = find(recording, "cut-database/live-during")
    if live is None:
        return Judgement(unproven="no route tells liveness from readiness: name it with --live-path PATH")
    if is_success(live):
        return Judgement(1, proof=f"{name_operation(live)} {tell(live)} while the database was cut")
    message = f"{name_operation(live)} {tell(live)} while the database was cut: a restart would not mend that"
    return Judgement(1, (make_match(rule, live.locate("while the database was cut"), message),))


@examines("cut-database")
def database_not_reconnected(recording: Recording, rule: Rule) -> Judgement:
    """The service does not work again once the database is back, or ends when it goes away."""
    if reason := explain_unused(recording, "cut-database"):
        return Judgement(unproven=reason)
    seen = find_outage(recording, "cut-database")
    matches = []
    if seen is not None and isinstance(seen.data.get("code"), int):
        message = f"the process ended with exit code {seen.data['code']} when its database connections were reset"
        matches.append(make_match(rule, seen.locate("database cut", f"exit code {seen.data['code']}"), message))
    for name in ("ready", "use"):
        before, after = (find(recording, f"cut-database/{name}-{when}") for when in ("before", "after"))
        if matches or after is None or not is_success(before) or is_success(after) or is_limited(after):
            continue
        message = f"{name_operation(after)} {tell(after)} although the database was back, and 200 before the cut"
        matches.append(make_match(rule, after.locate("after the database was back"), message))
    seconds = read_number(seen, "recovered") if seen else 0.0
    proof = "" if matches else f"it worked again {seconds:.1f} s after the database was back"
    return Judgement(1, tuple(matches), proof)


@examines("late-database")
def needs_database_at_start(recording: Recording, rule: Rule) -> Judgement:
    """Started while the database is away, it ends, or is not ready once that is back."""
    seen = recording.seen("late")
    if not seen:
        return Judgement(unproven=explain_missing(recording, "late-database"))
    first = seen[0]
    if first.data.get("ready"):
        said = read_text(first, "during")
        meanwhile = f"readiness said {said} meanwhile" if said else "it did not listen meanwhile"
        proof = (
            f"started without its database ({meanwhile}), it was ready {read_number(first, 'seconds'):.1f} s after that"
            " came up"
        )
        return Judgement(1, proof=proof)
    code = first.data.get("code")
    ended = f"it ended with exit code {code}" if isinstance(code, int) else "it was never ready after that came up"
    last = read_texts(first, "last")
    more = f'; its last line: "{last[-1][:120]}"' if last else ""
    where = first.locate("started without its database", ended)
    return Judgement(1, (make_match(rule, where, f"started while its database was away, {ended}{more}"),))


@examines("cut-database", "hang-database")
def outage_told_to_client(recording: Recording, rule: Rule) -> Judgement:
    """An answer during an outage names the driver, the database's address, or shows a stack."""
    if reason := explain_unused(recording, "cut-database"):
        return Judgement(unproven=reason)
    answers = [
        (exchange, response)
        for topic in ("cut-database", "hang-database")
        for exchange, response in recording.answered(topic)
        if exchange.step.endswith("-during")
    ]
    matches = tuple(find_told(recording, rule, answers))
    errors = [response.status for _, response in answers if response.status >= SERVER_ERROR]
    forced = [one for one in recording.about("cut-database/use-during") if one.response and one.response.status >= 500]  # noqa: PLR2004
    if matches:
        return Judgement(len(answers), matches)
    if not forced:
        return Judgement(len(answers), unproven="no ordinary request failed while the database was cut")
    proof = f"{len(errors)} answers with {', '.join(map(str, dict.fromkeys(errors)))} during the outage name no driver,"
    return Judgement(len(answers), proof=f"{proof} no address and no stack")


def find_told(recording: Recording, rule: Rule, answers: list[tuple[Exchange, Response]]) -> Iterator[Match]:
    """A match for each operation that tells something."""
    hosts = recording.facts.get("hosts")
    addresses = [one for one in hosts if isinstance(one, str)] if isinstance(hosts, list) else []
    seen: set[str] = set()
    for exchange, response in answers:
        found = INTERNAL.search(response.text)
        word = found[0] if found else next((one for one in addresses if one in response.text), "")
        operation = name_operation(exchange)
        if not word or operation in seen:
            continue
        seen.add(operation)
        where = exchange.locate("while the database was away", f'{response.status}, "{word}" in the body')
        yield make_match(
            rule, where, f'{operation} answered {response.status} during the outage and tells the client "{word}"'
        )


@examines(*TOPICS)
def hangs_with_dependency(recording: Recording, rule: Rule) -> Judgement:
    """A request gets no answer while a dependency accepts everything and answers nothing."""
    matches: list[Match] = []
    proofs: list[str] = []
    for topic in TOPICS:
        seen = find_outage(recording, topic)
        if seen is None or not seen.data.get("used"):
            continue
        kind = read_text(seen, "dependency")
        waiting = [one for one in recording.about(topic) if one.step.endswith("during")]
        lost = next((one for one in waiting if one.response is None), None)
        if lost is not None:
            message = (
                f"{name_operation(lost)} got no answer within {lost.seconds:.0f} s ({lost.failure}) while"
                f" {NAMES.get(kind, kind)} accepted connections and answered nothing"
            )
            matches.append(make_match(rule, lost.locate(f"{kind} hangs"), message))
        elif waiting:
            longest = max(one.seconds for one in waiting)
            proofs.append(f"with {NAMES.get(kind, kind)} hanging, answers came within {longest:.1f} s")
    if matches or proofs:
        return Judgement(len(matches) + len(proofs), tuple(matches), "" if matches else "; ".join(proofs))
    played = [topic for topic in TOPICS if find_outage(recording, topic)]
    if played:
        return Judgement(unproven="no request of the probe made the service use what hung: name one with --exercise")
    return Judgement(unproven=explain_missing(recording, TOPICS[0]))


@examines("cut-redis", "hang-redis")
def fails_without_redis(recording: Recording, rule: Rule) -> Judgement:
    """An ordinary request fails while Redis is away."""
    return judge_fallback(recording, rule, "redis")


@examines("cut-ai", "hang-ai")
def fails_without_ai(recording: Recording, rule: Rule) -> Judgement:
    """A request fails while the AI provider is away, or hangs."""
    return judge_fallback(recording, rule, "ai")


def judge_fallback(recording: Recording, rule: Rule, kind: str) -> Judgement:
    """Requests that succeeded before an outage must succeed during it, or be refused in order."""
    topics = [topic for topic in (f"cut-{kind}", f"hang-{kind}") if find_outage(recording, topic)]
    if not topics:
        return Judgement(unproven=explain_missing(recording, f"cut-{kind}"))
    matches = [match for topic in topics for match in find_failures(recording, rule, topic, kind)]
    good = [
        one for topic in topics for one in recording.about(topic) if one.step.endswith("during") and is_success(one)
    ]
    if matches:
        return Judgement(len(good) + len(matches), tuple(matches))
    if reason := explain_fallback(recording, kind):
        return Judgement(len(good), unproven=reason)
    proof = f"with {NAMES[kind]} cut and hanging {len(good)} requests succeeded, the longest after"
    return Judgement(len(good), proof=f"{proof} {max(one.seconds for one in good):.1f} s")


def find_failures(recording: Recording, rule: Rule, topic: str, kind: str) -> Iterator[Match]:
    """The first ordinary request, and the first that uses the dependency, that fails during the outage only."""
    mode = "was cut" if topic.startswith("cut") else "hung"
    for before, during in (("before", "during"), ("use-before", "use-during")):
        if not is_success(find(recording, f"{topic}/{before}")):
            continue
        for one in recording.about(f"{topic}/{during}"):
            if one.response is None or one.response.status == SERVER_ERROR:
                message = f"{name_operation(one)} {tell(one)} while {NAMES[kind]} {mode}, and succeeded before"
                yield make_match(rule, one.locate(f"{NAMES[kind]} {mode}"), message)
                break


def explain_fallback(recording: Recording, kind: str) -> str:
    """Why the fallback is not proved, or nothing."""
    hung = find_outage(recording, f"hang-{kind}")
    if hung is None:
        return explain_missing(recording, f"hang-{kind}")
    if not hung.data.get("used"):
        return f"no request of the probe made the service use {NAMES[kind]}: name one with --exercise {kind}=REQUEST"
    wanted = ("use-before", "use-during") if recording.about(f"hang-{kind}/use-before") else ("before", "during")
    before, during = (find(recording, f"hang-{kind}/{when}") for when in wanted)
    if not is_success(before):
        return f"{name_operation(before) if before else 'the request'} {tell(before)} before the outage already"
    if not is_success(during):
        return f"{name_operation(during) if during else 'the request'} {tell(during)}: an error in order, no fallback"
    return ""
