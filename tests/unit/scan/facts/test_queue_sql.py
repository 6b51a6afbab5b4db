from __future__ import annotations

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import queue_sql

TEXT = "-- graphile_worker.add_job in a comment\nSELECT procrastinate_defer_jobs_v1(ARRAY[1])\n"


def test_a_query_hands_work_to_a_queue_and_a_migration_does_not() -> None:
    found = queue_sql.collect_config(ConfigFile("chat/messages/queries.sql", Language.TEXT, TEXT))
    assert [(one.where.line, one.data["form"]) for one in found] == [(2, "procrastinate_defer_jobs_v1")]
    assert not list(queue_sql.collect_config(ConfigFile("db/migrations/1.sql", Language.TEXT, TEXT)))
