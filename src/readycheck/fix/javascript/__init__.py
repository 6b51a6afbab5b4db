"""Fixes of JavaScript and TypeScript: console calls become records of the project's logger."""
