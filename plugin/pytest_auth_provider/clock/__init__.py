"""Move the clock of a client, together with the provider's, by the best strategy the client allows.

Clock           moves provider and client together                                 clock.py
ClockStrategy   which strategy works for a client: tried, not assumed              strategies.py
  freezegun     for a client that runs in this process                             strategies.py
  python        `sitecustomize` on PYTHONPATH, for other Python programs           python_shim/
  faketime      libfaketime, for programs that ask libc for the time               faketime.py
Waits           skips the waits of one command, where everybody waits              waits.py

The offset itself is one variable in the environment of every command (strategies.py).
"""

from __future__ import annotations
