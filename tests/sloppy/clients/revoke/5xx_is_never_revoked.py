"""Every answer of the revocation endpoint is taken for a confirmation."""

import sys

from reference_client import revocation
from reference_client.__main__ import main
from reference_client.answers import Answer


def is_confirmed(answer: Answer) -> bool:
    """Be glad that somebody answered."""
    return True


revocation.is_confirmed = is_confirmed


if __name__ == "__main__":
    sys.exit(main())
