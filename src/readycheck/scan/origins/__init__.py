"""Where the parts of a text come from: written in the code, out of a request, from a caller, from elsewhere."""
