"""Validation: which tokens a client believes, and what it makes of their type."""
