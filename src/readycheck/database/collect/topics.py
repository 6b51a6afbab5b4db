"""What is asked of a database: catalog and statistics views only, never a table of its user (but see `applied`).

Every statement is one that Postgres 13 understands; what later versions brought is read by way of `to_jsonb`, which
gives nothing where a column is not there. Times leave the server as ages in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_TABLES = 20_000
MOST_ROWS = 200
SETTINGS = (
    "archive_mode", "autovacuum", "data_checksums", "fsync", "full_page_writes", "idle_in_transaction_session_timeout",
    "idle_session_timeout", "lock_timeout", "log_min_duration_statement", "max_connections", "password_encryption",
    "reserved_connections", "ssl", "statement_timeout", "superuser_reserved_connections", "track_activities",
    "track_counts", "transaction_timeout", "wal_level",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """One reading: its name, the statement, and the right that is missing where the server refuses it.

    `since` is the first version that understands the statement, as `server_version_num` has it; 0: every one.
    """

    name: str
    statement: str
    grant: str = ""
    since: int = 0


# The relations that users made: not the system's, not temporary ones, not those of extensions.
OWN = """
    n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relpersistence <> 't'
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
"""

# To print an expression Postgres takes a lock for a moment. It would wait behind a migration that holds the table, so
# of such a table no expression is asked for, and it is left out.
LOCKED = """
    EXISTS (
        SELECT FROM pg_catalog.pg_locks l
        WHERE l.locktype = 'relation' AND l.relation = c.oid AND l.mode = 'AccessExclusiveLock'
            AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    )
