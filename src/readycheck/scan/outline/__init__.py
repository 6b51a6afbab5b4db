"""What one file of server code says, as plain data: its definitions, its calls with their arguments, its assignments.

Everything that joins files reads this instead of syntax trees, which cannot leave the worker that parsed them.
"""
