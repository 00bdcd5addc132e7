"""Offline: what a client does, and says, while the provider cannot be reached."""
