"""The network around a client in its sandbox: nothing leaves the machine, and what tries to is written down.

Gateway    the proxy of the sandbox                             gateway.py, stubs.py
Contact    a host that a client tried to reach                  contact.py
Authority  whom it trusts                                       authority.py
reserved   ports it cannot choose                               ports.py
audited    connections that ignore the proxy                    audit.py
"""

from __future__ import annotations

from pytest_auth_provider.network.proxy import Contact, Gateway, Stub

__all__ = ["Contact", "Gateway", "Stub"]
