from collections.abc import Iterator

import pytest

from tests.unit.database.server import Server, run_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with run_server() as running:
        yield running
