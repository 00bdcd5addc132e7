"""Every answer to a poll is taken for JSON."""

import json
import sys
import traceback

from reference_client.__main__ import main
from reference_client.answers import Answer
from reference_client.flows.device import Poll

ask = Poll._ask


def trusting(self: Poll) -> Answer:
    """Look at what came before it is known to be JSON."""
    answer = ask(self)
    try:
        json.loads(answer.body)
    except ValueError:
        sys.exit(traceback.format_exc())  # as a program ends that has no last resort
    return answer


Poll._ask = trusting  # type: ignore[method-assign]  # the defect


if __name__ == "__main__":
    sys.exit(main())
