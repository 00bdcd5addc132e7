"""Reports that were saved as JSON, and what is made of them.

report       one report: its members, and the version of their format
schema       the JSON Schema of that, made of the declarations and their docstrings
reading      from a file to a report, or to one message why not
comparison   what is better and what is worse in a second report, as a value
told         a comparison as text, Markdown and JSON
joining      from the reports of several machines to the one of the whole run
badge        a report as a small SVG image
"""

from __future__ import annotations
