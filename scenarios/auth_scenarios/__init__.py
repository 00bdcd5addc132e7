"""The catalogue: one contract a file."""
