"""Checks on what handlers take from requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.inputs.intake import Input, Intake, Intakes, list_own
from readycheck.scan.inputs.models import list_fields
from readycheck.scan.inputs.storage import find_store
from readycheck.scan.program.model import Definition
from readycheck.scan.program.program import Program
from readycheck.scan.program.reasons import NOT_KNOWN, NOT_MOUNTED

MOST_NAMED = 4
MOST_PLACES = 5
PARTS = frozenset({"body", "query", "path", "message"})
BAD_INPUT = frozenset({400, 422})
_KNOWN: WeakKeyDictionary[Program, Intakes] = WeakKeyDictionary()


def find_intakes(facts: Facts) -> Intakes:
    """The intakes of a project, worked out once for all checks of a scan."""
    known = _KNOWN.get(facts.program)
    if known is None:
        known = _KNOWN[facts.program] = Intakes(facts)
    return known


@requires(*PROGRAM, "input-read")
def input_unvalidated(facts: Facts, rule: Rule) -> CheckResult:
    """A route uses its body or query as it comes; what is stored whole is told by a rule of its own."""
    intakes = find_intakes(facts)
    matches = [
        describe(rule, intakes, intake, open_inputs)
        for intake in intakes.routes
        if (open_inputs := list_open(intake))
        and any(one.part != "path" for one in open_inputs)
        and not find_store(intakes, intake)
    ]
    return CheckResult(count_taking(intakes), tuple(matches))


@requires(*PROGRAM, "input-read")
def path_unvalidated(facts: Facts, rule: Rule) -> CheckResult:
    """A route uses a parameter of its path as it comes, and nothing else unchecked."""
    intakes = find_intakes(facts)
    matches = [
        describe(rule, intakes, intake, open_inputs)
        for intake in intakes.routes
        if (open_inputs := list_open(intake)) and all(one.part == "path" for one in open_inputs)
    ]
    return CheckResult(count_taking(intakes), tuple(matches))


@requires(*PROGRAM, "input-read")
def body_stored_whole(facts: Facts, rule: Rule) -> CheckResult:
    """A body is stored as it comes, whatever is in it."""
    intakes = find_intakes(facts)
    matches = []
    for intake in intakes.routes:
        call = find_store(intakes, intake)
        if call is not None:
            message = f"{intake.title} hands the whole body to `{call.text}()`: whoever calls it sets any field"
            where = facts.program.locate(call)
            matches.append(Match(rule.id, intake.route.where, text=intake.title, message=message, also=(where,)))
    return CheckResult(count_taking(intakes), tuple(matches))


@requires(*PROGRAM, "input-read")
def validator_asks_presence(facts: Facts, rule: Rule) -> CheckResult:
    """An own validator only asks whether fields are there."""
    intakes = find_intakes(facts)
    users: dict[tuple[str, str], list[Intake]] = {}
    lax: dict[tuple[str, str], Fact] = {}
    for intake in intakes.routes:
        for definition, read in find_lax(intakes, intake):
            users.setdefault((definition.path, definition.name), []).append(intake)
            lax[definition.path, definition.name] = read
    matches = []
    for key, read in lax.items():
        routes = users[key]
        counted = routes[0].title if len(routes) == 1 else f"{len(routes)} routes"
        message = (
            f"`{key[1]}()` stands before {counted} and only asks whether fields are there: any type and length passes"
        )
        also = tuple(one.route.where for one in routes[:MOST_PLACES])
        matches.append(Match(rule.id, read.where, key[1], str(read.data["text"]), message, also=also))
    return CheckResult(count_taking(intakes), tuple(matches))


@requires(*PROGRAM, "input-read")
def message_unvalidated(facts: Facts, rule: Rule) -> CheckResult:
    """A socket's message is taken apart before anything is checked."""
    intakes = find_intakes(facts)
    matches: dict[tuple[str, str], Match] = {}
    examined = 0
    for read, reader in intakes.messages:
        examined += 1
        if intakes.is_checked(read, reader) or (reader.path, reader.name) in matches:
            continue
        named = str(read.data["key"]) or str(read.data["text"])
        message = f"`{named}` is taken out of a socket's message that nothing has checked: it may be no object at all"
        matches[reader.path, reader.name] = Match(rule.id, read.where, reader.name, str(read.data["text"]), message)
    return CheckResult(examined, tuple(matches.values()))


