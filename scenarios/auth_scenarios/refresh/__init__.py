"""Refresh: exchanging a refresh token for new tokens, once and never twice (RFC 6749 6, RFC 9700 4.14)."""
