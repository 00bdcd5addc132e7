"""Registration: clients that introduce themselves to the provider (RFC 7591), and those that were configured."""
