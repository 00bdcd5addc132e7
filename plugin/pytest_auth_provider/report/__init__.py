"""Reports: pure functions from rows to text, and the files they go to.

plugin      collects the rows of a run, prints the terminal section, writes the files
explanation why a check ended as it did
rows        one verdict with what is needed to understand it
lines       lines of the terminal section
overview    every verdict at a glance
terminal    each contract that was not kept in full
writers     from rows to Markdown and JSON
saved       reports that were saved: their schema, and what is read, compared and joined of them
progress    one line that says how far a run is
sayings     patterns of adapters that were asked for and never matched
steps       what the client did and what went over the wire, command by command, as values
evidence    the same as text
markdown    foreign text in Markdown, which is no markup there
redaction   what no report may give away
"""

from __future__ import annotations
