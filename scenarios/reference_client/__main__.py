"""Command line entry."""


def main() -> int:
    """Replaced by the real client."""
    return 0
