"""A host that a client tried to reach, other than the provider."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch


@dataclass(frozen=True)
class Contact:
    """One attempt to reach `host`. `how` is what the proxy was asked, or the system call that went past it."""

    host: str
    port: int
    how: str

    @property
    def address(self) -> str:
        """Host and port, as in `auth.example.com:443`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def leaves(self) -> bool:
        """Does it lead away from this machine?"""
        return not is_loopback(self.host)

    def is_one_of(self, patterns: Iterable[str]) -> bool:
        """Is the host one of these, where `*` stands for any characters?"""
        return any(fnmatch(self.host.lower(), pattern.lower()) for pattern in patterns)


def is_loopback(host: str) -> bool:
    """Is `host` this machine?"""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def split_address(authority: str, default_port: int) -> tuple[str, int]:
    """Host and port of `host:port`, `[::1]:443` or a bare host."""
    host, colon, port = authority.rpartition(":")
    if not colon or not port.isdecimal():
        host, port = authority, str(default_port)
    return host.strip("[]").lower(), int(port)
