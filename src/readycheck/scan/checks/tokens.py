"""Checks on what signs tokens and how they are verified."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Json, Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import find_attribute

LEAST = 32
SETTINGS_FILE = compile_late(r"(?i)config|setting|env|secret|constant")
# Who believes what an unchecked token says.
BELIEVES = compile_late(
    r"(?i)auth(?!or)|current_?user|get_?user|verify|validate|login|require|permission|protect|guard|middleware|session"
)
GUESSED = ("literal", "fallback")


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of the key of a call: the settings that hold it, and whether it is one of several."""

    sort: str
    settings: tuple[Fact, ...] = ()
    many: bool = False


@requires("token-call")
def token_algorithm_not_pinned(facts: Facts, rule: Rule) -> CheckResult:
    """Tokens are verified with whatever algorithm they name."""
    calls = [call for call in facts.get("token-call", ()) if call.data["operation"] == "verify"]
    faulty = [call for call in calls if call.data["pinned"] is False and not is_left_to_issuer(call)]
    matches = [
        match(rule, call, f"{call.data['library']} verifies tokens here, and {call.data['fault']}") for call in faulty
    ]
    return CheckResult(len(calls), tuple(matches))


def is_left_to_issuer(call: Fact) -> bool:
    """Whether the issuer's key set says for each key which algorithm it is for."""
    return call.data["sort"] == "key set" and call.data["library"] == "jose"


@requires("token-call")
def token_not_verified(facts: Facts, rule: Rule) -> CheckResult:
    """A token is believed without a look at its signature."""
    calls = facts.get("token-call", ())
    verifying = {call.where.path for call in calls if call.data["operation"] == "verify" and call.data["checked"]}
    believed = [
        call
        for call in calls
        if call.data["checked"] is False
        and call.where.path not in verifying
        and (BELIEVES.search(str(call.data["owner"])) or re.search(r"(?i)(?:^|/)auth", call.where.path))
    ]
    text = "what a token says is taken here without a look at its signature: anybody can write one"
    return CheckResult(len(calls), tuple(match(rule, call, text) for call in believed))


@requires("token-call", "secret-setting")
def token_secret_guessable(facts: Facts, rule: Rule) -> CheckResult:
    """Tokens are signed or verified with a secret that stands in the code, at least where the environment has none."""
    calls = [call for call in facts.get("token-call", ()) if call.data["operation"] in ("sign", "verify")]
    matches = []
    for call in calls:
        key = find_key(call, facts)
        if key.sort in GUESSED and call.data["symmetric"] is not False:
            doing = "signs" if call.data["operation"] == "sign" else "verifies"
            where = f", set in {key.settings[0].where.path}:{key.settings[0].where.line}" if key.settings else ""
            what = "a secret that stands in the code"
            if key.sort == "fallback":
                what = f"a secret that falls back to one in the code{where}"
            also = tuple(setting.where for setting in key.settings)
            matches.append(match(rule, call, f"{call.data['library']} {doing} tokens here with {what}", also))
    return CheckResult(len(calls), tuple(matches))


@requires("token-call", "secret-setting", "secret-demand", *PROGRAM)
def token_secret_demanded(facts: Facts, rule: Rule) -> CheckResult:
    """Every secret that tokens are verified with comes from the environment, and a short one keeps the service down."""
    calls = list(find_verifications(facts))
    keys = [find_key(call, facts) for call in calls]
    if not calls or any(call.data["pinned"] is not True for call in calls) or any(key.sort in GUESSED for key in keys):
        return CheckResult(0)
    matches, missing = [], []
    for call, key in zip(calls, keys, strict=True):
        if call.data["symmetric"] is False or key.sort in ("key set", "generated"):
            text = f"{call.data['library']} verifies with a named algorithm and a key that is no shared secret"
            matches.append(match(rule, call, text))
        elif key.sort != "environment":
            return CheckResult(0)
        elif (demands := find_demands(key, call, facts)) is not None:
            matches.append(describe_demand(rule, call, key, demands))
        else:
            missing.append(key.settings[0].where if key.settings else call.where)
    if missing:
        return CheckResult(len(calls), (), tuple(missing))
    return CheckResult(len(calls), tuple(matches))


def describe_demand(rule: Rule, call: Fact, key: Key, demands: Sequence[Fact]) -> Match:
    """The match of a call whose secret is demanded to be long."""
    names = " and ".join(sorted({str(setting.data["name"]) for setting in key.settings}) or ["the secret"])
    least = min(int(str(one.data["least"])) for one in demands)
    text = (
        f"{call.data['library']} verifies with a named algorithm; {names} comes from the environment, and fewer than "
        f"{least} characters keep the service from starting ({demands[0].where.path}:{demands[0].where.line})"
    )
    return match(rule, call, text, tuple(one.where for one in (*key.settings, *demands)))


@requires("token-call", "secret-setting", *PROGRAM)
def token_checked_with_one_key(facts: Facts, rule: Rule) -> CheckResult:
    """Tokens are verified with one secret and no other."""
    calls = list(find_verifications(facts, checked=False))
    owners = [(call.where.path, call.data["owner"]) for call in calls]
    matches = []
    for call, owner in zip(calls, owners, strict=True):
        key = find_key(call, facts)
        is_single = key.sort in (*GUESSED, "environment") and not key.many and owners.count(owner) == 1
        if is_single and call.data["symmetric"] is not False:
            text = "tokens are verified with one secret only: the day it changes, all that are out become void"
            matches.append(match(rule, call, text, tuple(setting.where for setting in key.settings)))
    return CheckResult(len(calls), tuple(matches))


