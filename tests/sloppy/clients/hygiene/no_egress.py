"""The self check also looks for a newer version at the maker's, and says nothing when that fails."""

import argparse
import contextlib
import sys
import urllib.request

from reference_client.__main__ import main
from reference_client.commands import doctor
from reference_client.context import Context

run = doctor.run


def curious(context: Context, arguments: argparse.Namespace) -> int:
    """Look for news first."""
    with contextlib.suppress(OSError), urllib.request.urlopen("https://updates.example.com/latest", timeout=2):
        pass
    return run(context, arguments)


doctor.run = curious


if __name__ == "__main__":
    sys.exit(main())
