"""Whether the program can load: what its modules import from each other, and what they bind."""
