"""A command-line client that keeps every contract."""
