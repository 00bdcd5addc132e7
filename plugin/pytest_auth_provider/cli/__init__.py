"""The command line `auth-provider`: from a tool to its adapter, and what is made of reports, without pytest.

main       the commands about tools and their options
  options  what the options of `init` say, as the keys of an adapter
  init     run a login under a provider, look at what else the tool does, write a first adapter
  sighting what was seen of a login
  draft    the text of a first adapter file
  try_     run one action, show what happened
  listing  `clients`: every client there is an adapter for
  coverage `clients NAME`: what its adapter covers
  check    whether adapters can be read
reports    the commands about reports and their options; `schema` prints JSON Schemas
  compare  what got better and what got worse
  merge    join the reports of several machines
  badge    a report as a small SVG image

Exit codes: 0 it went well; 1 the tool did not do well, or `check` found a mistake; 2 an option, an
adapter, a program or a report is not accepted.
"""

from __future__ import annotations

from pytest_auth_provider.cli.main import main

__all__ = ["main"]
