"""The whole program, joined from the outlines of its files: what names mean across files, who calls whom, what runs.

`Program` is what a project check asks (`facts.program`); `Web` (`web.py`) says what is attached to which application.
"""
