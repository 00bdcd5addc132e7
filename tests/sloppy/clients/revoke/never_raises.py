"""The body of a revocation's 200 is read as a JSON object, which nobody promised it is."""

import json
import sys
import traceback

from reference_client import revocation
from reference_client.__main__ import main
from reference_client.answers import Answer


def is_confirmed(answer: Answer) -> bool:
    """Look for an error in a body that means nothing (RFC 7009 2.2)."""
    if answer.status != 200:
        return False
    try:
        return json.loads(answer.body).get("error") is None
    except (ValueError, AttributeError):
        sys.exit(traceback.format_exc())  # as a program ends that has no last resort


revocation.is_confirmed = is_confirmed


if __name__ == "__main__":
    sys.exit(main())
