"""TLS faults: what goes wrong before any request."""
