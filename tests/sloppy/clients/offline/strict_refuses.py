"""The strict policy is accepted on the command line, and nothing looks at it."""

import sys

from reference_client import access, terminal
from reference_client.__main__ import main
from reference_client.context import Context
from reference_client.errors import NoAnswerError


def lenient(context: Context, error: NoAnswerError) -> None:
    """Warn, and go on under every policy."""
    terminal.warn(f"local token validation was skipped: {error.problem}")


access.provider_is_unreachable = lenient


if __name__ == "__main__":
    sys.exit(main())
