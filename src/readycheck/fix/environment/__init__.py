"""Templates of `.env`: which one a variable belongs to, and how a line of it is written there."""
