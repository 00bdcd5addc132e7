"""The hosts a command contacts without asking the proxy, read from its system calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.network.proxy import Contact
from pytest_auth_provider.strace.tracer import DETACHED, Tracer, read_log

# -yy: TCP can be told from UDP. sendto, sendmsg: QUIC needs no connect().
TRACER: Final = Tracer((*DETACHED, "--seccomp-bpf", "-yy", "-s", "0", "-e", "trace=connect,sendto,sendmsg,sendmmsg"))

_DNS_PORT = 53

_SENT_TO = re.compile(
    r"(?P<call>connect|sendto|sendmsg|sendmmsg)\(\d+<(?P<protocol>\w+).*?"
    r"(?:sin_port=htons\((?P<port>\d+)\), sin_addr=inet_addr\(\"(?P<host>[\d.]+)\"\)"
    r"|sin6_port=htons\((?P<port6>\d+)\),.*?inet_pton\(AF_INET6, \"(?P<host6>[^\"]+)\")"
)


def is_audited(adapter: Adapter) -> bool:
    """Return whether connections past the proxy are seen: asked for, and possible for this client on this machine."""
    return adapter.audit_connections and not why_not_audited(adapter)


def why_not_audited(adapter: Adapter) -> str:
    """Return a sentence on why connections that should be audited are not; empty where they are or nobody asked."""
    if not adapter.audit_connections:
        return ""
    if adapter.kind != "process":
        how = f"its kind is {adapter.kind!r}, and only commands of their own (kind 'process') can be watched"
    elif TRACER.program is None:
        how = "strace is not installed, or may not look into other processes here"
    else:
        return ""
    said = f"The connections of {adapter.name} are not audited: {how}."
    return f"{said} A connection that ignores the proxy goes unnoticed."


def contacts_in(log: Path) -> Iterator[Contact]:
    """Yield each host that the commands of a log contacted directly, once, by address: no call shows its name.

    Calls that failed count as well: the client tried.
    """
    seen = set()
    for match in _SENT_TO.finditer(read_log(log)):
        host, port = match["host"] or match["host6"], int(match["port"] or match["port6"])
        contact = Contact(host.removeprefix("::ffff:"), port, f"{match['call']}(), past the proxy")
        # Connecting a datagram socket sends nothing; the C library does it to choose among addresses.
        sends = match["call"] != "connect" or match["protocol"].startswith("TCP") or port == _DNS_PORT
        if sends and contact.leaves and contact.address not in seen:
            seen.add(contact.address)
            yield contact
