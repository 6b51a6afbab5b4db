"""Django's tables: what its models declare, and what its migrations do to them one after the other."""
