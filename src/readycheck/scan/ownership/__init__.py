"""Whose objects queries reach: statements and calls by id, and whether they ask for the owner as well."""
