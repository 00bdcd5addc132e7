"""The network around a client in its sandbox: nothing leaves the machine, and what tries to is recorded.

EgressProxy           the proxy of the sandbox, with the stubs it answers     proxy.py
Contact               a host that a client tried to reach                     proxy.py
CertificateAuthority  signs certificates for impersonated hosts               certificates.py
reserve_ports         hold the fixed ports that a client needs                ports.py
addresses_of          where a client listens                                  listening.py
"""

from __future__ import annotations

from pytest_auth_provider.network.proxy import Contact, EgressProxy, Stub

__all__ = ["Contact", "EgressProxy", "Stub"]
