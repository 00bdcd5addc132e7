"""The forms of a report: what the ending of a file's name asks for.

writers           which form that is, and how a file is put into its place
markdown_report   `.md`: what is broken first, with evidence
retelling         what an earlier contract has told already
markdown          foreign text in Markdown, which is no markup there
html              `.html`: a page of its own, with matrix, sequence diagrams and the review of what happens offline
sarif             `.sarif`: a finding for each that is not kept
sarif_flows       what the client did, as a code flow
har               `.har`: the exchanges of each contract
adapter_lines     the file and the line of a client's adapter

`.json` is in `report.saved.report`.
"""

from __future__ import annotations
