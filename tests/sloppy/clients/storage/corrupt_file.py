"""A credential file that is not JSON is logged with its traceback."""

import logging
import sys

from reference_client.__main__ import main
from reference_client.errors import CorruptStoreError
from reference_client.store import CredentialStore


def corrupt(self: CredentialStore, what: str) -> CorruptStoreError:
    """Tell the developers, too."""
    logging.exception("cannot read the credentials: %s", what)
    return CorruptStoreError(f"the credential file {self.path} is damaged ({what})")


CredentialStore._corrupt = corrupt  # type: ignore[method-assign]  # the defect


if __name__ == "__main__":
    sys.exit(main())
