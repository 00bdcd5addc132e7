"""The command line `fakeprovider`: a provider for people who do not use pytest, or not Python.

main             the commands and their options
  serve          from options to a provider that serves, and what is printed then
    options      the options of `serve`, laid over its configuration
    configuration    provider.toml, read and checked
  listing        `faults` and `dialects`
command_line     what the command lines of this project are built on

Exit codes: 0 ended cleanly, also by SIGINT and SIGTERM once it serves; 1 it could not serve (the port is in use); 2 an
option, a setting or the configuration is not accepted.
"""

from __future__ import annotations

from fakeprovider.cli.main import main

__all__ = ["main"]
