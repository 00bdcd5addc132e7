"""Connections that ignore the proxy, read from the system calls of a command by `strace`, where that is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.network.proxy import Contact
from pytest_auth_provider.strace.tracer import strace_with

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter


# -D: the command stays our own child. -yy: TCP can be told from UDP. sendto, sendmsg: QUIC needs no connect().
_OPTIONS = ("-D", "-f", "--seccomp-bpf", "-qq", "-yy", "-s", "0", "-e", "trace=connect,sendto,sendmsg,sendmmsg")

_NAMES = 53  # a name server

_SENT_TO = re.compile(
    r"(?P<call>connect|sendto|sendmsg|sendmmsg)\(\d+<(?P<protocol>\w+).*?"
    r"(?:sin_port=htons\((?P<port>\d+)\), sin_addr=inet_addr\(\"(?P<host>[\d.]+)\"\)"
    r"|sin6_port=htons\((?P<port6>\d+)\),.*?inet_pton\(AF_INET6, \"(?P<host6>[^\"]+)\")"
)


def is_audited(adapter: Adapter) -> bool:
    """Whether connections past the proxy are seen: asked for, and possible for this kind of client on this machine."""
    return adapter.audit_connections and not why_not_audited(adapter)


def why_not_audited(adapter: Adapter) -> str:
    """Say in a sentence why connections that should be audited are not; empty where they are, or where nobody asked."""
    if not adapter.audit_connections:
        return ""
    if adapter.kind != "process":
        how = f"its kind is {adapter.kind!r}, and only commands of their own (kind 'process') can be watched"
    elif strace() is None:
        how = "strace is not installed, or may not look into other processes here"
    else:
        return ""
    said = f"The connections of {adapter.name} are not audited: {how}."
    return f"{said} A connection that ignores the proxy goes unnoticed."


def audited(argv: Sequence[str], log: Path) -> tuple[str, ...]:
    """The command that runs `argv` and writes its connections down in `log`; `argv` itself where that cannot be."""
    program = strace()
    return (program, *_OPTIONS, "-o", str(log), *argv) if program else tuple(argv)


def contacts_in(log: Path) -> Iterator[Contact]:
    """The hosts that were contacted directly, each once, as addresses: names are looked up elsewhere."""
    seen = set()
    text = log.read_text(errors="replace") if log.exists() else ""
    for match in _SENT_TO.finditer(text):
        host, port = match["host"] or match["host6"], int(match["port"] or match["port6"])
        contact = Contact(host.removeprefix("::ffff:"), port, f"{match['call']}(), past the proxy")
        # To connect a datagram socket sends nothing; the C library does so to choose among addresses.
        sends = match["call"] != "connect" or match["protocol"].startswith("TCP") or port == _NAMES
        if sends and contact.leaves and contact.address not in seen:
            seen.add(contact.address)
            yield contact


def strace() -> str | None:
    """The program, or None where it is not installed or may not look into other processes."""
    return strace_with(*_OPTIONS)
