"""Signing out takes the discovery document for JSON, whatever came."""

import json
import sys
import traceback

from reference_client import revocation
from reference_client.__main__ import main
from reference_client.context import Context
from reference_client.revocation import Revocation
from reference_client.session import Session, normalised

revoke = revocation.revoke


def trusting(context: Context, session: Session) -> Revocation:
    """See first whether the provider can do it at all."""
    answer = context.transport.get(f"{normalised(context.issuer)}/.well-known/openid-configuration")
    try:
        json.loads(answer.body)
    except ValueError:
        sys.exit(traceback.format_exc())  # as a program ends that has no last resort
    return revoke(context, session)


revocation.revoke = trusting


if __name__ == "__main__":
    sys.exit(main())