@requires(*PROGRAM, "input-read")
def inputs_validated(facts: Facts, rule: Rule) -> CheckResult:
    """Every route checks what it takes. While one does not, or cannot be read, nothing is proved."""
    intakes = find_intakes(facts)
    taking = [one for one in intakes.routes if one.inputs]
    if not taking or any(not one.is_known or list_open(one) or find_store(intakes, one) for one in intakes.routes):
        return CheckResult(0)
    if any(not intakes.is_checked(read, reader) for read, reader in (*intakes.messages, *intakes.find_others())):
        return CheckResult(0)
    lax = [read for intake in intakes.routes for read in find_lax(intakes, intake)]
    if lax or any(one.unresolved in (NOT_KNOWN, NOT_MOUNTED) for one in intakes.web.composer.unresolved):
        return CheckResult(0)
    message = tell_models(intakes, taking)
    places = tuple(one.route.where for one in taking)
    return CheckResult(
        len(intakes.routes), (Match(rule.id, places[0], text="routes", message=message, also=places[1:MOST_PLACES]),)
    )


def tell_models(intakes: Intakes, taking: Sequence[Intake]) -> str:
    """What was seen of the routes: how many take something, and what their bodies are held against."""
    models = {
        (model.path, model.name): model for one in taking for put in one.inputs if (model := put.model) is not None
    }
    bodies = [one for one in taking if any(put.part == "body" for put in one.inputs)]
    message = f"{len(taking)} of {len(intakes.routes)} routes take input, and each part is checked before it is used"
    if models:
        names = [model.name for model in models.values()]
        fields = [found for model in models.values() for found in list_fields(intakes.program, model)]
        bounded = sum(1 for _, is_bounded in fields if is_bounded)
        named = ", ".join([*names[:MOST_NAMED], *(["..."] if len(names) > MOST_NAMED else [])])
        message += (
            f"; {len(bodies)} bodies are models ({named}) with {bounded} of {len(fields)} texts bound in length or form"
        )
    return message


def count_taking(intakes: Intakes) -> int:
    """How many routes take anything."""
    return sum(1 for one in intakes.routes if one.inputs)


def find_lax(intakes: Intakes, intake: Intake) -> Iterator[tuple[Definition, Fact]]:
    """Own middleware of a route that refuses input, having asked for nothing but its presence; with what it reads."""
    for piece in list_own(intake.route):
        if intakes.validators.find_parts(piece, is_own=True):
            continue
        for definition in piece.definitions:
            reads = [one for one in intakes.list_reads(definition) if one.data["part"] in ("body", "query")]
            statuses = set(intakes.program.modules[definition.path].find_statuses(definition.name))
            if reads and statuses & BAD_INPUT and not any(one.data["tested"] for one in reads):
                yield definition, reads[0]


def list_open(intake: Intake) -> list[Input]:
    """What a route takes and nobody checks."""
    return [one for one in intake.inputs if not one.is_checked and one.part in PARTS]


def describe(rule: Rule, intakes: Intakes, intake: Intake, inputs: Sequence[Input]) -> Match:
    """The finding about one route."""
    named = list(dict.fromkeys(map(name_input, inputs)))
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    sink = next((one.sink for one in inputs if one.sink), "")
    where = f", in `{sink}()`" if sink and len(sink) <= 40 else ""  # noqa: PLR2004 - a chain of calls is no name
    lax = next((definition.name for definition, _ in find_lax(intakes, intake)), "")
    asked = f"; `{lax}()` only asks whether fields are there" if lax else ""
    taken = f"{intake.title} uses {', '.join(named[:MOST_NAMED])}{more} as it comes{where}"
    message = f"{taken}: no check of type, length or format{asked}"
    also = tuple(dict.fromkeys(one.where for one in inputs))[:MOST_PLACES]
    return Match(rule.id, intake.route.where, text=intake.title, message=message, also=also)


def name_input(one: Input) -> str:
    """An input as it is told: `email` of the body."""
    return f"`{one.key}` of the {one.part}" if one.key else f"the whole {one.part}"
