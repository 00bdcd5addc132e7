"""Device: signing in where there is no browser (RFC 8628)."""
