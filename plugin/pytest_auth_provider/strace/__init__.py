"""Read from the system calls of a command, by `strace`, what leaves no trace behind.

tracer        find strace, put a command under it, read the lines it writes
connections   the hosts a command connected to without asking the proxy
calls         the command lines of the programs a command started, the permission bits each file was created with

Needs Linux and a machine that lets strace look into other processes (a container may forbid it). Where it cannot run,
commands run as they are, and nothing is seen.
"""
