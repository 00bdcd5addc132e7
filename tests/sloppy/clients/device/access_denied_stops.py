"""A denial counts as one more poll that failed, and the provider is asked again."""

import sys

from reference_client import answers
from reference_client.__main__ import main
from reference_client.answers import Answer
from reference_client.flows.device import Poll

pause_after = Poll.pause_after


def persistent(self: Poll, answer: Answer) -> float:
    """Hope that the person changes their mind."""
    if "access_denied" in answers.error_codes(answer):
        return self.pause_after_failure("the sign-in was denied in the browser")
    return pause_after(self, answer)


Poll.pause_after = persistent  # type: ignore[method-assign]  # the defect


if __name__ == "__main__":
    sys.exit(main())
