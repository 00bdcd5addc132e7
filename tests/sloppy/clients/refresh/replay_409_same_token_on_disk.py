"""After a benign replay the token on disk is presented at once, without looking whether it is a newer one."""

import sys

from reference_client import refresh
from reference_client.__main__ import main
from reference_client.context import Context
from reference_client.session import Session


def retry_with_newer(context: Context, spent: Session) -> Session:
    """Retry with what is on disk by now, the spent token or not."""
    return refresh.renew(context, context.session())


refresh.retry_with_newer = retry_with_newer


if __name__ == "__main__":
    sys.exit(main())
