"""How fast the provider is beside its peers and beside the floor, measured in one run: `python -m benchmarks`.

contenders/    one file per program that is measured; each runs as a child process and serves when it is told to
  child.py     what the Python ones share: the protocol, one start and stop
  child.mjs    the same for node
field.py       which contenders there are, and how to run them
peers.py       installs the peers in a directory of their own
process.py     a child process, asked over its pipes
client.py      the client, a process of its own: the same requests over one connection, answers per second
measures.py    what is measured, in turn, so that a busy machine is unfair to nobody
results.py     medians and ratios
targets.py     what was promised, and whether it holds
where_time_goes.py   cProfile of one answer
report.py      docs/benchmarks.md and the table on the terminal
soak/          loads that last, in one process and in several with Redis: `python -m benchmarks --soak`
"""
