"""The table `http` of the configuration: what the project says about its running service.

| key | value |
|---|---|
| url | where it answers, such as https://chat.example |
| openapi | path of its OpenAPI document, inside the audited folder |
| routes | further routes: "GET /v1/things authenticated" |
| origins | the browser origins that it lets in |
| sockets | the paths of its WebSockets |
| public | paths that are public on purpose, such as /docs |
| auth-env | names of at most two variables with a user's token or header value |
| auth-header | the header that carries it |

A configuration never names a command to start: what is run comes from the command line alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from readycheck.audit.errors import SettingsError, suggest
from readycheck.edits.files import RefusedError, find_inside

LISTS = ("routes", "origins", "sockets", "public", "auth-env")
TEXTS = ("url", "openapi", "auth-header")
MOST_USERS = 2


@dataclass(frozen=True, slots=True)
class Service:
    """What the configuration says about the running service; empty where it says nothing."""

    url: str | None = None
    openapi: Path | None = None
    routes: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    auth_env: tuple[str, ...] = ()
    auth_header: str = "Authorization"


def parse_service(value: object, root: Path) -> Service:
    """The table as a Service. Raises SettingsError with all problems."""
    if not isinstance(value, dict):
        raise SettingsError('must be a table, such as {url = "https://chat.example"}')
    problems = [f'unknown key "{key}"{suggest(key, (*LISTS, *TEXTS))}' for key in value if key not in (*LISTS, *TEXTS)]
    problems += [
        f"{key}: must be a text that is not empty" for key in TEXTS if key in value and not is_text(value[key])
    ]
    problems += [f"{key}: must be a list of texts" for key in LISTS if key in value and not are_texts(value[key])]
    if not problems and len(value.get("auth-env", ())) > MOST_USERS:
        problems.append("auth-env: two users are enough")
    openapi = None if problems else find_document(value, root, problems)
    if problems:
        raise SettingsError(problems)
    lists = {key.replace("-", "_"): tuple(value[key]) for key in LISTS if key in value}
    return Service(
        url=value.get("url"), openapi=openapi, auth_header=value.get("auth-header", "Authorization"), **lists
    )


def find_document(value: Mapping[str, object], root: Path, problems: list[str]) -> Path | None:
    """The OpenAPI document's path, None if none is named."""
    if "openapi" not in value:
        return None
    try:
        return find_inside(root, str(value["openapi"]))
    except (RefusedError, OSError, RuntimeError) as error:
        problems.append(f"openapi: {error}")
        return None


def is_text(value: object) -> bool:
    """Whether a value is a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def are_texts(value: object) -> bool:
    """Whether a value is a list of such texts."""
    return isinstance(value, list) and all(is_text(one) for one in value)
