from __future__ import annotations

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.compose import collect_config


def collect(text: str, path: str = "compose.yaml") -> list[Fact]:
    return list(collect_config(ConfigFile(path, Language.YAML, text)))


def test_ports() -> None:
    text = (
        "services:\n  api:\n    image: a\n    ports:\n      - 80:8000\n      - 127.0.0.1:81:8000/tcp\n      - '9000'\n"
        "      - ${PORT:-8080}:80\n      - {target: 443, published: 8443, host_ip: '::1'}\n      - '[::]:82:80'\n"
    )
    (service,) = collect(text)
    assert service.data["ports"] == [
        ["", "80", "8000", 5],
        ["127.0.0.1", "81", "8000", 6],
        ["", "", "9000", 7],
        ["", "8080", "80", 8],
        ["::1", "8443", "443", 9],
        ["::", "82", "80", 10],
    ]


def test_a_service() -> None:
    text = (
        "services:\n  api:\n    build: .\n    command: python -m chat api\n    user: '0:0'\n    environment: {A: 1}\n"
        "    labels: [x=y]\n    logging: {driver: loki}\n"
    )
    (service,) = collect(text)
    wanted = {
        "name": "api", "image": "", "build": True, "command": ["python", "-m", "chat", "api"], "environment": ["A"],
        "labels": ["x=y"], "driver": "loki", "root": "user: 0:0", "development": False,
    }  # fmt: skip
    assert {key: service.data[key] for key in wanted} == wanted


def test_a_file_of_another_name_counts_if_it_has_services() -> None:
    assert [one.data["name"] for one in collect("services:\n  a:\n    image: b\n", "deploy/monitoring.yaml")] == ["a"]
    assert collect("services:\n  - postgres\nimage: x\n", ".gitlab-ci.yml") == []
    assert collect("services:\n  a:\n    image: {{ .Values.image }}\n", "chart/templates/a.yaml") == []


def test_what_is_for_development() -> None:
    assert collect("services:\n  a:\n    build: .\n    volumes: ['.:/app']\n")[0].data["development"] is True
    assert collect("services:\n  a:\n    build: .\n", "docker-compose.dev.yml")[0].data["development"] is True


def test_how_many_copies() -> None:
    text = (
        "services:\n  a: {image: a, deploy: {replicas: 3}}\n  b: {image: b, scale: 2}\n  c: {image: c}\n"
        "  d: {image: d, deploy: {replicas: '${COPIES}'}}\n"
    )
    assert [one.data["replicas"] for one in collect(text)] == [3, 2, 1, 1]
