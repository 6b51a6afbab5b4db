"""What code asks a database: the texts of queries, what runs them, and in which loops."""
