"""A refresh without an answer is repeated at once, again and again."""

import sys

from reference_client import refresh
from reference_client.__main__ import main
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import BrokenAnswerError, NoAnswerError, TryAgainError

TRIES = 3


post = refresh._post


def stubborn(context: Context, url: str, form: dict[str, str]) -> Answer:
    """Silence is retried as an error is, whether the token may have been spent or not."""
    for _ in range(TRIES):
        try:
            return post(context, url, form)
        except (NoAnswerError, TryAgainError, BrokenAnswerError):
            continue
    return post(context, url, form)


refresh._post = stubborn


if __name__ == "__main__":
    sys.exit(main())
