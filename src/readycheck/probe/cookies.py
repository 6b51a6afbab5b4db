"""Set-Cookie headers, parsed as browsers do (RFC 6265bis)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SESSION = re.compile(r"sess|^sid$|[._-]sid$|token|auth|jwt|remember|identity", re.IGNORECASE)
FOR_SCRIPTS = re.compile(r"csrf|xsrf", re.IGNORECASE)
GONE = re.compile(r"19\d\d|thu, 01 jan", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that an answer sets: its name, its attributes in lower case."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False

    @property
    def is_session(self) -> bool:
        """Whether it is called like one that identifies somebody; what scripts must read is none."""
        return bool(SESSION.search(self.name)) and not FOR_SCRIPTS.search(self.name)

    @property
    def is_deleted(self) -> bool:
        """Whether the answer takes it away."""
        age = self.attributes.get("max-age", "")
        return age.startswith("-") or age == "0" or bool(GONE.search(self.attributes.get("expires", ""))) or self.empty


def parse_cookie(value: str) -> Cookie:
    """One header value; of an attribute that stands twice, the last counts."""
    pair, *parts = value.split(";")
    name, equals, content = pair.partition("=")
    attributes = {}
    for part in parts:
        key, _, text = part.partition("=")
        attributes[key.strip().lower()] = text.strip().lower()
    return Cookie(name.strip() if equals else "", attributes, not content.strip())
