"""The HTML report: one page that holds everything it needs, to be sent to a colleague and printed by a reviewer.

page        from rows to the page: what its parts are handed, and the policy that lets nothing in from elsewhere
marks       the verdicts in the order they are told, each with its shape and what it means
contracts   one contract and one client: its place on the page, its requirement in parts, its diagram, its command
matrix      contracts by clients, grouped by family
sequence    what a client did as a sequence diagram: where everything in it stands
review      what clients did while their provider could not be reached, case by case
templates   the elements, with every text escaped
static      how they look, and the filters
"""

from __future__ import annotations
