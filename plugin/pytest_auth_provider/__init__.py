"""Drive a command-line client against a fake OpenID provider from pytest, and report which contracts it keeps.

    @scenario("RFC 7009 2.2.1", needs={"logout"})
    def test_a_503_is_not_a_revocation(auth_provider, auth_client): ...

Importing this package imports neither the provider nor anything else that every pytest run would have to pay for.
"""

from __future__ import annotations

from pytest_auth_provider.scenario import Level, Scenario, scenario

__all__ = ["Level", "Scenario", "scenario"]
