"""What signs tokens and checks them: where the key comes from, and what is demanded of it."""
