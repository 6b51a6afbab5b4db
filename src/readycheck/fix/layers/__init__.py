"""Layers that one standard line brings in: security headers, a limit on bodies, an id for each request."""
