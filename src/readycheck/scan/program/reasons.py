"""Why it is not certain that a route is served, or where."""

from __future__ import annotations

UNKNOWN = "{?}"
"""Stands for the parts of a path that are not constant."""
NOT_CONSTANT = "a part of its path is not constant"
NOT_MOUNTED = "nothing mounts its router"
ELSEWHERE = "what is mounted here is not written in this project, or not known"
NOT_KNOWN = "what it is registered on is not known"
NOT_STARTED = "nothing that is started loads this code"
