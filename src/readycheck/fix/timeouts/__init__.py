"""Limits for clients that wait without one: where they go into the call, and when nothing may be added."""
