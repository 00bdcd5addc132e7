"""Reports: pure functions from rows to text, and the files they go to.

plugin          collects the rows of a run, prints the terminal section, writes the files
explanation     why a check ended as it did
rows            one verdict with what is needed to understand it
overview        every verdict of a client at a glance, in the terminal section
terminal        each contract that was not kept in full; `lines` is what both print
reproduce       the command that runs exactly one case again
progress        one line that says how far a run is
sayings         patterns of adapters that were asked for and never matched
profiles        what was learned of a client

writers         which form of report the ending of a file's name asks for
markdown_report   from rows to Markdown; what has been told once is in `retelling`, foreign text in `markdown`
junit             what JUnit XML tells of each contract, as readable properties
github            the summary and the annotations of a job in GitHub Actions; `job_summary` makes the HTML of it
workflow_commands  lines that GitHub Actions acts on, and text that must be none
sarif             from rows to SARIF; what the client did is in `sarif_flows`
har               from the exchanges of rows to an HTTP archive
html              a page of its own: matrix, sequence diagrams, the review of what happens offline
adapter_lines   the file and the line of a client's adapter

steps           what the client did and what went over the wire, command by command, as values
evidence        the same as text
cases           what the client did in each variant of contracts that are reviewed, kept or not
redaction       what no report may give away
secrets         what a secret is, and how much is shown of it
saved           reports that were saved: their schema, and what is read, compared and joined of them
"""

from __future__ import annotations
