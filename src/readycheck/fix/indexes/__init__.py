"""Migrations that build missing indexes, in the style of the project's own; nothing here executes one."""
