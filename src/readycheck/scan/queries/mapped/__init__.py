"""Queries that object mappers and query builders write: read out of their calls, and written down as SQL."""
