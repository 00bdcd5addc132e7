"""Stand between a command and the disk: see each change before it is made, and decide what becomes of it.

A command runs under a seccomp filter that holds its system calls on files until this process has answered
(seccomp_unotify(2), Linux 5.9 or later). Threads and child processes are held as well, and a call that is not let
through never happens: a command dies exactly before its third write, or is told at a byte of our choice that the disk
is full.

filter          the filter as the kernel wants it: which system calls are held
install_filter  the script that puts itself under the filter and then becomes the command
notification    one call that is held, as the kernel shows it, and the ways to answer
file_call       what a call that is held is about to do to which file
disk_fault      what becomes of it: made, cut short, refused, or the command is killed
supervisor      answers the calls of one command, and keeps what was seen
"""
