"""Breakpoints taken out of the code, with the imports that nothing else uses."""