@requires("token-call", "secret-setting", *PROGRAM)
def old_token_keys_accepted(facts: Facts, rule: Rule) -> CheckResult:
    """Tokens are verified with one of several keys, so that a new one can come in while the old one still holds."""
    calls = list(find_verifications(facts, checked=False))
    matches = []
    for call in calls:
        key = find_key(call, facts)
        if key.many and key.sort != "unknown":
            source = "the issuer's key set" if key.sort == "key set" else "several keys"
            names = ", ".join(str(setting.data["name"]) for setting in key.settings)
            text = f"{call.data['library']} verifies with one of {source}{f' ({names})' if names else ''}"
            matches.append(match(rule, call, text, tuple(setting.where for setting in key.settings)))
    return CheckResult(len(matches), tuple(matches)) if len(matches) == len(calls) else CheckResult(0)


def find_verifications(facts: Facts, *, checked: bool = True) -> Iterator[Fact]:
    """The calls that verify tokens in code that runs; those that do not look at the signature only on demand."""
    for call in facts.get("token-call", ()):
        is_wanted = call.data["operation"] == "verify" and (call.data["checked"] or not checked)
        if is_wanted and facts.live.runs(call.where.path, str(call.data["owner"])):
            yield call


def find_key(call: Fact, facts: Facts) -> Key:
    """What the key of a call is, through the settings of other files as far as they can be told."""
    many = call.data["many"] is True
    if call.data["sort"] in (*GUESSED, "environment"):
        return Key(str(call.data["sort"]), (), many)
    if call.data["sort"] != "reference":
        return Key(str(call.data["sort"]), (), many)
    settings = [one for name in texts(call.data["names"]) for one in find_settings(call.where.path, name, facts)]
    if not settings:
        return Key("unknown")
    expanded = [inner for one in settings for inner in expand(one, facts)]
    sort = judge_sorts({str(one.data["sort"]) for one in expanded})
    is_made_of = any(texts(one.data["via"]) for one in settings)
    several = len(expanded) > 1 if is_made_of else many
    return Key(sort, tuple(expanded), many and several)


def judge_sorts(sorts: set[str]) -> str:
    """What is known of settings of several sorts: the worst of them."""
    for sort in GUESSED:
        if sort in sorts:
            return sort
    if sorts == {"generated"}:
        return "generated"
    return "environment" if sorts <= {"environment", "generated"} else "unknown"


def find_settings(importer: str, name: str, facts: Facts) -> list[Fact]:
    """The settings that a resolved name leads to: in the file that it names, else the only one of that name."""
    last = name.removesuffix("()").rpartition(".")[2]
    same = [one for one in facts.get("secret-setting", ()) if normalise(one.data["name"]) == normalise(last)]
    direct = [one for one in same if find_attribute(importer, name, one.where.path) is not None]
    if direct:
        return direct
    if name.startswith("django.conf.settings."):
        return [one for one in same if "settings" in one.where.path]
    elsewhere = [one for one in same if SETTINGS_FILE.search(one.where.path)]
    return elsewhere if len({one.where.path for one in elsewhere}) == 1 and len(elsewhere) == 1 else []


def expand(setting: Fact, facts: Facts) -> list[Fact]:
    """The settings of the same file that a setting is made of, or the setting itself."""
    via = texts(setting.data["via"])
    beside = [one for one in facts.get("secret-setting", ()) if one.where.path == setting.where.path]
    return [one for name in via for one in beside if one.data["name"] == name] if via else [setting]


def find_demands(key: Key, call: Fact, facts: Facts) -> list[Fact] | None:
    """The demands on the length of a key; None if there is a part of it on which there is none."""
    wanted = [name_all(setting) for setting in key.settings]
    if not wanted:
        variables = set(map(normalise, texts(call.data["names"])))
        holders = [name_all(one) for one in facts.get("secret-setting", ()) if variables & name_all(one)]
        wanted = [variables.union(*holders)]
    found = []
    for names in wanted:
        demand = next((one for one in facts.get("secret-demand", ()) if is_enough(one, names)), None)
        if demand is None:
            return None
        found.append(demand)
    return list({(one.where.path, one.where.line): one for one in found}.values())


def name_all(setting: Fact) -> set[str]:
    """What a setting is called, and the variables of the environment that it is read from."""
    return {normalise(setting.data["name"]), *map(normalise, texts(setting.data["variables"]))}


def is_enough(demand: Fact, names: set[str]) -> bool:
    """Whether a demand is about one of the names and asks for enough."""
    least = demand.data["least"]
    return (
        isinstance(least, int) and least >= LEAST and not names.isdisjoint(map(normalise, texts(demand.data["names"])))
    )


def normalise(name: Json) -> str:
    """A name without regard to its spelling: `jwtSecret`, `JWT_SECRET`."""
    return re.sub(r"[^a-z0-9]", "", str(name).lower())


def texts(value: Json) -> list[str]:
    """The texts of a JSON list."""
    return [str(one) for one in value] if isinstance(value, list) else []


def match(rule: Rule, call: Fact, message: str, also: tuple[Span, ...] = ()) -> Match:
    """A match at a call."""
    text = f"{call.data['library']} {call.data['operation']}"
    return Match(rule.id, call.where, symbol=str(call.data["owner"]), text=text, message=message, also=also)
