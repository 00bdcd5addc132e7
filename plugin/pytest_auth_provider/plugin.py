"""pytest hooks, options and fixtures."""
