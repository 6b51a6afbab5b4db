"""Clients of other services: which calls make one, and what ends their waiting."""
