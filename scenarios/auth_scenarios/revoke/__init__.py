"""Revoke: signing out, truthfully (RFC 7009)."""
