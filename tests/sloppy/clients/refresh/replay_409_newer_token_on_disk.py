"""After a benign replay the newer token on disk is noticed, and the spent one is presented again."""

import sys

from reference_client import refresh
from reference_client.__main__ import main
from reference_client.context import Context
from reference_client.session import Session


def retry_with_newer(context: Context, spent: Session) -> Session:
    """Read the disk, compare, and retry with the wrong variable."""
    newer = context.session()
    if newer.refresh_token == spent.refresh_token:
        raise refresh.ReplayedError
    return refresh.renew(context, spent)


refresh.retry_with_newer = retry_with_newer


if __name__ == "__main__":
    sys.exit(main())
