"""The command line `auth-provider`: from a tool to its adapter, without pytest.

main       the commands and their options; `schema` prints the JSON Schema of adapters
  init     run a login under a provider, write a first adapter
  try_     run one action, show what happened
  listing  `clients`: every client there is an adapter for
  coverage `clients NAME`: what its adapter covers
  check    whether adapters can be read

Exit codes: 0 it went well; 1 the tool did not do well, or `check` found a mistake; 2 an option, an adapter or a
program is not accepted.
"""

from __future__ import annotations

from pytest_auth_provider.cli.main import main

__all__ = ["main"]
