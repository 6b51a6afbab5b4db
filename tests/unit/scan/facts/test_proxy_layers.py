from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.proxy_layers import collect_config, read_size

NGINX = """
http {
  # gzip on;
  server {
    client_max_body_size 2m;
    gzip on;
    add_header X-Content-Type-Options "nosniff" always;
    limit_req zone=one burst=5;
    location / { proxy_pass http://api; }
  }
}
"""
CADDY = """
example.com {
  encode zstd gzip
  request_body {
    max_size 256KiB
  }
  header {
    X-Frame-Options DENY
    -Server
  }
  reverse_proxy api:8000 {
    header_up -Forwarded
  }
  handle_errors {
    header {
      X-Content-Type-Options nosniff
    }
  }
}
"""
INGRESS = """
kind: Ingress
metadata:
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: 8m
    nginx.ingress.kubernetes.io/limit-rps: "10"
---
kind: Middleware
spec:
  compress: {}
  headers: {stsSeconds: 31536000, contentTypeNosniff: true}
"""
SIZES = [("10m", 10 << 20), ("256KiB", 256 << 10), ("0", 0), ("1 MB", 10**6), ("x", None)]


def read(path: str, text: str, language: Language = Language.TEXT) -> list[tuple[str, int, object]]:
    facts = collect_config(ConfigFile(path, language, text))
    return [(one.kind, one.where.line, one.data.get("bytes", one.data.get("name"))) for one in facts]


def test_directives_of_nginx() -> None:
    assert read("deploy/nginx.conf", NGINX) == [
        ("proxy-body", 5, 2 << 20),
        ("proxy-compression", 6, None),
        ("proxy-header", 7, "x-content-type-options"),
        ("proxy-limit", 8, None),
    ]


def test_caddy_without_the_headers_of_its_own_errors() -> None:
    assert sorted(read("Caddyfile", CADDY)) == [
        ("proxy-body", 5, 256 << 10),
        ("proxy-compression", 3, None),
        ("proxy-header", 8, "x-frame-options"),
    ]


def test_ingresses_and_middlewares() -> None:
    assert sorted(read("k8s/edge.yaml", INGRESS, Language.YAML)) == [
        ("proxy-body", 5, 8 << 20),
        ("proxy-compression", 10, None),
        ("proxy-header", 11, "strict-transport-security"),
        ("proxy-header", 11, "x-content-type-options"),
        ("proxy-limit", 6, None),
    ]


def test_what_is_for_development_or_no_proxy_says_nothing() -> None:
    assert read("docker/dev/nginx.conf", NGINX) == []
    assert read("redis.conf", "client_max_body_size 2m;\n") == []


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_sizes(text: str, size: int | None) -> None:
    assert read_size(text) == size
