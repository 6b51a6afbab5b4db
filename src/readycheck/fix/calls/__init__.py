"""Calls, lists and objects of the source: found again by their place, and given a further element."""
