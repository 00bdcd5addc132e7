"""A refresh token that was rejected for good is not remembered as rejected: every command presents it again."""

import sys

from reference_client import refresh
from reference_client.__main__ import main
from reference_client.context import Context
from reference_client.session import Session


def forgetful(context: Context, session: Session) -> None:
    """Remember nothing; the person is told, after all."""


refresh.poison = forgetful


if __name__ == "__main__":
    sys.exit(main())
