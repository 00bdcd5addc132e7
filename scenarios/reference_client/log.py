"""Debug messages, shown on stderr with ``--debug``.

The logger is ours alone: those of HTTP libraries print headers, hence credentials, and are left silent.
"""

from collections.abc import Iterator
from contextlib import contextmanager

LOGGER = "auth-reference"


def debug(message: str, *arguments: object) -> None:
    """Log `message` at debug level; `arguments` must hold no secret."""
    import logging  # 5 ms that most commands never need

    logging.getLogger(LOGGER).debug(message, *arguments)


@contextmanager
def shown() -> Iterator[None]:
    """Show debug messages on stderr while the block runs."""
    import logging

    logger = logging.getLogger(LOGGER)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(name)s: debug: %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
