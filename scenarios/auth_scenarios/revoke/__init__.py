"""Revoke: signing out, and telling truthfully what became of the session (RFC 7009)."""