"""

SERVER = Topic(
    "server",
    """
    SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS release,
        current_database()::text AS database, pg_is_in_recovery() AS standby,
        extract(epoch FROM now() - pg_postmaster_start_time())::float8 AS uptime,
        current_schemas(false)::text[] AS path
    """,
)
# How the role was recognised, as `scram-sha-256:app`; nothing where the server trusted it.
IDENTITY = Topic("identity", "SELECT system_user AS login", since=160000)
# The value that a new session of this role begins with, and whom it was set for if not for the whole server.
SETTINGS_TOPIC = Topic(
    "settings",
    f"""
    SELECT s.name, s.reset_val AS value, s.unit, s.pending_restart AS pending,
        (
            SELECT CASE WHEN d.setrole = 0 THEN 'database' WHEN d.setdatabase = 0 THEN 'user' ELSE 'database user' END
            FROM pg_catalog.pg_db_role_setting d, unnest(d.setconfig) AS u(entry)
            WHERE split_part(u.entry, '=', 1) = s.name
                AND d.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user))
                AND d.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
            ORDER BY d.setrole <> 0 AND d.setdatabase <> 0 DESC, d.setrole <> 0 DESC
            LIMIT 1
        ) AS set_for
    FROM pg_catalog.pg_settings s
    WHERE s.name IN ({", ".join(f"'{name}'" for name in SETTINGS)})
    ORDER BY s.name
    """,  # noqa: S608 - the names stand above
)
ROLE = Topic(
    "role",
    """
    SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolcreatedb AS createdb, r.rolcreaterole AS createrole,
        r.rolreplication AS replication, r.rolbypassrls AS bypassrls, r.rolconnlimit AS limit,
        d.datdba = r.oid AS owner, d.datconnlimit AS database_limit,
        ARRAY(
            SELECT s.rolname::text FROM pg_catalog.pg_roles s
            WHERE s.oid <> r.oid AND pg_has_role(r.oid, s.oid, 'MEMBER') AND NOT r.rolsuper
                AND (s.rolsuper OR s.rolname IN (
                    'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'
                ))
            ORDER BY 1
        ) AS mighty
    FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
    WHERE r.rolname = session_user AND d.datname = current_database()
    """,
)
LOGINS = Topic(
    "logins",
    """
    SELECT type, database::text[] AS databases, user_name::text[] AS users, address, auth_method AS method,
        line_number AS line
    FROM pg_catalog.pg_hba_file_rules
    WHERE error IS NULL
    ORDER BY line_number
    """,
    "GRANT SELECT ON pg_hba_file_rules TO {role}; GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO {role}",
)
TABLES = Topic(
    "tables",
    f"""
    SELECT c.oid::bigint AS id, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
        {LOCKED} AS locked, c.reltuples::float8 AS rows, c.relrowsecurity AS row_security,
        pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
        (
            SELECT ARRAY[pn.nspname::text, p.relname::text]
            FROM pg_catalog.pg_inherits i
            JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
            JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
            WHERE i.inhrelid = c.oid AND c.relispartition
            LIMIT 1
        ) AS partition_of
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND {OWN}
    ORDER BY n.nspname, c.relname
    LIMIT {MOST_TABLES + 1}
    """,  # noqa: S608 - no value of anybody's
)
COLUMNS = Topic(
    "columns",
    f"""
    SELECT a.attrelid::bigint AS relation, a.attname::text AS name,
        pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
        a.attidentity <> '' OR a.attgenerated <> '' AS generated
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND {OWN}
    ORDER BY a.attrelid, a.attnum
    """,  # noqa: S608 - likewise
)
# What a partition inherits says nothing that its parent's does not: conparentid is 0 for what somebody wrote.
FOREIGN_KEYS = Topic(
    "foreign_keys",
    f"""
    SELECT k.conrelid::bigint AS relation, k.conname::text AS name, k.convalidated AS validated,
        ARRAY(
            SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place
        ) AS columns,
        tn.nspname::text AS target_schema, t.relname::text AS target,
        ARRAY(
            SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place
        ) AS "references",
        k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND {OWN}
    ORDER BY k.conrelid, k.conname
    """,  # noqa: S608 - likewise
)
CHECKS = Topic(
    "checks",
    f"""
    SELECT n.nspname::text AS schema, c.relname::text AS table, k.conname::text AS name
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT k.convalidated AND {OWN}
    ORDER BY 1, 2, 3
    LIMIT {MOST_ROWS}
    """,  # noqa: S608 - likewise
)
INDEXES = Topic(
    "indexes",
    f"""
    SELECT i.indexrelid::bigint AS id, i.indrelid::bigint AS relation, x.relname::text AS name,
        m.amname::text AS method, i.indisunique AS unique, i.indisprimary AS primary,
        i.indisvalid AND i.indisready AND i.indislive AS valid, x.relpages::bigint AS pages,
        i.indnkeyatts AS keys, i.indoption::int2[]::int[] AS options,
        EXISTS (
            SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')
        ) AS constraint,
        {LOCKED} AS locked,
        CASE WHEN i.indpred IS NULL OR {LOCKED} THEN NULL ELSE pg_catalog.pg_get_expr(i.indpred, i.indrelid) END
            AS predicate,
        COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_not_distinct,
        ARRAY(
            SELECT COALESCE(a.attname::text, '') FROM generate_series(0, i.indnatts - 1) g
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[g] AND a.attnum > 0
            ORDER BY g
        ) AS columns,
        ARRAY(
            SELECT CASE WHEN i.indkey[g - 1] <> 0 OR {LOCKED} THEN ''
                ELSE pg_catalog.pg_get_indexdef(i.indexrelid, g, false) END
            FROM generate_series(1, i.indnatts::int) g ORDER BY g
        ) AS texts,
        ARRAY(
            SELECT CASE WHEN o.opcdefault THEN '' ELSE o.opcname::text END
            FROM unnest(i.indclass::oid[]) WITH ORDINALITY u(id, place)
            JOIN pg_catalog.pg_opclass o ON o.oid = u.id ORDER BY u.place
        ) AS opclasses,
        ARRAY(
            SELECT CASE WHEN l.oid IS NULL OR l.oid = a.attcollation OR l.collname = 'default'
                THEN '' ELSE l.collname::text END
            FROM generate_series(0, i.indnkeyatts - 1) g
            LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[g]
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[g]
            ORDER BY g
        ) AS collations,
        CASE WHEN i.indpred IS NULL AND i.indexprs IS NULL THEN ARRAY[]::text[] ELSE ARRAY(
            SELECT DISTINCT a.attname::text FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjid = i.indrelid
            ORDER BY 1
        ) END AS mentions
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = x.relam
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE {OWN}
    ORDER BY i.indrelid, x.relname
    """,  # noqa: S608 - likewise
)
# Roles that clients have by the convention of PostgREST and Supabase, and what lies in reach of them.
REACHED = Topic(
    "reached",
    f"""
    SELECT r.rolname::text AS role, n.nspname::text AS schema, c.relname::text AS table, c.relrowsecurity AS guarded
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles r ON r.rolname IN ('anon', 'authenticated', 'web_anon')
    WHERE c.relkind IN ('r', 'p') AND {OWN}
        AND n.nspname NOT IN ('auth', 'storage', 'realtime', 'vault', 'extensions', 'graphql', 'pgsodium', 'net')
        AND has_schema_privilege(r.oid, n.oid, 'USAGE')
        AND has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
    ORDER BY 2, 3, 1
    LIMIT {MOST_TABLES}
    """,  # noqa: S608 - likewise
)
STATISTICS = Topic(
    "statistics",
    """
    SELECT extract(epoch FROM now() - stats_reset)::float8 AS age,
        extract(epoch FROM now() - pg_postmaster_start_time())::float8 AS uptime,
        (SELECT sum(numbackends)::bigint FROM pg_catalog.pg_stat_database) AS connections
    FROM pg_catalog.pg_stat_database WHERE datname = current_database()
    """,
)
USE = Topic(
    "use",
    """
    SELECT s.schemaname::text AS schema, s.relname::text AS table, s.indexrelname::text AS index, s.idx_scan AS scans,
        COALESCE(t.seq_scan, 0) + COALESCE(t.idx_scan, 0) AS table_scans
    FROM pg_catalog.pg_stat_user_indexes s
    JOIN pg_catalog.pg_stat_user_tables t ON t.relid = s.relid
    ORDER BY 1, 2, 3
    """,
)
ACTIVITY = Topic(
    "activity",
    f"""
    SELECT a.usename::text AS role, a.application_name AS application, a.state, a.backend_type AS kind,
        extract(epoch FROM now() - a.xact_start)::float8 AS transaction,
        extract(epoch FROM now() - a.query_start)::float8 AS statement,
        extract(epoch FROM now() - a.state_change)::float8 AS unchanged
    FROM pg_catalog.pg_stat_activity a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
    ORDER BY a.xact_start NULLS LAST, a.pid
    LIMIT {MOST_ROWS}
    """,  # noqa: S608 - likewise
)
READER = Topic(
    "reader",
    """
    SELECT pg_has_role(session_user, 'pg_read_all_stats', 'USAGE') AS statistics
    """,
)
PREPARED = Topic(
    "prepared",
    f"""
    SELECT owner::text AS role, extract(epoch FROM now() - prepared)::float8 AS age
    FROM pg_catalog.pg_prepared_xacts WHERE database = current_database()
    ORDER BY prepared LIMIT {MOST_ROWS}
    """,  # noqa: S608 - likewise
)
SEQUENCES = Topic(
    "sequences",
    f"""
    SELECT n.nspname::text AS schema, t.relname::text AS table, a.attname::text AS column,
        pg_catalog.format_type(a.atttypid, NULL) AS type, q.last_value AS value, q.max_value AS most,
        has_sequence_privilege(c.oid, 'SELECT,USAGE') AS visible
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
    JOIN pg_catalog.pg_namespace sn ON sn.oid = c.relnamespace
    JOIN pg_catalog.pg_sequences q ON q.schemaname = sn.nspname AND q.sequencename = c.relname
    JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
        AND d.deptype IN ('a', 'i') AND {OWN}
    ORDER BY 1, 2, 3
    LIMIT {MOST_TABLES}
    """,  # noqa: S608 - likewise
)
ARCHIVER = Topic(
    "archiver",
    """
    SELECT archived_count AS archived, failed_count AS failed,
        extract(epoch FROM now() - last_archived_time)::float8 AS archived_age,
        extract(epoch FROM now() - last_failed_time)::float8 AS failed_age
    FROM pg_catalog.pg_stat_archiver
    """,
)
REPLICAS = Topic("replicas", "SELECT count(*) AS number FROM pg_catalog.pg_stat_replication")
EXTENSIONS = Topic(
    "extensions",
    """
    SELECT e.extname::text AS name, e.extversion AS version, n.nspname::text AS schema
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    ORDER BY 1
    """,
)
# The schema first: what comes later is worth less, should the time run out.
TOPICS = (
    SERVER, IDENTITY, SETTINGS_TOPIC, ROLE, TABLES, COLUMNS, FOREIGN_KEYS, INDEXES, CHECKS, STATISTICS, USE, READER,
    REACHED, ACTIVITY, PREPARED, SEQUENCES, EXTENSIONS, ARCHIVER, REPLICAS, LOGINS,
)  # fmt: skip
SCHEMA = ("tables", "columns", "foreign_keys", "indexes")
