"""The terminal: what a person sees while a run goes on, and at its end.

lines      lines of text with a beginning in a colour, and how they are wrapped
overview   every verdict of a client at a glance
failures   each contract that was not kept in full
progress   one line that says how far a run is
"""

from __future__ import annotations
