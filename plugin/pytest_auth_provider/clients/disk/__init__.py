"""What can happen to a client's files and processes that no provider can do: a crash, a full disk, damage.

damage     truncated, emptied, foreign or read-only credential files     damage.py
kill_at    SIGKILL while a request is under way, or a file is written     killing.py
confine    a program that runs another one with less room and fewer rights    confine.py
"""

from __future__ import annotations

from pytest_auth_provider.clients.disk.damage import DAMAGES, Damage
from pytest_auth_provider.clients.disk.killing import kill_at, while_writing

__all__ = ["DAMAGES", "Damage", "kill_at", "while_writing"]
