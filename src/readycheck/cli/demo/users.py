"""Two made-up users of an application of the demo, so that its probe can call in their names."""

from __future__ import annotations

import http.client
import json
import secrets
from urllib.parse import urlsplit

from readycheck.cli.demo.errors import DemoError

SECONDS = 20.0
MOST_BYTES = 100_000
NAMES = ("ada", "ben")


def register_users(url: str, sign_up: tuple[str, str]) -> tuple[str, ...]:
    """The tokens of two new users. `sign_up` is the path where they register, and what the answer calls the token.

    Raises:
        DemoError: the application did not take them.
    """
    return tuple(register(url, *sign_up, name) for name in NAMES)


def register(url: str, path: str, field: str, name: str) -> str:
    """One user's token."""
    email, password = f"{name}-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16)
    user = {"email": email, "password": password, "display_name": name.title()}
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)
    try:
        connection.request("POST", path, json.dumps(user), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        token = json.loads(answer.read(MOST_BYTES)).get(field)
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        raise DemoError(f"{url}{path} did not register a user: {error}") from error
    finally:
        connection.close()
    if not isinstance(token, str):
        raise DemoError(f"{url}{path} did not register a user: it answered {answer.status}")
    return token
