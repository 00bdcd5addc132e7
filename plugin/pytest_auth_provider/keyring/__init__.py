"""A fake keyring: a Secret Service on a private session bus, which clients in a sandbox find, and which can misbehave.

bus       a `dbus-daemon` of our own, on which nothing else is
service   the Secret Service on it, and the states it can be in
"""

from pytest_auth_provider.keyring.bus import why_no_bus
from pytest_auth_provider.keyring.service import Keyring, KeyringState

__all__ = ["Keyring", "KeyringState", "why_no_bus"]
