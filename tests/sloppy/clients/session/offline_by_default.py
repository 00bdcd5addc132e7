"""``doctor`` asks the provider whether or not it was told to."""

import argparse
import sys

from reference_client.__main__ import main
from reference_client.commands import doctor
from reference_client.context import Context

run = doctor.run


def thorough(context: Context, arguments: argparse.Namespace) -> int:
    """Check everything, always."""
    arguments.server = True
    return run(context, arguments)


doctor.run = thorough


if __name__ == "__main__":
    sys.exit(main())
