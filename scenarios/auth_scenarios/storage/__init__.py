"""Storage: the files that hold credentials between two commands."""
