"""Session: asking whether the session still lives."""
