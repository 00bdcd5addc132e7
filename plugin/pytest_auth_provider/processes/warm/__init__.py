"""Start the commands of a Python program warm: forked from a process that has imported the program already.

fork_servers      which process a command is forked from, and when it starts cold all the same
program           whether a command runs a Python program, and what Python is to run
inputs            what the imports of a program read, and whether that is the same for a command
server_process    the process that imports a program, and the training that shows what to import
fork              a command that was forked

These run in the client's Python and import nothing of ours:

training          the script that runs a program once and writes down what it imports
fork_server       the script that imports a program and forks a process for each command
reads             notes what modules read and change while they are imported
as_main           runs a script or a module as `__main__`
"""

from __future__ import annotations
