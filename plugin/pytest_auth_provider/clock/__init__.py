"""The clock of a client: how it is moved, by the best means the client allows.

Clock        moves provider and client together                       clock.py
means        which means a client allows, tried and not assumed       means.py
  offset     how far, in the environment of every command             offset.py
  frozen     freezegun, for a client in this process                  frozen.py
  shim       `sitecustomize`, for other Python programs               python_shim/
  faketime   libfaketime, for programs that ask libc for the time     faketime.py
"""

from __future__ import annotations
