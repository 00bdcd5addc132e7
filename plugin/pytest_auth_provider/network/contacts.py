"""Hosts that a client tried to reach, other than the provider."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch


@dataclass(frozen=True)
class Contact:
    """One attempt to reach `host`. `how` is the request line sent to the proxy, or the system call that bypassed it."""

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
        """Whether the host is another machine."""
        return not is_loopback(self.host)

    def is_one_of(self, patterns: Iterable[str]) -> bool:
        """Return whether the host matches one of the patterns, in which `*` stands for any characters."""
        return any(fnmatch(self.host.lower(), pattern.lower()) for pattern in patterns)


def is_loopback(host: str) -> bool:
    """Return whether a host name or IP address is this machine's loopback."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def split_address(address: str, default_port: int) -> tuple[str, int]:
    """Split `host:port`, `[::1]:443` or a bare host into the host in lower case and the port."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal():
        host, port = address, str(default_port)
    return host.strip("[]").lower(), int(port)
