"""How the provider bears a load that lasts, in one process and in four with Redis: `python -m benchmarks --soak`.

subjects.py    who is loaded: each runs as processes of its own
client.py      many connections at once, in one process, with the time of every answer
scenarios.py   the loads: pollers, rotations, tokens, exchanges, idle connections
run.py         every scenario against every subject, and the table
"""
