"""How a service is told to stop, and what it closes then."""
