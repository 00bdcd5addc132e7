"""Run one command as a real process: find its program, build it, start it, watch it and clean up behind it.

program          where the program that an adapter names is
command_builder  from a step of an adapter, its placeholders filled in, to a `Command`
runner           `ChildProcess` runs a `Command` and ends in a `CommandResult`
spawn            start a process in a session of its own, signal its group
reaper           the script that a command runs below on Linux: it adopts its orphans
terminal         a pty, for commands that want a terminal
capture          what a command prints, up to a bound
tree             find and kill the processes that a command left behind
"""

from __future__ import annotations
