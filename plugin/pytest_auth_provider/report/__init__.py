"""Reports: pure functions from rows to text, and the files they go to.

plugin      collects the rows of a run, prints the terminal section, writes the files
explanation why a check ended as it did
rows        one verdict with what is needed to understand it
terminal    from rows to the lines of the terminal section
writers     from rows to Markdown and JSON
progress    one line that says how far a run is
sayings     patterns of adapters that were asked for and never matched
evidence    what the client did and what went over the wire, as text
markdown    foreign text in Markdown, which is no markup there
redaction   what no report may give away
junit       what JUnit XML tells of each contract, as readable properties
github      the summary and the annotations of a job in GitHub Actions
job_summary from rows to the HTML of that summary
adapter_lines  the line of a file that an adapter stands at
workflow_commands  lines that GitHub Actions acts on, and text that must be none
"""

from __future__ import annotations
