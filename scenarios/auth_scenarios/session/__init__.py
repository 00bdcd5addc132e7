"""Session: finding out whether the session is still alive."""
