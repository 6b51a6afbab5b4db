from __future__ import annotations

import pytest

from readycheck.scan.prefilter import Prefilter
from readycheck.scan.secrets.formats import FORMATS, find_tokens, list_anchors
from tests.unit.scan.secrets.samples import FALSE, TRUE, made

NAMED_BY_CONTEXT = (
    "a Azure",
    "an Azure client secret",
    "a Telegram bot token",
    "a Terraform Cloud token",
    "a Mailgun key",
)


def test_there_are_many_formats() -> None:
    assert len(FORMATS) >= 40
    assert len({one.title for one in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize(("title", "token"), TRUE, ids=[title for title, _ in TRUE])
@pytest.mark.parametrize("around", ['key = "{}"', "key={}", "({})", "// {}", '{{"key": "{}"}}'])
def test_tokens_are_found(title: str, token: str, around: str) -> None:
    text = around.format(token)
    found = [one for one in find_tokens(text) if text[one.start : one.end] == token]
    assert title in [one.title for one in found]


@pytest.mark.parametrize("text", FALSE)
def test_what_is_none(text: str) -> None:
    assert list(find_tokens(f'key = "{text}"')) == []


@pytest.mark.parametrize(("title", "token"), TRUE, ids=[title for title, _ in TRUE])
def test_the_prefilter_lets_them_through(title: str, token: str) -> None:
    if title not in NAMED_BY_CONTEXT:  # found in files that speak of keys or tokens anyway
        assert Prefilter(list_anchors()).find_anchors(f'x = "{token}"'.encode())


def test_a_private_key() -> None:
    body = "\n".join(made(64) for _ in range(4))
    block = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"
    (found,) = find_tokens(f"# a key\n{block}\n")
    assert (found.title, found.start) == ("a private key", 8)
    escaped = block.replace("\n", "\\n")
    assert [one.title for one in find_tokens(f'{{"private_key": "{escaped}"}}')] == ["a private key"]


def test_a_webhook_is_known_by_its_last_part() -> None:
    secret = f"T{made(8).upper()}/B{made(10).upper()}/{made(24)}"
    text = f"https://hooks.slack.com/services/{secret}"
    assert [text[one.start : one.end] for one in find_tokens(text)] == [secret]
