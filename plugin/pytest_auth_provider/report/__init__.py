"""Reports: pure functions from rows to text, and the files they go to.

plugin        collects the rows of a run, prints the terminal section, writes the files
explanation   why a check ended as it did
rows          one verdict with what is needed to understand it
reproduce     the command that runs exactly one case again
steps         what the client did and what went over the wire, command by command, as values
evidence      the same as text
cases         what the client did in each variant of contracts that are reviewed, kept or not
profiles      what was learned of a client
sayings       patterns of adapters that were asked for and never matched
redaction     what no report may give away
secrets       what a secret is, and how much is shown of it

terminal      what a person sees while it runs and at its end
forms         the files that reports are written to
ci            what GitHub Actions and readers of JUnit XML are told
saved         reports that were saved: their schema, and what is read, compared and joined of them
"""

from __future__ import annotations
