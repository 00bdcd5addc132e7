"""Storage: where credentials rest between two commands."""
