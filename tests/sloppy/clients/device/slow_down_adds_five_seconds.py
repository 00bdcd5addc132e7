"""``slow_down`` is obeyed for one poll, and forgotten with the next."""

import sys

from reference_client.__main__ import main
from reference_client.flows.device import SLOW_DOWN, Poll


def pause_after_slow_down(self: Poll) -> float:
    """Wait longer, this once."""
    return self._interval + SLOW_DOWN


Poll.pause_after_slow_down = pause_after_slow_down  # type: ignore[method-assign]  # the defect


if __name__ == "__main__":
    sys.exit(main())
