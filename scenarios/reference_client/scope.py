"""What was asked for and what was granted: a provider may grant less (RFC 6749 3.3), and says so in `scope`."""

from reference_client import messages, terminal


def tell_if_less(asked: str, granted: str | None) -> None:
    """Warn the person where less was granted than asked for. An answer without `scope` grants what was asked for."""
    missing = less(asked, granted)
    if missing:
        terminal.warn(
            f"the provider did not grant every scope that was asked for; missing: {messages.printable(missing)}; "
            "commands that need it will be refused"
        )


def less(asked: str, granted: str | None) -> str:
    """Return the scopes that were asked for and not granted, in the order in which they were asked for."""
    if granted is None:
        return ""
    held = granted.split()
    return " ".join(one for one in asked.split() if one not in held)
