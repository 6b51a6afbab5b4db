"""Fill the database for the benchmark, and print who may do what there as one JSON object.

    python -m benchmarks.chat_backend.seed

Started by the benchmark with the backend's environment. 100 conversations of 1,100 messages each are for listing; 100
others are for posting, so that what is listed does not change.
"""

# mypy: disable-error-code="import-not-found"
# The backend and its libraries are no part of readycheck's own environment.

from __future__ import annotations

import json

import psycopg
from chat.auth.tokens import TokenIssuer
from chat.messages.service import QUERIES
from chat.settings import load_settings

USERS = 50
CONVERSATIONS_EACH = 4
PAIRS = 550
LISTED, POSTED = "listed", "posted"

ADD_USERS = """
INSERT INTO users (email, password_hash, display_name)
SELECT 'user' || number || '@example.com', 'none', 'User ' || number FROM generate_series(1, %(users)s) AS number
"""
ADD_CONVERSATIONS = """
INSERT INTO conversations (user_id, companion_id, title)
SELECT users.id, companions.id, CASE number %% 2 WHEN 0 THEN 'listed' ELSE 'posted' END
FROM users, generate_series(1, %(each)s) AS number, LATERAL (SELECT id FROM companions LIMIT 1) AS companions
"""
ADD_MESSAGES = """
WITH posts AS (
    INSERT INTO messages (conversation_id, role, content, client_id, status, created_at)
    SELECT id, 'user', left(repeat('What do you think about the stars tonight? ', 8), 40 + number * 37 %% 160),
           gen_random_uuid(), 'answered', now() - make_interval(mins => number)
    FROM conversations, generate_series(1, %(pairs)s) AS number
    WHERE title = 'listed'
    RETURNING id, conversation_id, created_at
)
INSERT INTO messages (conversation_id, role, content, reply_to, status, created_at)
SELECT conversation_id, 'assistant', left(repeat('They look like letters of a long name. ', 8), 60 + id::int %% 170),
       id, 'final', created_at + interval '3 seconds'
FROM posts
"""


def main() -> None:
    """Fill and print."""
    settings = load_settings()
    issuer = TokenIssuer(settings)
    with psycopg.connect(settings.database_url.get_secret_value(), autocommit=True) as connection:
        for statement in (ADD_USERS, ADD_CONVERSATIONS, ADD_MESSAGES):
            connection.execute(statement, {"users": USERS, "each": CONVERSATIONS_EACH, "pairs": PAIRS})
        connection.execute("ANALYZE")
        owned = connection.execute("SELECT user_id, id, title FROM conversations").fetchall()
        row = connection.execute("SELECT count(*) FROM messages").fetchone()
    tokens = {user_id: issuer.issue(user_id) for user_id, _, _ in owned}
    targets = {
        kind: [f"{tokens[user_id]} {conversation}" for user_id, conversation, title in owned if title == kind]
        for kind in (LISTED, POSTED)
    }
    queries = {name: QUERIES[name].decode() for name in QUERIES}
    print(json.dumps({"targets": targets, "queries": queries, "messages": row[0] if row else 0}))


if __name__ == "__main__":
    main()
