"""The command line: a provider for people who do not use pytest, or not Python.

main           the three commands and their options        main.py
  serve        from options to a provider that serves      serve.py
    options    what was asked for, checked                 options.py, configuration.py
    banner     what is printed as serving begins           banner.py
  listing      `faults` and `dialects`                     listing.py

Exit codes: 0 ended cleanly, also by SIGINT and SIGTERM; 1 it could not serve (the port is in use); 2 what was asked for
means nothing.
"""

from __future__ import annotations

from fakeprovider.cli.main import main

__all__ = ["main"]
