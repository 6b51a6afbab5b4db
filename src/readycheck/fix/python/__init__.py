"""Python's prints become log records: what is asked of the file, which logger, where it is bound, how it is called."""
