"""The journal: every exchange of one provider, in the order the requests arrived.

Exchange     one request with its answer                                exchange.py
Journal      all of them: filters, waiting, budgets                     journal.py
  Newest     no more of them than fit into memory                       newest.py
  timeline   as text, for people                                        exchange.py
  har        as an HTTP archive, for a browser's network tab            har.py
"""

from __future__ import annotations

from fakeprovider.journal.exchange import Exchange, Headers, Noise
from fakeprovider.journal.journal import Journal

__all__ = ["Exchange", "Headers", "Journal", "Noise"]
