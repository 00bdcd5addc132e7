"""The command line `auth-provider`: from a tool to its adapter, without pytest.

main       the four commands and their options; `schema` prints the JSON Schema of adapters
  init     run a login under a provider, write a first adapter
  try_     run one action, show what happened
  listing  `clients`: every client there is an adapter for

Exit codes: 0 it went well; 1 the tool did not do well; 2 an option, an adapter or a program is not accepted.
"""

from __future__ import annotations

from pytest_auth_provider.cli.main import main

__all__ = ["main"]
