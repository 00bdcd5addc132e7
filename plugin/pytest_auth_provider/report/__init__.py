"""Reports: pure functions from rows to text, and the files they go to.

plugin      collects the rows of a run, prints the terminal section, writes the files
explanation why a check ended as it did
rows        one verdict with what is needed to understand it
terminal    from rows to the lines of the terminal section
writers     from rows to Markdown, JSON and HTML, by the ending of a file's name
html        a page of its own: matrix, sequence diagrams, the review of what happens offline
progress    one line that says how far a run is
sayings     patterns of adapters that were asked for and never matched
steps       what the client did and what went over the wire, command by command, as values
evidence    the same as text
cases       what the client did in each variant of contracts that are reviewed, kept or not
markdown    foreign text in Markdown, which is no markup there
redaction   what no report may give away
"""

from __future__ import annotations
