"""What stands between a request and its handler, and what of it does its work in production."""
