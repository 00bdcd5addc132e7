"""`auth-provider`: from a tool to its adapter, without pytest.

main       the four commands and their options                      main.py
  init     run a login under a provider, write a first adapter      init.py
    draft  from what was seen to TOML                               draft.py
  try      run one action, show what happened                       trying.py
  clients  every client there is an adapter for                     listing.py
  schema   the JSON Schema of adapters                              schema.py
  stage    a client on a provider, for the time of a command        stage.py

Exit codes: 0 it went well; 1 the tool did not do well; 2 what was asked for means nothing.
"""

from __future__ import annotations

from pytest_auth_provider.cli.main import main

__all__ = ["main"]
