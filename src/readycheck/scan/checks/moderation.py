"""Checks on whether what people write is looked at before it is stored and answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.checks.retries import touches_database
from readycheck.scan.late import compile_late
from readycheck.scan.layers.production import SETTINGS, Production
from readycheck.scan.outbound.reaching import find_asked, make_waiting, read_running
from readycheck.scan.ownership.queries import Queries
from readycheck.scan.ownership.statements import read_statement
from readycheck.scan.program.live import list_names
from readycheck.scan.program.model import Call, Definition

NAMED = compile_late(
    r"moderat|profan|content_?filter|contentFilter|content_?safety|contentSafety|toxic|llama_?guard|llamaGuard",
    re.IGNORECASE,
)
ACTS = compile_late(
    r"^(?:review\w*|moderat\w*|check\w*|scan\w*|screen\w*|classify\w*|analy[sz]e\w*|is_?\w*|validate\w*|filter\w*|assert\w*|ensure\w*|"
    r"enforce\w*|detect\w*|create|inspect\w*|evaluate\w*|contains\w*|has(?!h)\w*)$",
    re.IGNORECASE,
)
SERVICES = compile_late(
    r"\.moderations\.create$|commentanalyzer|comments\.analyze|ContentSafetyClient\(\)|detectToxicContent|detect_toxic_content"
)
ADDRESSES = compile_late(
    r"moderations?\b|commentanalyzer|content-?safety|llama-?guard|toxic|text-moderation|omni-moderation", re.IGNORECASE
)
MATCHING = frozenset(
    {
        "includes",
        "some",
        "test",
        "search",
        "match",
        "has",
        "findall",
        "fullmatch",
        "any",
        "indexOf",
        "finditer",
        "exec",
        "isProfane",
    }
)
STORES = compile_late(
    r"^(?:create\w*|insert\w*|save\w*|add\w*|store\w*|append\w*|put\w*|persist\w*|write\w*)$", re.IGNORECASE
)
MESSAGES = compile_late(r"message|comment|\bpost|chat|conversation|repl", re.IGNORECASE)
CHAT = compile_late(r"messages?\b|chat|conversation|companion", re.IGNORECASE)
DEPTH = 3


@dataclass(frozen=True)
class Review:
    """A call that has something moderated, and the functions that it calls (none: a service's own)."""

    call: Call
    definitions: tuple[Definition, ...]


@requires("ai-call", "sql-file", *SETTINGS, *PROGRAM)
def moderation_first(facts: Facts, rule: Rule) -> CheckResult:
    """What a person writes is moderated, and refused, before it is stored or answered; only where a model answers."""
    calls = [one for one in facts.get("ai-call", ()) if facts.live.is_live(one.where.path)]
    production = Production(facts.program, facts)
    running = (one for one in find_reviews(facts) if facts.live.runs(one.call.path, one.call.owner))
    reviews = [one for one in running if not production.is_off(one.call)]
    asked = find_asked(facts.program, facts.web.routes)
    if not calls or not is_chat(facts, calls) or any(tell_late(facts, one) for one in reviews):
        return CheckResult(0)
    matches = []
    for review in reviews:
        after = find_after(facts, review.call)
        is_asked = not asked or (review.call.path, review.call.owner) in asked
        if is_asked and works(facts, review) and decides(facts, review) and after is not None:
            message = f"`{review.call.text}` is asked, and may refuse, before `{after.text}`"
            where = facts.program.locate(review.call)
            also = (facts.program.locate(after),)
            matches.append(Match(rule.id, where, review.call.owner, review.call.text, message, also=also))
    waiting = make_waiting(facts.program, facts.live, ())
    runs = [one for one in calls if one.data["sort"] == "agent"] or calls
    outer = [
        waiting.program.locate(one)
        for run in runs
        for one in waiting.find_outer(run.where.path, str(run.data["symbol"]))
        if one.is_marked("await")
    ]
    return CheckResult(len(calls), tuple(matches), tuple(dict.fromkeys(outer)) or tuple(one.where for one in runs))


def is_chat(facts: Facts, calls: Sequence[Fact]) -> bool:
    """Whether people write messages to this service: by a route, or by the place where a model is asked."""
    places = [route.path or "" for route in facts.web.routes if not route.methods or "POST" in route.methods]
    places += [f"{one.where.path} {one.data['symbol']}" for one in calls]
    return any(CHAT.search(place) for place in places)


@requires("sql-file", *PROGRAM)
def moderation_too_late(facts: Facts, rule: Rule) -> CheckResult:
    """A message is stored before it is moderated, or nobody waits for what moderation says."""
    reviews = [*find_reviews(facts)]
    matches = []
    for review in reviews:
        exempt = None if facts.live.runs(review.call.path, review.call.owner) else "in code that nothing runs"
        for call, message in tell_late(facts, review):
            matches.append(Match(rule.id, facts.program.locate(call), call.owner, call.text, message, exempt))
    return CheckResult(len(reviews), tuple(matches))


def find_reviews(facts: Facts) -> Iterator[Review]:
    """The calls that have something moderated, from outside of what moderates."""
    for call in facts.program.iterate_calls():
        is_plain = NAMED.search(call.text) is None and not SERVICES.search(call.text)
        if not ACTS.match(call.method) or (is_plain and not any("oderat" in name for name in call.names)):
            continue
        if call.is_marked("new") or NAMED.search(call.path.rpartition("/")[2]):
            continue
        definitions = tuple(facts.program.find_definitions(call.path, {"n": list(call.names)}))
        functions = tuple(one for one in definitions if not one.is_class)
        is_named = any(NAMED.search(f"{one.path} {one.name}") for one in functions)
        is_service = (
            SERVICES.search(" ".join((call.text, *facts.program.find_externals(call.path, call.names)))) is not None
        )
        if is_named or is_service:
            yield Review(call, functions)


def works(facts: Facts, review: Review) -> bool:
    """Whether a review does what it is called for: asks a service or a model, or compares with a list."""
    if not review.definitions:
        return SERVICES.search(" ".join((review.call.text, *review.call.names))) is not None
    for definition in review.definitions:
        for call in read_running(facts.program, definition, DEPTH):
            if call.method in MATCHING or SERVICES.search(" ".join((call.text, *call.names))):
                return True
        for one in facts.program.read_definitions(definition, DEPTH):
            if any(ADDRESSES.search(word) for word in facts.program.modules[one.path].find_words(one.name)):
                return True
    return False


def decides(facts: Facts, review: Review) -> bool:
    """Whether anything depends on what a review says, or it refuses by itself."""
    call = review.call
    names = [call.target.removeprefix("#").rpartition(".")[2]] if call.target else []
    words = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})\b") if names else None
    module = facts.program.modules[call.path]
    for other in module.find_calls(call.owner):
        texts = " ".join(other.conditions)
        if (words is not None and words.search(texts)) or (call.text in texts):
            return True
    thrown = (one for definition in review.definitions for one in read_running(facts.program, definition, 1))
    return not call.target and call.is_marked("await") and any(one.is_marked("throw") for one in thrown)


