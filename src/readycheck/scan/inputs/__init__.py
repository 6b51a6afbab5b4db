"""What handlers read out of requests, and whether it is checked before it is used."""
