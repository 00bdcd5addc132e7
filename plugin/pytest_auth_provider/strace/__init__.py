"""Read from the system calls of a command, by `strace`, what leaves no trace behind.

tracer          find strace, put a command under it, read the lines it writes
connections     the hosts a command connected to without asking the proxy
command_lines   the command lines of the programs a command started
file_modes      the permission bits each file was created with
kill_on_write   kill a command at its first write to a file

Needs Linux and a machine that lets strace look into other processes (a container may forbid it). Where it cannot run,
commands run as they are, and nothing is seen.
"""
