"""The lies of the clients in `lying/`: which contract each would be given wrongly, and what has to be said instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PROVED_BY: Final = "honest"
"""The client that keeps each of these contracts: the same program without a lie."""

LIES: Final[Mapping[str, Mapping[str, str]]] = {
    # The kill that never hit.
    # Whoever does its work is found and ended after a moment: the profile sees a refresh, or did not wait for it.
    "ends-before-the-kill": {"refresh/killed-mid-refresh": "unchecked or not applicable"},
    "kill-misses-the-worker": {"refresh/killed-mid-refresh": "unchecked"},
    "writes-unseen": {"storage/atomic-write": "unchecked"},
    # The fault that did not matter.
    "never-revokes": {"revoke/5xx-is-never-revoked": "unchecked", "revoke/never-raises": "unchecked"},
    "pretends": {"refresh/lost-answer": "unchecked"},
    "signs-in-silently": {
        "refresh/lost-answer": "not applicable",
        "refresh/transient-keeps-credentials": "not applicable",
        "refresh/two-processes": "not applicable",
    },
    # Another process that never ran.
    "steps-aside": {"refresh/two-processes": "unchecked"},
    # Memory that hides the store.
    "forgetful-child": {"refresh/transient-keeps-credentials": "advice"},
}
"""Client -> contract -> the verdict, or verdicts, that its lie deserves: never `kept`."""
