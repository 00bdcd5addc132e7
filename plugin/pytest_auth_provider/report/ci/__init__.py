"""What services for continuous integration are told.

github              the summary and the annotations of a job in GitHub Actions
job_summary         from rows to the HTML of that summary
workflow_commands   lines that GitHub Actions acts on, and text that must be none
junit               what JUnit XML tells of each contract, as readable properties
"""

from __future__ import annotations
