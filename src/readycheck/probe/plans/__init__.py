"""What to send: one module a topic, with `RANK` and `plan(situation) -> steps`, found by walking this folder."""
