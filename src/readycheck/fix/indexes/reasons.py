"""Why a migration is written only on demand, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "runs-at-deploy": "the next deployment will build the index: on a large table that takes its time and space",
    "supabase-version": "Supabase's command line builds an index outside of its transaction from version 2.109 on only",
    "models-lag": "the models do not name the index yet, and the tool that compares them would drop it again",
    "style-unknown": "nothing tells how this project writes a migration that builds an index beside the table in use",
    "runner-unknown": "nothing tells whether what runs these files begins a transaction for each of them",
    "runner-in-transaction": "what runs these files begins a transaction for each, in which no index can be built "
    "beside the table in use",
    "one-transaction": "TypeORM runs all in one transaction unless migrationsTransactionMode is each or none",
    "steps-listed": "a file lists the migrations by name, and a new one would not run until it is listed there",
    "two-heads": "several migrations come last: they have to be joined first",
    "not-postgres": "the database is not Postgres",
    "database-unclear": "no settings say that the database is Postgres",
    "several-databases": "the settings can also connect to another database, on which no index is built in this way",
    "model-unclear": "no single model of the project declares this table as its migrations make it",
    "meta-unclear": "the model cannot be given the index without changing what else it says",
    "syntax-unread": "the model's file is written for another Python than the one that runs this",
    "index-in-sql": "the models cannot say this index in a form that is sure to be the same",
    "index-in-steps": "a partitioned table gets its index in steps that have to be watched",
    "need-unclear": "the place has no single index that would help",
}
