"""List, test and write rules."""
