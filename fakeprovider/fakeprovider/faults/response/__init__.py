"""Response faults: status, headers and body."""
