"""One module a framework, found by being there.

Each has `find_applications(web) -> Iterator[Application]` and `find_attached(web) -> Iterator[Attached]`.
"""
