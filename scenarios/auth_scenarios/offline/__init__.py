"""Offline: what a client does when nobody answers, and what it says about it."""
