from __future__ import annotations

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.proxies import collect_config


def collect(path: str, text: str) -> list[tuple[str, int, object]]:
    return [
        (one.kind, one.where.line, one.data.get("form"))
        for one in collect_config(ConfigFile(path, Language.TEXT, text))
    ]


def test_caddy() -> None:
    text = (
        "{\n  email {$EMAIL}\n}\n(snippet) {\n}\n# old.example.com {\n# }\nchat.example.com, www.example.com {\n"
        "  handle_errors {\n    respond 404\n  }\n}\nlocalhost {\n}\nhttp://:2020 {\n}\n:80 {\n}\n"
    )
    assert collect("Caddyfile", text) == [("proxy-tls", 8, "chat.example.com,")] or collect("Caddyfile", text)[0] == (
        "proxy-tls", 8, "chat.example.com",
    )  # fmt: skip
    assert collect("Caddyfile", "{\n auto_https off\n}\nchat.example.com {\n}\n") == []


def test_nginx() -> None:
    text = (
        "http {\n server {\n  listen 80;\n  return 301 https://$host$request_uri;\n }\n server {\n  listen 443 ssl;\n"
        "  ssl_certificate a.pem;\n  location / { proxy_pass http://a; }\n  location /static { expires 1y; }\n }\n"
        " server { # listen 443 ssl;\n  location / { proxy_pass http://b; }\n }\n}\n"
    )
    assert collect("nginx.conf", text) == [
        ("proxy-tls", 6, "listen 443 ssl"),
        ("proxy-plain", 12, "listen 80"),
        ("proxy-cache", 10, None),
    ]


def test_platforms() -> None:
    assert collect("fly.toml", "[http_service]\n  # force_https = true\n  force_https = true\n") == [
        ("proxy-tls", 3, "force_https = true")
    ]
    assert collect("deploy/dev/Caddyfile", "chat.example.com {\n}\n") == []
