from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import retries
from readycheck.scan.unit import Unit

CONNECT = "import psycopg2\nimport random\n"


def read(text: str) -> list[tuple[str, object, object, object]]:
    facts = retries.collect(Unit("app.py", Language.PYTHON, CONNECT + text))
    return [(one.kind, one.data.get("bounded"), one.data.get("jitter"), one.data.get("database")) for one in facts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "while True:\n    try:\n        c = psycopg2.connect(u)\n        break\n    except E:\n        sleep(1)\n",
            [("retry-loop", False, False, True)],
        ),
        (
            ("for attempt in range(3):\n    try:\n        c = psycopg2.connect(u)\n        break\n    except E:\n"
            "        sleep(random.random())\n"),
            [("retry-loop", True, True, True)],
        ),
        (
            ("while True:\n    try:\n        c = psycopg2.connect(u)\n        break\n    except E:\n        pass\n"
            "    if elapsed > LIMIT:\n        break\n    sleep(1)\n"),
            [("retry-loop", True, False, True)],
        ),
        (
            "while True:\n    try:\n        db.execute(q)\n    except E:\n        pass\n    sleep(1)\n",
            [],
        ),
        (
            "while True:\n    try:\n        redis.connect()\n        break\n    except E:\n        sleep(1)\n",
            [("retry-loop", False, False, False)],
        ),
    ],
)  # fmt: skip
def test_loops(text: str, expected: list[tuple[str, bool, bool, bool]]) -> None:
    assert read(text) == expected


def test_a_failure_at_start_is_ignored_only_where_the_service_then_starts() -> None:
    text = "async def lifespan(app):\n    try:\n        await db.connect()\n    except E as e:\n        log.error(e)\n"
    assert [one[0] for one in read(f"{text}    yield\n")] == ["failure-ignored"]
    assert read(text) == []
    assert read(f"{text}        raise\n    yield\n") == []
    assert read(text.replace("db.connect", "redis.connect") + "    yield\n") == []
