"""What is put into the log: secrets, personal data, and what people write to each other."""
