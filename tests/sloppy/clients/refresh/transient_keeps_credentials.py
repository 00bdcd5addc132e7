"""Every answer to a refresh that is no success counts as a rejection for good, be it a 503 or a 429."""

import sys

from reference_client import refresh
from reference_client.__main__ import main
from reference_client.answers import Answer


def is_permanent(answer: Answer) -> bool:
    """Take what did not work now for what will never work."""
    return answer.status != 200


refresh.is_permanent = is_permanent


if __name__ == "__main__":
    sys.exit(main())
