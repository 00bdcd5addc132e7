"""What must hold however often it is tried: `python -m benchmarks --robustness`.

one_winner.py     many requests at the same moment for what works once
kills.py          the reference client, killed at every step that it takes
odd_adapters.py   adapter files that are nearly right
run.py            all of it in full size, and the table

`tests/robustness` runs the same in sizes that take seconds.
"""
