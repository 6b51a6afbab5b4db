"""Registers a made-up user of the reference chat backend and prints the token: `python sign_in.py URL`."""

from __future__ import annotations

import json
import secrets
import sys
from urllib.request import Request, urlopen

USER = {
    "email": f"{secrets.token_hex(6)}@example.com",
    "password": "correct horse battery",
    "display_name": "Ada",
}
HEADERS = {"Content-Type": "application/json"}


if __name__ == "__main__":
    asked = Request(f"{sys.argv[1]}/api/v1/auth/register", json.dumps(USER).encode(), HEADERS)  # noqa: S310 - loopback
    with urlopen(asked, timeout=20) as answer:  # noqa: S310 - likewise
        sys.stdout.write(json.load(answer)["access_token"])
