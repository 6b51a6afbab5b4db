"""What a database looks like as far as files and code say: migrations in order, models, statements in code."""
