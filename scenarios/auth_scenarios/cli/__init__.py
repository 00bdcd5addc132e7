"""Cli: what any command-line program owes whoever calls it, where signing in is concerned."""
