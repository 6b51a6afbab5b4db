"""What an answer says about its rate limit, in any of the forms that are in use.

- `RateLimit` and `RateLimit-Policy` as lists (drafts 8 and later): `"default";r=50;t=30` and `"default";q=100;w=60`
- `RateLimit` as a dictionary (draft 7): `limit=100, remaining=50, reset=30`
- `RateLimit-Limit`, `-Remaining`, `-Reset` (draft 6), seconds
- `X-RateLimit-...` and `X-Rate-Limit-...`, whose reset may be seconds from now, or since 1970 (in milliseconds too)

What is malformed is ignored, as the drafts demand, and so is what a cache answered (`Age`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from http_sfv.dictionary import Dictionary
from http_sfv.item import InnerList
from http_sfv.list import List

from readycheck.probe.exchange import Response

NAMED = re.compile(r"(x-)?rate-?limit-(limit|remaining|reset)((?:-[a-z0-9]+)*)")
NUMBER = re.compile(r"\d{1,15}(?:\.\d+)?")
EPOCH = 1_000_000_000
EPOCH_MILLISECONDS = EPOCH * 1_000
DRAFT_8, DRAFT_7, DRAFT_6, USUAL = "RateLimit (list)", "RateLimit (dictionary)", "RateLimit-Limit", "X-RateLimit-Limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """One advertised limit. `form` is how, `name` its policy; `reset` and `window` are seconds, None if not said."""

    form: str
    name: str = ""
    limit: int | None = None
    remaining: int | None = None
    reset: int | None = None
    window: int | None = None

    def describe(self) -> str:
        """`300 requests in 60 s`."""
        amount = "requests" if self.limit is None else f"{self.limit} requests"
        return f"{amount} in {self.window} s" if self.window else amount


def read_limits(response: Response) -> tuple[Limit, ...]:
    """The limits that an answer advertises, the newest form first."""
    age = (response.value("age") or "0").strip()
    if age.isdigit() and int(age[:9]) > 0:
        return ()
    text = ", ".join(response.values("ratelimit"))
    policies = {name: parameters for name, _, parameters in read_list(", ".join(response.values("ratelimit-policy")))}
    return (*read_list_form(text, policies), *read_dictionary_form(text), *read_named_forms(response))


def read_list(text: str) -> list[tuple[str, int | None, dict[str, object]]]:
    """The items of a structured list: name or number, and parameters. Empty if it is malformed."""
    found: list[tuple[str, int | None, dict[str, object]]] = []
    parsed = List()
    try:
        parsed.parse(text.encode("ascii"))
    except (ValueError, UnicodeEncodeError):
        return []
    for item in parsed:
        if isinstance(item, InnerList):
            continue
        value = item.value
        number = value if isinstance(value, int) and not isinstance(value, bool) else None
        found.append((str(value), number, dict(item.params)))
    return found


def read_list_form(text: str, policies: dict[str, dict[str, object]]) -> Iterator[Limit]:
    """`"default";r=50;t=30`."""
    for name, number, parameters in read_list(text):
        remaining = natural(parameters.get("r"))
        if remaining is None or number is not None:
            continue
        policy = policies.get(name, {})
        yield Limit(
            DRAFT_8, name, natural(policy.get("q")), remaining, natural(parameters.get("t")), natural(policy.get("w"))
        )


def read_dictionary_form(text: str) -> Iterator[Limit]:
    """`limit=100, remaining=50, reset=30`."""
    parsed = Dictionary()
    try:
        parsed.parse(text.encode("ascii"))
    except (ValueError, UnicodeEncodeError):
        return
    values = {
        name: natural(item.value)
        for name, item in parsed.items()
        if not isinstance(item, InnerList) and name in ("limit", "remaining", "reset")
    }
    if values.get("remaining") is not None:
        yield Limit(DRAFT_7, "", values.get("limit"), values.get("remaining"), values.get("reset"))


def read_named_forms(response: Response) -> Iterator[Limit]:
    """Three headers of one family each."""
    families: dict[tuple[str, str], dict[str, str]] = {}
    for name, value in response.headers:
        if found := NAMED.fullmatch(name.lower().replace("x-rate-limit-", "x-ratelimit-")):
            families.setdefault((found[1] or "", found[3].lstrip("-")), {}).setdefault(found[2], value)
    for (prefix, suffix), values in families.items():
        amount, window = read_amount(values.get("limit", ""))
        remaining = count(values.get("remaining", ""))
        if amount is None and remaining is None:
            continue
        reset = count(values.get("reset", ""))
        if prefix:
            reset = settle_reset(reset, response)
        yield Limit(USUAL if prefix else DRAFT_6, suffix, amount, remaining, reset, window)


def read_amount(text: str) -> tuple[int | None, int | None]:
    """A limit, and its window where the list of policies behind it says so: `100, 100;w=60`."""
    first, _, policies = text.partition(",")
    amount = count(first.partition(";")[0])
    windows = [natural(parameters.get("w")) for _, number, parameters in read_list(policies) if number == amount]
    return amount, next((one for one in windows if one), None)


def settle_reset(reset: int | None, response: Response) -> int | None:
    """Seconds from now, of a reset that may be a time; None if there is no clock to hold it against."""
    if reset is None or reset < EPOCH:
        return reset
    seconds = reset // 1_000 if reset >= EPOCH_MILLISECONDS else reset
    try:
        now = parsedate_to_datetime(response.value("date") or "").timestamp()
    except ValueError:
        return None
    return max(0, seconds - int(now))


def natural(value: object) -> int | None:
    """A whole number from 0 on."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def count(text: str) -> int | None:
    """A number in a header, None if it is none."""
    return int(float(text)) if NUMBER.fullmatch(text := text.strip()) else None


def tightest(limits: Iterable[Limit]) -> Limit | None:
    """The limit of which the least is left."""
    known = [one for one in limits if one.remaining is not None]
    return min(known, key=lambda one: one.remaining or 0, default=None)
