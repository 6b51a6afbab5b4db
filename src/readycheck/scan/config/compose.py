"""What a compose file is for: what a deployment runs, or what a developer starts on the own machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late

STAGE = compile_late(
    r"^(?:NODE|FLASK|APP|DJANGO|PYTHON|RAILS|GO|ASPNETCORE)_ENV(?:IRONMENT)?$|^(?:ENV|ENVIRONMENT|STAGE)$"
)
DEVELOPMENT = frozenset({"development", "dev", "develop", "local", "test", "testing"})
ASIDE = compile_late(
    r"(?:^|/)(?:postgres|postgis|pgvector|timescaledb|mysql|mariadb|mongo|redis|redis-stack|valkey|memcached|rabbitmq|kafka"
    r"|zookeeper|nats|minio|localstack|elasticsearch|opensearch|meilisearch|qdrant|chroma|weaviate|mailhog|mailpit|maildev"
    r"|mailcatcher|inbucket|adminer|pgadmin4|phpmyadmin|redis-commander|mongo-express|fake-gcs-server|fake-s3"
    r"|docker-fake-s3|azurite|jaeger|all-in-one)(?:[:@]|$)"
)


def is_for_development(file: ConfigFile) -> bool:
    """Whether a compose file says so itself: its services run as for development, or none of them is the project's.

    Raises:
        ConfigError: the file is broken.
    """
    services = list(find_services(file))
    if any(STAGE.match(name) and value in DEVELOPMENT for one in services for name, value in read_environment(one)):
        return True
    return bool(services) and all(is_aside(one) for one in services)


def find_services(file: ConfigFile) -> Iterator[Mapping[str, Any]]:
    """The services of a compose file."""
    for document in file.documents:
        services = document.get("services") if isinstance(document, Mapping) else None
        for one in services.values() if isinstance(services, Mapping) else ():
            if isinstance(one, Mapping):
                yield one


def read_environment(service: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The variables of a service, written as a mapping or as a list."""
    given = service.get("environment")
    if isinstance(given, Mapping):
        yield from ((str(name), str(value).lower()) for name, value in given.items())
    for row in given if isinstance(given, list) else ():
        name, _, value = str(row).partition("=")
        yield name, value.lower()


def is_aside(service: Mapping[str, Any]) -> bool:
    """Whether a service is a published image of a database or a tool, as one starts it beside one's own program."""
    image = service.get("image")
    return "build" not in service and isinstance(image, str) and ASIDE.search(image) is not None
