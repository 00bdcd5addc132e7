"""Drive a command-line client against the fake provider from pytest."""
