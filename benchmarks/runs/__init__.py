"""What whole runs cost: `python -m benchmarks --runs`.

observer    the plugin of the measured run: counts its cases and commands
costs       one run of one client, and what it took
unused      what the plugin costs a run of pytest that does not use it
timed       pytest as a child process: seconds, processor, output
page        the section of docs/benchmarks.md
"""