def find_after(facts: Facts, review: Call) -> Call | None:
    """The first call after a review, in the same function, that stores something or asks a model."""
    definition = facts.program.modules[review.path].definitions.get(review.owner)
    if definition is not None and takes_next(definition):
        return next(
            (one for one in find_neighbours(facts, review) if one.line > review.line and one.text == "next"), None
        )
    for call in find_neighbours(facts, review):
        if call.line > review.line and not call.is_marked("throw") and is_work(facts, call):
            return call
    return None


def takes_next(definition: Definition) -> bool:
    """Whether a function is middleware, which goes on by calling `next`."""
    return [str(one["name"]) for one in definition.parameters][2:3] == ["next"]


def find_neighbours(facts: Facts, call: Call) -> Iterator[Call]:
    """The calls in the same function, in the order of the text."""
    return iter(sorted(facts.program.modules[call.path].find_calls(call.owner), key=lambda one: one.line))


def is_work(facts: Facts, call: Call) -> bool:
    """Whether a call reaches the database, a queue or a model."""
    paths = {one.where.path for one in facts.get("ai-call", ())}
    for definition in facts.program.find_definitions(call.path, {"n": list(call.names)}):
        if NAMED.search(f"{definition.path} {definition.name}"):
            return False
        if touches_database(facts, definition) or definition.path in paths:
            return True
    return any(one.where.path == call.path and one.where.line == call.line for one in facts.get("ai-call", ()))


def tell_late(facts: Facts, review: Review) -> Sequence[tuple[Call, str]]:
    """What is wrong with when a review takes place: each call with its fault."""
    call = review.call
    found: list[tuple[Call, str]] = []
    neighbours = [*find_neighbours(facts, call)]
    queries = Queries(facts.program, facts.get("sql-file", ()))
    before = [one for one in neighbours if one.line < call.line and set(one.conditions) <= set(call.conditions)]
    stored = next((one for one in before if is_store(one) or is_written(queries, one, call)), None)
    is_loose = not call.target and not call.is_marked("await") and not facts.program.modules[call.path].is_python
    is_loose = is_loose and any(one.is_async for one in review.definitions) and not is_used(neighbours, call)
    if stored is not None:
        found.append((stored, f"`{stored.text}` stores the message before `{call.text}` has looked at it"))
    if is_loose:
        found.append((call, f"nobody waits for `{call.text}`: what it says stops nothing"))
    elif stored is not None:
        found.append((call, f"`{call.text}` looks at the message when it is stored already"))
    return found


def is_store(call: Call) -> bool:
    """Whether a call stores a message."""
    return (
        STORES.match(call.method) is not None and MESSAGES.search(call.text.rpartition(".")[0] or call.text) is not None
    )


def is_written(queries: Queries, call: Call, review: Call) -> bool:
    """Whether a call runs a statement that adds or changes rows, and is given what is moderated later."""
    moderated = {name for argument in review.arguments[:1] for name in argument.get("n") or ()}
    given = [*call.arguments, *call.keywords.values()]
    given += [one.value for value in given for _, one in queries.program.find_assignments(call.path, value)]
    if not any(moderated.intersection(list_names(value)) for value in given):
        return False
    found = (queries.find_sql(call.path, argument) for argument in call.arguments)
    return any(one is not None and read_statement(one[0]).verb in ("adds", "changes") for one in found)


def is_used(neighbours: Sequence[Call], call: Call) -> bool:
    """Whether another call takes what a review gives: as its argument, or by `then`."""
    text = call.text
    return any(
        one is not call and one.text.startswith(f"{text}(") and one.method == "then" for one in neighbours
    ) or any(
        argument.get("c") == call.index for one in neighbours for argument in (*one.arguments, *one.keywords.values())
    )
