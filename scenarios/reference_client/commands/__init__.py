"""The commands, one module each with one ``run(context, arguments)`` that returns the exit code."""
