"""Checks on how the service logs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Json, Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import ENDING, PACKAGE, find_attribute, list_indexes, refers_to, strip_ending

MOST_PLACES = 5
WORD = compile_late(r"[\w$-]+")


@requires("logger-configured", "logger-used", "logger-obtained", "formatter-defined", "logging-file", *PROGRAM)
def structured_logger_used(facts: Facts, rule: Rule) -> CheckResult:
    """A structured logger is configured, and modules log through it.

    Applications count as examined: one that knows no logger at all has none that is structured.
    """
    setups, uses = facts.get("logger-configured", ()), facts.get("logger-used", ())
    matches = []
    for setup in setups:
        is_used = is_structured(setup, facts) and facts.live.reaches(setup.where.path, setup.where.line)
        users = find_users(setup, facts) if is_used else []
        if users:
            matches.append(describe(rule, setup, users))
    if not matches and is_doubtful(facts):
        return CheckResult(0)
    return CheckResult(len(setups) + len(uses) + len(facts.get("application", ())), tuple(matches))


def is_doubtful(facts: Facts) -> bool:
    """Whether a structured logger may be in use on a way that the facts do not show.

    That is so where one is configured and modules log through something that they get from elsewhere in the project,
    or where the formatter's class is not part of the project. Then nothing counts as examined, so that the logger is
    unproven rather than absent.
    """
    setups, uses = facts.get("logger-configured", ()), facts.get("logger-used", ())
    unknown = any(setup.data.get("structured") is None and not is_structured(setup, facts) for setup in setups)
    indirect = any(words(use.data.get("specifiers")) for use in uses)
    return unknown or (indirect and any(is_structured(setup, facts) for setup in setups))


def is_structured(setup: Fact, facts: Facts) -> bool:
    """Whether the configured logger writes structured records, if need be by the project's own formatter class."""
    structured = setup.data.get("structured")
    if structured is not None:
        return structured is True
    name = str(setup.data.get("formatter", ""))
    if not name:
        return any(file.data.get("structured") is True for file in facts.get("logging-file", ()))
    return any(
        name.rpartition(".")[2] == defined.data.get("name")
        and (setup.where.path == defined.where.path or refers_to(setup.where.path, name, defined.where.path))
        for defined in facts.get("formatter-defined", ())
    )


def find_users(setup: Fact, facts: Facts) -> list[Fact]:
    """The modules whose log calls reach the configured logger, themselves or by way of a module that obtains it."""
    wanted = words(setup.data.get("users"))
    uses = facts.get("logger-used", ())
    is_library = setup.data.get("scope") == "library"
    sources = {setup.where.path}
    if is_library:
        obtained = (*uses, *facts.get("logger-obtained", ()))
        sources |= {one.where.path for one in obtained if wanted & words(one.data.get("libraries"))}
    users, index = [], index_sources(sources)
    for use in uses:
        direct = bool(wanted & words(use.data.get("libraries"))) and (is_library or use.where.path == setup.where.path)
        if direct or imports_any(use, index):
            users.append(use)
    return users


def index_sources(sources: Iterable[str]) -> dict[str, list[str]]:
    """The sources by the words that a name leading to them must hold: their own, and those of the two folders above."""
    index: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        for word in set(strip_ending(source).split("/")[-3:]):
            index[word].append(source)
    return index


def imports_any(use: Fact, index: Mapping[str, Sequence[str]]) -> bool:
    """Whether a module gets a logger from one of the indexed sources."""
    for name in words(use.data.get("specifiers")):
        candidates = {source for word in set(WORD.findall(name)) for source in index.get(word, ())}
        if any(imports_logger(use.where.path, name, source) for source in candidates):
            return True
    return False


def imports_logger(importer: str, name: str, source: str) -> bool:
    """Whether a name leads to a source, directly or through the index of a folder above it.

    An index hands on many things: out of one only what is called a logger counts.
    """
    attribute = find_attribute(importer, name, source)
    if attribute is not None:
        return not PACKAGE.search(ENDING.sub("", source)) or "log" in attribute.lower()
    handed_on = (find_attribute(importer, name, index) for index in list_indexes(source)[:2])
    return any(attribute is not None and "log" in attribute.lower() for attribute in handed_on)


def words(value: Json) -> set[str]:
    """The texts of a JSON list."""
    return {item for item in value if isinstance(item, str)} if isinstance(value, list) else set()


def describe(rule: Rule, setup: Fact, users: Sequence[Fact]) -> Match:
    """The match that proves the item: where the logger is configured, and who uses it."""
    paths = sorted({use.where.path for use in users})
    modules = "1 module logs" if len(paths) == 1 else f"{len(paths)} modules log"
    also = tuple(use.where for use in first_by_path(users))
    message = f"{setup.data['form']} is configured here; {modules} through it"
    return Match(rule.id, setup.where, text=str(setup.data["form"]), message=message, also=also)


def first_by_path(uses: Iterable[Fact]) -> list[Fact]:
    """The first use in each of the first few modules."""
    found: dict[str, Fact] = {}
    for use in uses:
        found.setdefault(use.where.path, use)
    return [found[path] for path in sorted(found)][:MOST_PLACES]
